/** Which errors belong where: paths are cut one step at a time on the way down to their field. */

import type { FieldError, Path } from "./plan";

/** Whether `path` is `head` or lies below it. */
export function isUnder(path: Path, head: Path): boolean {
  return head.length <= path.length && head.every((step, index) => step === path[index]);
}

/** The errors below one step, with that step cut off. */
export function below(errors: readonly FieldError[], step: string | number): FieldError[] {
  return errors
    .filter((error) => error.path[0] === step)
    .map((error) => ({ ...error, path: error.path.slice(1) }));
}

/** The text shown at a control which has nothing below it; a path that goes on inside it is named. `soft`: it was left. */
export function messageOf(errors: readonly FieldError[], soft = false): string {
  return errors
    .filter((error) => soft || !error.soft)
    .map(({ path, message }) => (path.length ? `${path.join(".")}: ${message}` : message))
    .join("\n");
}
