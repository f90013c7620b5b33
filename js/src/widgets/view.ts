/** One view of a run card. All it shows is in the card's state; closing it changes nothing. */

import { keepKeys } from "../form/keys";
import { h } from "../shared/dom";
import { Artifacts } from "./artifacts";
import { Bars } from "./bars";
import { Head } from "./head";
import { Logs } from "./logs";
import { Questions } from "./questions";
import { show } from "./slots";
import type { CardState } from "./state";
import { Unfold } from "./unfold";

export function drawCard(card: CardState, parent: HTMLElement, signal: AbortSignal): void {
  const head = new Head(signal);
  const bars = new Bars();
  const artifacts = new Artifacts(signal);
  const logs = new Logs(signal);
  const notice = h("div", { class: "hitl-notice", role: "status" });
  const output = h("div", { class: "hitl-output", role: "group", "aria-label": "Output", tabindex: 0 });
  const element = h("div", { class: "hitl hitl-card", tabindex: -1 });
  const questions = new Questions(card, element, signal);
  const unfold = new Unfold(card, logs.element, signal);
  element.append(
    head.element,
    bars.element,
    notice,
    questions.element,
    output,
    artifacts.element,
    logs.element,
    unfold.element,
  );
  keepKeys(element, signal);
  parent.append(element);
  signal.addEventListener("abort", () => element.remove(), { once: true });

  const showNotice = () => {
    if (notice.textContent !== card.notice) notice.textContent = card.notice;
  };
  const showLogs = () => logs.show(card.lines, card.run?.name ?? "");
  const showBars = () => bars.show(card.bars, card.run?.ended != null);
  const showOutput = () => {
    if (card.output)
      show(card.output, card.manager, output, signal).catch(() => {
        output.textContent = "What the run has printed cannot be shown on this page.";
      });
  };
  card.changes.add((change) => {
    if (change === "run") {
      head.show(card.run);
      showBars();
      showLogs();
      unfold.show();
    } else if (change === "bars") showBars();
    else if (change === "output") showOutput();
    else if (change === "page") unfold.show();
    else if (change === "artifacts") artifacts.show(card.artifacts);
    else if (change === "questions") questions.show();
    else if (change === "notice") showNotice();
    else showLogs();
  }, signal);
  head.show(card.run);
  questions.show();
  showBars();
  showOutput();
  artifacts.show(card.artifacts);
  showNotice();
  showLogs();
  unfold.show();
  card.shown();
}
