/**
 * What every control is, whatever it draws.
 *
 * A control owns its piece of the page and the cell it shows. It tells its parent when the person changed it; the
 * parent puts the cell into its own and tells *its* parent. A control never asks who is above it.
 */

import type { Cell, FieldError, Path, PlanNode } from "./plan";
import type { Services } from "./services";

/** What a control is made from. */
export interface Spec {
  readonly node: PlanNode;
  /** The accessible name. In a list it says which row. */
  readonly title: string;
  readonly cell: Cell;
  /** The person changed the cell; `path` leads from this control to what changed. */
  readonly change: (cell: Cell, path: Path) => void;
  readonly signal: AbortSignal;
  readonly services?: Services | undefined;
}

export interface Control {
  readonly element: HTMLElement;
  /** Shows a cell that came from elsewhere: another view of the same form. */
  show(cell: Cell): void;
  /** Shows the errors of this control and of those below it, and takes away all others. */
  place(errors: readonly FieldError[]): void;
  rename(title: string): void;
  /** What was begun and cannot be handed over yet, such as a date without its year. */
  unreadable(): FieldError[];
}

export type Draw = (spec: Spec) => Control;
