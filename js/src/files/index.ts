/** The controls for files, as a script of their own: a form loads it when it has one. */

export { drawFile, drawFiles } from "./draw";
