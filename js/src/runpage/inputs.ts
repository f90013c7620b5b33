/** What people were asked: each question with its answer, those that did not count before it, and what was corrected. */

import { markdown } from "../form/markdown";
import { h, uniqueId } from "../shared/dom";
import { List } from "./list";
import { badge, pairs, type StateOf, text, took, when, whenOpened } from "./parts";
import type { Reader, Section } from "./section";

/** One field of an answer; a plain value has no title. */
interface Field {
  readonly title: string;
  readonly value: string;
}

interface Input {
  readonly key: string;
  /** What is asked, in a few words. */
  readonly title: string;
  readonly description: string | null;
  readonly run_name: string;
  readonly state: string;
  readonly asked_at: string;
  readonly answered_at: string | null;
  readonly closed_at: string | null;
  readonly seconds: number | null;
  readonly by: string | null;
  readonly origin: string | null;
  readonly deadline: string | null;
  readonly answer: readonly Field[] | null;
  /** What the validators of the flow said of an answer that counts all the same. */
  readonly errors: readonly string[];
  readonly refused: readonly {
    readonly at: string;
    readonly by: string;
    readonly answer: readonly Field[];
    readonly errors: readonly string[];
  }[];
  readonly corrected: readonly {
    readonly at: string;
    readonly by: string;
    readonly reason: string | null;
    readonly answer: readonly Field[];
  }[];
}

export function inputs(reader: Reader, signal: AbortSignal): Section {
  const listed = {
    what: "inputs",
    one: "question",
    none: "This run has asked nobody anything.",
    key: ({ run_name, key, asked_at }: Input) => `${run_name} ${key} ${asked_at}`,
    draw,
  };
  return new List<Input>(listed, reader, signal);
}

/** As a badge shows it: the state of the question, with the colour that such a state has of a run. */
const STATES: Readonly<Record<string, StateOf>> = {
  open: { type: "PAUSED", name: "Open" },
  answered: { type: "COMPLETED", name: "Answered" },
  timed_out: { type: "FAILED", name: "Timed out" },
  cancelled: { type: "CANCELLED", name: "Cancelled" },
  interrupted: { type: "CANCELLED", name: "Interrupted" },
};

function draw(input: Input): HTMLElement {
  const { title, description, key, run_name, state, asked_at } = input;
  const heading = h("div", { class: "hitl-entry-title", id: uniqueId() }, title);
  const about = [run_name, /^\d+$/.test(key) || key === title ? "" : key, `asked ${when(asked_at)}`];
  const element = h(
    "div",
    { class: "hitl-asked", role: "group", "aria-labelledby": heading.id },
    h("div", { class: "hitl-entry-head" }, badge(STATES[state] ?? { type: "PENDING", name: state }), heading),
    h("div", { class: "hitl-entry-about" }, about.filter(Boolean).join(" · ")),
  );
  // The title is its first words, without its marks.
  if (description && description.trim() !== title) element.append(whole(description));
  element.append(h("ol", { class: "hitl-events" }, ...events(input)));
  return element;
}

function whole(description: string): HTMLElement {
  const element = h(
    "details",
    { class: "hitl-text-fold", "data-fold": "question" },
    h("summary", {}, "The whole question"),
  );
  whenOpened(element, () => element.append(markdown(description)));
  return element;
}

/** What became of it, in the order in which it happened. */
function events(input: Input): HTMLElement[] {
  const { answer, by, origin, answered_at, seconds, errors, refused, corrected } = input;
  const after = seconds === null ? "" : `after ${took(seconds)}`;
  return [
    ...refused.map((one) => event(["did not count", one.by, when(one.at)], one.answer, one.errors)),
    answer === null || answered_at === null
      ? event([unanswered(input)], answer ?? [], [])
      : // A bare pause is answered by going on.
        event(
          [answer.length > 0 ? "answered" : "resumed", by ?? "", when(answered_at), from(origin), after],
          answer,
          errors,
        ),
    ...corrected.map((one) => event(["corrected", one.by, when(one.at), one.reason ?? ""], one.answer, [])),
  ];
}

function event(told: readonly string[], answer: readonly Field[], errors: readonly string[]): HTMLElement {
  const [what = "", ...about] = told.filter(Boolean);
  const line = h("p", {}, h("span", { class: "hitl-what" }, what.charAt(0).toUpperCase() + what.slice(1)));
  if (about.length > 0) line.append(` · ${about.join(" · ")}`);
  const element = h("li", { class: "hitl-event" }, line);
  if (answer.length > 0)
    element.append(pairs(answer.map(({ title, value }) => [title, text(value, title || "Answer")])));
  if (errors.length > 0)
    element.append(h("ul", { class: "hitl-errors" }, ...errors.map((one) => h("li", {}, one))));
  return element;
}

function from(origin: string | null): string {
  return origin ? `from ${origin}` : "";
}

function unanswered({ state, answer, deadline, closed_at }: Input): string {
  const at = closed_at ? ` (${when(closed_at)})` : "";
  switch (state) {
    case "open":
      return deadline ? `to be answered by ${when(deadline)}` : "waits for an answer, without a deadline";
    case "timed_out":
      return answer ? `nobody answered in time${at}: the default counts` : `nobody answered in time${at}`;
    case "cancelled":
      return `closed before anybody answered${at}`;
    case "interrupted":
      return `closed from outside before anybody answered${at}; asked again when the run is taken up`;
    default:
      return answer ? "given by the flow itself" : "without an answer";
  }
}
