/** One view of a run card. All it shows is in the card's state; closing it changes nothing. */

import { keepKeys } from "../form/keys";
import { h } from "../shared/dom";
import { atEnd } from "../shared/ends";
import { Acts } from "./acts";
import { Artifacts } from "./artifacts";
import { Bars } from "./bars";
import { Below } from "./below";
import { Failed } from "./failed";
import { Fold } from "./fold";
import { Head } from "./head";
import { Logs } from "./logs";
import { Questions } from "./questions";
import { show } from "./slots";
import type { CardState } from "./state";
import { Unfold } from "./unfold";

export function drawCard(card: CardState, parent: HTMLElement, signal: AbortSignal): void {
  const bars = new Bars();
  const artifacts = new Artifacts(signal);
  const logs = new Logs(signal);
  const notice = h("div", { class: "hitl-notice", role: "status" });
  const output = h("div", { class: "hitl-output", role: "group", "aria-label": "Output", tabindex: 0 });
  const element = h("div", { class: "hitl hitl-card", tabindex: -1 });
  const below = new Below((run) => unfold.open(run), signal);
  const questions = new Questions(card, element, signal);
  const acts = new Acts(card, () => questions.resume(), element, signal);
  const fold = new Fold(card, element, () => logs.read, signal);
  const head = new Head(card, [acts.element, fold.button], signal);
  const failed = new Failed(card, signal);
  const unfold = new Unfold(card, logs.element, signal);
  element.append(
    head.element,
    below.element,
    bars.element,
    notice,
    failed.element,
    questions.element,
    output,
    artifacts.element,
    logs.element,
    unfold.element,
  );
  keepKeys(element, signal);
  parent.append(element, failed.again);
  atEnd(signal, () => element.remove());

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
    if (["run", "tree", "artifacts", "questions"].includes(change)) head.show();
    if (["run", "questions", "cancelling"].includes(change)) acts.show();
    if (change === "run") {
      showBars();
      showNotice();
      showLogs();
      unfold.show();
      failed.show();
      fold.show();
    } else if (change === "bars") showBars();
    else if (change === "output") showOutput();
    else if (change === "page") unfold.show();
    else if (change === "again") failed.show();
    else if (change === "artifacts") artifacts.show(card.artifacts);
    else if (change === "questions") questions.show();
    else if (change === "notice") showNotice();
    else if (change === "tree") below.show(card.tree);
    else if (change === "log") showLogs();
  }, signal);
  head.show();
  acts.show();
  below.show(card.tree);
  questions.show();
  showBars();
  showOutput();
  artifacts.show(card.artifacts);
  showNotice();
  showLogs();
  unfold.show();
  failed.show();
  fold.show();
  card.shown();
}
