/** Tells the page which questions of a card wait for somebody, and where their forms are. */

import type { FormState } from "../form/state";
import { boardHere, type Source, type View } from "../shared/board";
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
  signal.addEventListener("abort", () => {
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
  signal.addEventListener("abort", () => {
    views?.delete(view);
    boardHere().read?.();
  });
}

/** "Is this parcel damaged?", the first line of its description; else the name of what is asked for. */
export function subjectOf({ description, run_name }: Asked, title = `Resume ${run_name}`): string {
  const lines = (description ?? "").split("\n").map((line) => line.replace(/[*_`#>]+/g, "").trim());
  return lines.find((line) => line !== "") ?? title;
}
