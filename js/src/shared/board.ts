/**
 * The open questions of a page: what cards write on, and what tells of those that are off the screen reads.
 *
 * It is on the window, as every card loads its own copy of its script. Cards may be there before their reader is, and
 * on pages that have none.
 */

/** An open question: what it is called, and since when it waits. */
export interface Question {
  readonly id: string;
  readonly subject: string;
  readonly opened: string;
}

/** One form of a question. */
export interface View {
  /** Of the question. */
  readonly id: string;
  readonly element: HTMLElement;
  focus(): void;
}

/** A card: what it asks, the forms of it that are drawn, and the manager of its notebook's widgets. */
export interface Source {
  readonly manager: unknown;
  questions: readonly Question[];
  readonly views: Set<View>;
}

export interface Board {
  readonly cards: Set<Source>;
  /** Called with every change. */
  read: (() => void) | null;
}

const SHARED = Symbol.for("hitl-jupyter:board");

export function boardHere(): Board {
  const shared = globalThis as { [SHARED]?: Board };
  shared[SHARED] ??= { cards: new Set(), read: null };
  return shared[SHARED];
}
