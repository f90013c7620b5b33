/** What several sections are made of: states, times, long texts, and words where there is nothing to see. */

import { button, h } from "../shared/dom";
import { clock, duration } from "../shared/time";

/** The state of a run or of a task run, as the page of the kernel's data has it. */
export interface StateOf {
  readonly type: string;
  readonly name: string;
}

export function badge(state: StateOf | null): HTMLElement {
  return h("span", { class: "hitl-badge", "data-state": state?.type ?? "PENDING" }, state?.name ?? "Pending");
}

/** The state of a run or task run in a row, with the beginning of what it says. */
export interface ToldState extends StateOf {
  readonly message: string | null;
}

/** What the message of every state begins with that an exception has led to. */
const MACHINERY = /^\w+ run encountered an exception:? /;

export function stateCell(state: ToldState): HTMLElement {
  const { message } = state;
  if (!message) return badge(state);
  const said = message.replace(MACHINERY, "").slice(0, 200).replace(/\s+/g, " ");
  return h("span", { title: message }, badge(state), " ", h("span", { class: "hitl-page-muted" }, said));
}

/** The same, whole, among what a row unfolds to. */
export function messageOf({ message }: ToldState): [name: string, value: HTMLElement][] {
  return message ? [["Message", text(message, "Message")]] : [];
}

/** "10:42:03", or nothing. */
export function when(at: string | null): string {
  return at ? clock(new Date(at), new Date()) : "";
}

/** "3 ms", "2.4 s", "2 min 05 s", or nothing. */
export function took(seconds: number | null): string {
  if (seconds === null) return "";
  if (seconds < 0.9995) return `${Math.round(Math.max(0, seconds) * 1000)} ms`;
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : duration(seconds * 1000);
}

/** "1,204 characters", "1 row" */
export function many(count: number, one: string): string {
  return `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
}

/** Of a text, so much is read without being asked for. */
const SHORT = 600;
const SHORT_LINES = 12;

/** A text as it is; a long one folded, with its first words to go by. */
export function text(value: string, name: string): HTMLElement {
  const short = value.length <= SHORT && value.split("\n", SHORT_LINES + 1).length <= SHORT_LINES;
  if (short) return h("pre", { class: "hitl-value" }, value);
  const first = value.slice(0, SHORT).replace(/\s+/g, " ").trim().slice(0, 60);
  const size = h("span", { class: "hitl-count" }, many(value.length, "character"));
  const element = h(
    "details",
    { class: "hitl-text-fold", "data-fold": name },
    h("summary", {}, `${first}…`, size),
  );
  whenOpened(element, () => {
    // It may scroll, also by its keys.
    element.append(h("pre", { class: "hitl-value", tabindex: 0, role: "group", "aria-label": name }, value));
  });
  return element;
}

/** Draws what is folded away once somebody wants to see it. */
export function whenOpened(details: HTMLDetailsElement, draw: () => void): void {
  const opened = () => {
    if (!details.open) return;
    details.removeEventListener("toggle", opened);
    draw();
  };
  details.addEventListener("toggle", opened);
}

/** Names and what they stand for. */
export function pairs(all: readonly (readonly [name: string, value: Node | string])[]): HTMLElement {
  return h(
    "dl",
    { class: "hitl-facts" },
    ...all.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

/** What stands above a section's content: that it loads, that there is nothing, or what went wrong. */
export class Said {
  readonly element = h("div", { class: "hitl-section-said" });
  readonly #note = h("p", { class: "hitl-nothing", role: "status" }, "Loading…");
  readonly #alert = h("div", { class: "hitl-alert", role: "alert", hidden: true });
  readonly #why = h("span");

  constructor(again: () => void, signal: AbortSignal) {
    const retry = button("Try again");
    retry.addEventListener("click", again, { signal });
    this.#alert.append(this.#why, retry);
    this.element.append(this.#note, this.#alert);
  }

  /** `note` is of what is there, `error` of what could not be had; null is nothing to say. */
  say(note: string | null, error: string | null): void {
    this.#note.hidden = note === null || error !== null;
    if (note !== null && this.#note.textContent !== note) this.#note.textContent = note;
    this.#alert.hidden = error === null;
    if (error !== null && this.#why.textContent !== error) this.#why.textContent = error;
  }
}
