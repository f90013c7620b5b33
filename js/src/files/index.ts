/** What files and paths need, as a script of its own: a form loads it when it has one. */

export { drawFile, drawFiles } from "./draw";
export { completed } from "./path";
