/** The text of a style sheet, as the build of the JupyterLab extension gives it. */
declare module "*.css" {
  const text: string;
  export default text;
}
