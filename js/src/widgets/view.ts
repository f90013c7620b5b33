/** One view of a run card. All it shows is in the card's state; closing it changes nothing. */

import { keepKeys } from "../form/keys";
import { h } from "../shared/dom";
import { Artifacts } from "./artifacts";
import { Bars } from "./bars";
import { Head } from "./head";
import { Logs } from "./logs";
import { Questions } from "./questions";
import type { CardState } from "./state";

export function drawCard(card: CardState, parent: HTMLElement, signal: AbortSignal): void {
  const head = new Head(signal);
  const bars = new Bars();
  const artifacts = new Artifacts(signal);
  const logs = new Logs(signal);
  const notice = h("div", { class: "hitl-notice", role: "status" });
  const element = h("div", { class: "hitl hitl-card", tabindex: -1 });
  const questions = new Questions(card, element, signal);
  element.append(head.element, bars.element, notice, questions.element, artifacts.element, logs.element);
  keepKeys(element, signal);
  parent.append(element);
  signal.addEventListener("abort", () => element.remove(), { once: true });

  const showNotice = () => {
    if (notice.textContent !== card.notice) notice.textContent = card.notice;
  };
  const showLogs = () => logs.show(card.lines, card.run?.name ?? "");
  const showBars = () => bars.show(card.bars, card.run?.ended != null);
  card.changes.add((change) => {
    if (change === "run") {
      head.show(card.run);
      showBars();
      showLogs();
    } else if (change === "bars") showBars();
    else if (change === "artifacts") artifacts.show(card.artifacts);
    else if (change === "questions") questions.show();
    else if (change === "notice") showNotice();
    else showLogs();
  }, signal);
  head.show(card.run);
  questions.show();
  showBars();
  artifacts.show(card.artifacts);
  showNotice();
  showLogs();
  card.shown();
}
