/** One view of a run page: a tab for each section, made and loaded when it is chosen first. */

import { keepKeys } from "../form/keys";
import { h, uniqueId } from "../shared/dom";
import { clock, duration } from "../shared/time";
import { Again } from "../widgets/again";
import { Gone, type Page } from "./page";
import type { Section } from "./section";
import { type Counted, TABS, type Tab } from "./sections";

interface Summary {
  name: string;
  flow_name: string;
  state: { type: string; name: string; message: string | null } | null;
  started: string | null;
  ended: string | null;
  seconds_running: number;
  seconds_waiting: number;
  parent: { id: string; name: string } | null;
  counts: Partial<Record<Counted, number>>;
  over: boolean;
}

interface Part {
  readonly tab: Tab;
  readonly button: HTMLButtonElement;
  readonly count: HTMLElement;
  readonly panel: HTMLElement;
  section: Section | null;
}

/** Which way the arrow keys go. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };
const TICK = 1000;

export function drawPage(page: Page, parent: HTMLElement, signal: AbortSignal): void {
  new Frame(page, parent, signal);
}

class Frame {
  readonly #page: Page;
  readonly #signal: AbortSignal;
  readonly #element = h("div", { class: "hitl hitl-page", tabindex: -1 });
  readonly #head = h("div", { class: "hitl-page-head" });
  readonly #notice = h("div", { class: "hitl-page-notice", role: "status" });
  readonly #again = h("button", { type: "button", class: "hitl-button", hidden: true }, "Refresh");
  readonly #anew: Again;
  /** What is offered of a run that did not end well; on a card the card does. */
  readonly #offer = h("div", { class: "hitl-page-tools", hidden: true });
  readonly #tabs = h("div", { class: "hitl-tabs", role: "tablist", "aria-label": "Run page" });
  readonly #parts: readonly Part[];
  /** What there is of a run that is in the store. */
  readonly #body = h("div", { hidden: true });
  #chosen: Part | null = null;
  #times = h("div");
  #summary: Summary | null = null;
  /** When, by the clock of the page. */
  #read = 0;
  #over = false;
  #why = "";
  #reading = false;
  #due = false;

  constructor(page: Page, parent: HTMLElement, signal: AbortSignal) {
    this.#page = page;
    this.#signal = signal;
    this.#parts = TABS.map((tab) => this.#part(tab));
    this.#tabs.append(...this.#parts.map(({ button }) => button));
    this.#body.append(this.#tabs, ...this.#parts.map(({ panel }) => panel));
    this.#head.append(this.#again);
    this.#anew = new Again(page, signal);
    this.#offer.append(this.#anew.button, this.#anew.said);
    this.#element.append(this.#head, this.#offer, this.#notice, this.#body);
    this.#head.hidden = page.onCard;
    this.#element.classList.toggle("hitl-alone", !page.onCard);
    keepKeys(this.#element, signal);
    parent.append(this.#element, this.#anew.place);
    signal.addEventListener("abort", () => this.#element.remove(), { once: true });
    this.#tabs.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.#again.addEventListener("click", () => void this.#refresh(), { signal });
    page.changes.add((change) => {
      if (change === "run") void this.#refresh();
      else if (change === "again") this.#anew.show();
      else this.#say();
    }, signal);
    this.#anew.show();
    this.#watch();
    const timer = setInterval(() => this.#tick(), TICK);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    void this.#summarize();
    // Nobody waits for two answers one after the other.
    const [first] = this.#parts;
    if (first) this.#choose(first);
  }

  /** What has changed while nobody looked is read when somebody does again. */
  #watch(): void {
    if (!globalThis.IntersectionObserver) return;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting) && this.#due) void this.#refresh();
    });
    seen.observe(this.#element);
    this.#signal.addEventListener("abort", () => seen.disconnect(), { once: true });
  }

  #part(tab: Tab): Part {
    const count = h("span", { class: "hitl-count" });
    const button = h(
      "button",
      { type: "button", class: "hitl-tab", role: "tab", id: uniqueId() },
      tab.title,
      count,
    );
    const panel = h("div", { class: "hitl-panel", role: "tabpanel", id: uniqueId(), hidden: true });
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("aria-labelledby", button.id);
    const part = { tab, button, count, panel, section: null };
    button.addEventListener("click", () => this.#choose(part), { signal: this.#signal });
    return part;
  }

  /** Reads the run itself. One that is not in the store has nothing else to be read. */
  async #summarize(): Promise<void> {
    try {
      const summary = await this.#page.read<Summary>("summary");
      this.#over = summary.over;
      this.#why = "";
      this.#body.hidden = false;
      for (const { tab, count } of this.#parts) {
        const number = summary.counts[tab.what as Counted];
        count.textContent = number === undefined ? "" : number.toLocaleString("en");
      }
      this.#times = h("div", { class: "hitl-page-times" });
      this.#head.replaceChildren(...headOf(summary, this.#times), this.#again);
      this.#summary = summary;
      // A subflow's run is run again by the run that called it.
      const ends = summary.over && summary.state?.type !== "COMPLETED" && !summary.parent;
      this.#offer.hidden = this.#page.onCard || !ends;
      this.#read = performance.now();
      this.#tick();
    } catch (error) {
      this.#why = error instanceof Error ? error.message : String(error);
      // What was read of a run that has been deleted since stays.
      this.#over = error instanceof Gone;
    }
    this.#say();
  }

  /** Of a run that lives here the clock goes on, for as long as its kernel is there. */
  #tick(): void {
    if (!this.#summary) return;
    const lives = !this.#over && this.#page.live && !this.#page.notice;
    const since = lives ? (performance.now() - this.#read) / 1000 : 0;
    this.#times.replaceChildren(...timesOf(this.#summary, since).map((text) => h("span", {}, text)));
  }

  /** The run has changed: what is on the screen is read again, one time after the other. */
  async #refresh(): Promise<void> {
    this.#due = true;
    if (this.#reading || !isOnScreen(this.#element)) return;
    this.#reading = true;
    while (this.#due && !this.#signal.aborted) {
      this.#due = false;
      await Promise.all([this.#summarize(), this.#chosen?.section?.refresh()]);
    }
    this.#reading = false;
  }

  #choose(part: Part): void {
    this.#chosen = part;
    for (const one of this.#parts) {
      const chosen = one === part;
      one.button.setAttribute("aria-selected", String(chosen));
      one.button.tabIndex = chosen ? 0 : -1;
      one.panel.hidden = !chosen;
    }
    if (part.section) void part.section.refresh();
    else {
      part.section = part.tab.make(this.#page, this.#signal);
      part.panel.append(part.section.element);
    }
  }

  #press(event: KeyboardEvent): void {
    const here = this.#parts.findIndex(({ button }) => button === event.target);
    const count = this.#parts.length;
    const step = STEPS[event.key];
    const to =
      event.key === "Home" ? 0 : event.key === "End" ? count - 1 : step && (here + step + count) % count;
    const part = here < 0 || to === undefined ? undefined : this.#parts[to];
    if (!part) return;
    event.preventDefault();
    this.#choose(part);
    part.button.focus();
  }

  #say(): void {
    const notice = this.#page.notice || this.#why;
    if (this.#notice.textContent !== notice) this.#notice.textContent = notice;
    this.#again.hidden = this.#page.live || this.#over;
    this.#head.hidden = this.#again.hidden && (this.#page.onCard || this.#head.childElementCount === 1);
  }
}

function isOnScreen(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility?.() !== false;
}

/** "Completed  brave-otter  flow order  started 10:42:03  ran 12 s  waited 3 s". */
function headOf(summary: Summary, times: HTMLElement): HTMLElement[] {
  const { state, parent } = summary;
  const badge = h(
    "span",
    { class: "hitl-badge", "data-state": state?.type ?? "PENDING" },
    state?.name ?? "Pending",
  );
  const who = h(
    "div",
    { class: "hitl-page-who" },
    badge,
    h("span", { class: "hitl-page-name" }, summary.name),
    h("span", { class: "hitl-page-muted" }, `flow ${summary.flow_name}`),
    ...(parent ? [h("span", { class: "hitl-page-muted" }, `called by ${parent.name}`)] : []),
  );
  const why = state?.message && summary.over && state.type !== "COMPLETED" ? state.message : "";
  return [who, times, ...(why ? [h("div", { class: "hitl-page-why" }, why)] : [])];
}

/** `since` is how many seconds ago the summary was read. */
function timesOf({ state, started, seconds_running, seconds_waiting }: Summary, since: number): string[] {
  const runs = state?.type === "RUNNING";
  const waits = state?.type === "PAUSED";
  const waited = seconds_waiting + (waits ? since : 0);
  return [
    started ? `started ${clock(new Date(started), new Date())}` : "not started",
    `${runs ? "running" : "ran"} ${duration((seconds_running + (runs ? since : 0)) * 1000)}`,
    ...(waited >= 1 ? [`${waits ? "waiting" : "waited"} ${duration(waited * 1000)}`] : []),
  ];
}
