/** One view of a run card. All it shows is in the card's state; closing it changes nothing. */

import { keepKeys } from "../form/keys";
import { h } from "../shared/dom";
import { Head } from "./head";
import { Logs } from "./logs";
import { Questions } from "./questions";
import type { CardState } from "./state";

export function drawCard(card: CardState, parent: HTMLElement, signal: AbortSignal): void {
  const head = new Head(signal);
  const logs = new Logs(signal);
  const notice = h("div", { class: "hitl-notice", role: "status" });
  const element = h("div", { class: "hitl hitl-card", tabindex: -1 });
  const questions = new Questions(card, element, signal);
  element.append(head.element, notice, questions.element, logs.element);
  keepKeys(element, signal);
  parent.append(element);
  signal.addEventListener("abort", () => element.remove(), { once: true });

  const showNotice = () => {
    if (notice.textContent !== card.notice) notice.textContent = card.notice;
  };
  const showLogs = () => logs.show(card.lines, card.run?.name ?? "");
  card.changes.add((change) => {
    if (change === "run") {
      head.show(card.run);
      showLogs();
    } else if (change === "questions") questions.show();
    else if (change === "notice") showNotice();
    else showLogs();
  }, signal);
  head.show(card.run);
  questions.show();
  showNotice();
  showLogs();
  card.shown();
}
