/**
 * The JupyterLab extension of hitl-jupyter. So far it only registers itself; the list of paused runs and the forms
 * that survive a reload come to live here, on top of `src/form`.
 */

const plugin = {
  id: "hitl-jupyter:plugin",
  description: "Shows flow runs that wait for a person.",
  autoStart: true,
  activate: (): void => undefined,
};

export default plugin;
