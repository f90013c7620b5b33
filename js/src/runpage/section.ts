/**
 * What the run page and its sections agree on.
 *
 * The frame makes a section when its tab is chosen first, and puts `element` into the tab's panel. The section loads
 * by itself, from then on whenever it is told to refresh. A new one stands in `sections.ts`, and its style in a file
 * of its own beside it, which `../widgets/runpage.css` imports.
 */

/** How a section asks the kernel: `what` is the section's data by name, as `hitl_jupyter/engine/runpage` gives it. */
export interface Reader {
  /** Rejects with an Error whose message is for people. */
  read<T>(what: string, parameters?: Record<string, unknown>): Promise<T>;
  /** Goes to the page of a run below this one, by its id. */
  open(run: string): void;
}

export interface Section {
  readonly element: HTMLElement;
  /** The run has changed, and the section is on the screen. */
  refresh(): void | Promise<void>;
}

/** The signal aborts when the view goes: timers and listeners end with it. */
export type MakeSection = (reader: Reader, signal: AbortSignal) => Section;
