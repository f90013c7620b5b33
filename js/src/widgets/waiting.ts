/**
 * The anywidget entry of the notice that runs of this notebook wait, with a button to take up each.
 *
 * The list is the kernel's: a run that is taken up, here or by its own cell, leaves it, and an empty notice is not seen.
 */

import { keepKeys } from "../form/keys";
import { h, hasFocus, uniqueId } from "../shared/dom";
import { atEnd } from "../shared/ends";
import { clock } from "../shared/time";
import { type Model, readMessage } from "./model";
import { Requests } from "./requests";

/** One run that waits, as `hitl_jupyter/widgets/waiting.py` tells of it. */
interface Waiting {
  id: string;
  name: string;
  flow_name: string;
  created: string;
  /** How far it is: "7 answered, next: Image 8 of 20". */
  said: string;
}

interface Traits {
  runs: Waiting[];
  /** How many older ones there are beside these. */
  more: number;
}

type NoticeModel = Pick<Model, "send"> & {
  get<K extends keyof Traits>(name: K): Traits[K];
  on(event: string, callback: (content: unknown) => void): void;
  off(event: string, callback: (content: unknown) => void): void;
};

/** With *Run All* the next cells often take the runs up at once: nothing need be said in between. */
export const SETTLES = 700;

const HOW = "Run the cells that define its flow, then take it up: it goes on where it was.";
const BUSY = "Taking it up as soon as the kernel is free.";
const PATIENCE = 1000;

export default {
  render({ model, el, signal }: { model: NoticeModel; el: HTMLElement; signal: AbortSignal }): void {
    new Notice(model, el, signal);
  },
};

class Notice {
  readonly #model: NoticeModel;
  readonly #signal: AbortSignal;
  readonly #requests: Requests;
  readonly #element = h("div", { class: "hitl hitl-waiting", role: "group", tabindex: -1, hidden: true });
  readonly #title = h("div", {
    class: "hitl-waiting-title",
    role: "heading",
    "aria-level": 3,
    id: uniqueId(),
  });
  readonly #list = h("ul", { class: "hitl-waiting-runs" });
  readonly #more = h("p", { class: "hitl-waiting-more", hidden: true });
  readonly #rows = new Map<string, HTMLElement>();

  constructor(model: NoticeModel, el: HTMLElement, signal: AbortSignal) {
    this.#model = model;
    this.#signal = signal;
    this.#requests = new Requests((request) => model.send(request));
    this.#element.setAttribute("aria-labelledby", this.#title.id);
    this.#element.append(this.#title, h("p", { class: "hitl-waiting-how" }, HOW), this.#list, this.#more);
    keepKeys(this.#element, signal);
    el.append(this.#element);
    const show = () => this.#show();
    const heard = (content: unknown) => {
      const message = readMessage(content);
      if (message?.kind === "reply") this.#requests.settle(message.id, message.reply);
    };
    const timer = setTimeout(() => {
      show();
      model.on("change:runs", show);
    }, SETTLES);
    model.on("msg:custom", heard);
    atEnd(signal, () => {
      clearTimeout(timer);
      model.off("change:runs", show);
      model.off("msg:custom", heard);
      this.#element.remove();
    });
  }

  #show(): void {
    const runs = this.#model.get("runs");
    const more = this.#model.get("more");
    const count = runs.length + more;
    this.#title.textContent = `${count === 1 ? "1 run" : `${count} runs`} of this notebook ${count === 1 ? "waits" : "wait"}`;
    this.#more.textContent = `The newest are listed, ${more} older ${more === 1 ? "one is" : "ones are"} not.`;
    this.#more.hidden = more === 0;
    const listed = new Set(runs.map(({ id }) => id));
    // What is taken away loses the focus to the page, where the next key is the notebook's.
    if (hasFocus(this.#element)) this.#element.focus({ preventScroll: true });
    for (const [id, row] of this.#rows) if (!listed.has(id)) row.remove();
    for (const id of this.#rows.keys()) if (!listed.has(id)) this.#rows.delete(id);
    for (const run of runs) {
      if (this.#rows.has(run.id)) continue;
      const row = this.#row(run);
      this.#rows.set(run.id, row);
      this.#list.append(row);
    }
    this.#element.hidden = count === 0;
  }

  #row({ id, name, flow_name, created, said: far }: Waiting): HTMLElement {
    const who = h("span", { class: "hitl-name" }, name);
    const what = [`flow ${flow_name}`, `started ${clock(new Date(created), new Date())}`, far];
    const said = h("div", { class: "hitl-waiting-said", role: "alert", hidden: true });
    const button = h("button", { type: "button", class: "hitl-button" }, "Take up");
    button.setAttribute("aria-label", `Take up ${name}`);
    button.addEventListener("click", () => void this.#takeUp(id, button, said), { signal: this.#signal });
    const words = h("div", { class: "hitl-waiting-run" }, who, ...what.map((text) => h("span", {}, text)));
    return h("li", {}, words, button, said);
  }

  async #takeUp(id: string, button: HTMLButtonElement, said: HTMLElement): Promise<void> {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    said.hidden = true;
    const busy = setTimeout(() => say(said, BUSY), PATIENCE);
    const { status, message } = await this.#requests.ask({ kind: "take_up", run_id: id });
    clearTimeout(busy);
    // Taken up, it leaves the list as soon as its card is there.
    if (status === "ok") return;
    button.setAttribute("aria-disabled", "false");
    say(said, message ?? "This did not work.");
  }
}

function say(place: HTMLElement, text: string): void {
  place.textContent = text;
  place.hidden = false;
}
