/** Tells the page which questions of a card wait for somebody, and where their forms are. */

import type { FormState } from "../form/state";
import { boardHere, type Source, type View } from "../shared/board";
import { atEnd } from "../shared/ends";
import type { Asked } from "./model";
import type { CardState } from "./state";

/** The part of anywidget's model that no other part of the card uses. */
interface Living {
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
  readonly widget_manager?: unknown;
}

/** Said by the manager of widgets when the kernel restarts. */
const LOST = "comm_live_update";
const sources = new WeakMap<CardState, Source>();

/** What a card asks is on the board until its kernel is gone, whatever the card still shows. */
export function putOnBoard(card: CardState, model: Living, signal: AbortSignal): void {
  const board = boardHere();
  const source: Source = { manager: model.widget_manager, questions: [], views: new Set() };
  const heard = new WeakSet<FormState>();
  const tell = () => {
    // What was sent no longer waits for anybody, though the kernel may be busy.
    const waiting = card.questions.filter(({ form }) => form.phase === "open");
    source.questions = waiting.map(({ asked, form }) => ({
      id: asked.pause_id,
      subject: subjectOf(asked, form.plan?.title),
      opened: asked.opened ?? "",
    }));
    for (const { form } of waiting) {
      if (heard.has(form)) continue;
      heard.add(form);
      form.changes.add(({ what }) => what === "progress" && tell());
    }
    board.read?.();
  };
  const lost = () => {
    board.cards.delete(source);
    board.read?.();
  };
  sources.set(card, source);
  board.cards.add(source);
  card.changes.add((change) => change === "questions" && tell(), signal);
  model.on(LOST, lost);
  atEnd(signal, () => {
    model.off(LOST, lost);
    lost();
  });
  tell();
}

/** A form of a question is drawn. */
export function putForm(card: CardState, view: View, signal: AbortSignal): void {
  const views = sources.get(card)?.views;
  views?.add(view);
  boardHere().read?.();
  atEnd(signal, () => {
    views?.delete(view);
    boardHere().read?.();
  });
}

/** "Is this parcel damaged?", the first line of its description; else its name, or that of what is asked for. */
export function subjectOf({ description, key, run_name }: Asked, title?: string): string {
  const line = description?.replace(/[*_`#>]/g, "").match(/\S.*/)?.[0];
  // The model of a bare type has a name that nobody has given it, as in Prefect.
  const model = title?.endsWith("AutomaticRunInput") ? null : title;
  return line?.trim() ?? named(key) ?? model ?? `Resume ${run_name}`;
}

/** The name that the flow has given a question; the others are numbered. */
export function named(key: string): string | null {
  return /\D/.test(key) ? key : null;
}
