/** The page of one run, in one view: a tab for each section, made and loaded when it is chosen first. */

import { keepKeys } from "../form/keys";
import { button, h, uniqueId } from "../shared/dom";
import { atEnd, every, watch } from "../shared/ends";
import { clock, duration } from "../shared/time";
import { Again } from "../widgets/again";
import { Gone, type Page } from "./page";
import type { Reader, Section } from "./section";
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
/** Pixels of the neighbours of a tab. */
const PEEK = 32;

/** Which run it is of, and where one gets to from there. */
export interface Given {
  readonly reader: Reader;
  /** Leads back to where somebody came from, if they did. */
  readonly back: HTMLElement | null;
}

export class Frame {
  readonly element = h("div", { class: "hitl hitl-page", tabindex: -1 });
  readonly #page: Page;
  readonly #reader: Reader;
  readonly #back: HTMLElement | null;
  readonly #signal: AbortSignal;
  readonly #head = h("div", { class: "hitl-page-head" });
  /** Which run it is; what stands beside it keeps the focus when it is told anew. */
  readonly #about = h("div", { class: "hitl-page-about" });
  readonly #notice = h("div", { class: "hitl-page-notice", role: "status" });
  readonly #refreshing = button("Refresh", { hidden: true });
  /** What is offered of a run that did not end well; on a card the card does, of a run below the run that called it. */
  readonly #offer = h("div", { class: "hitl-page-tools", hidden: true });
  readonly #again: Again | null;
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

  constructor(page: Page, { reader, back }: Given, parent: HTMLElement, signal: AbortSignal) {
    this.#page = page;
    this.#reader = reader;
    this.#back = back;
    this.#signal = signal;
    this.#parts = TABS.map((tab) => this.#part(tab));
    this.#tabs.append(...this.#parts.map(({ button }) => button));
    this.#body.append(this.#tabs, ...this.#parts.map(({ panel }) => panel));
    this.#head.append(...(back ? [back] : []), this.#about, this.#refreshing);
    this.#again = back || page.onCard ? null : new Again(page, signal);
    if (this.#again) this.#offer.append(this.#again.button, this.#again.said);
    this.element.append(this.#head, this.#offer, this.#notice, this.#body);
    this.#head.hidden = page.onCard && !back;
    this.element.classList.toggle("hitl-alone", !page.onCard);
    keepKeys(this.element, signal);
    parent.append(this.element, ...(this.#again ? [this.#again.place] : []));
    atEnd(signal, () => this.element.remove());
    this.#tabs.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.#refreshing.addEventListener("click", () => void this.#refresh(), { signal });
    page.changes.add((change) => {
      if (change === "run") void this.#refresh();
      else if (change === "again") this.#again?.show();
      else this.#say();
    }, signal);
    this.#again?.show();
    this.#watch();
    every(TICK, () => this.#tick(), signal);
    void this.#summarize();
    // Nobody waits for two answers one after the other.
    const [first] = this.#parts;
    if (first) this.#choose(first);
  }

  /** What has changed while nobody looked is read when somebody does again. */
  #watch(): void {
    if (!globalThis.IntersectionObserver) return;
    const resized = new ResizeObserver(() => this.#chosen && this.#show(this.#chosen.button));
    watch(resized, this.#tabs, this.#signal);
    const seen = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting) && this.#due) void this.#refresh();
    });
    watch(seen, this.element, this.#signal);
  }

  #part(tab: Tab): Part {
    const count = h("span", { class: "hitl-count" });
    const head = button(tab.title, { class: "hitl-tab", role: "tab", id: uniqueId() });
    head.append(count);
    const panel = h("div", { class: "hitl-panel", role: "tabpanel", id: uniqueId(), hidden: true });
    head.setAttribute("aria-controls", panel.id);
    panel.setAttribute("aria-labelledby", head.id);
    const part = { tab, button: head, count, panel, section: null };
    head.addEventListener("click", () => this.#choose(part), { signal: this.#signal });
    return part;
  }

  /** Reads the run itself. One that is not in the store has nothing else to be read. */
  async #summarize(): Promise<void> {
    try {
      const summary = await this.#reader.read<Summary>("summary");
      this.#over = summary.over;
      this.#why = "";
      this.#body.hidden = false;
      for (const { tab, count } of this.#parts) {
        const number = summary.counts[tab.what as Counted];
        count.textContent = number === undefined ? "" : number.toLocaleString("en");
      }
      this.#times = h("div", { class: "hitl-page-times" });
      this.#about.replaceChildren(...headOf(summary, this.#times));
      this.#summary = summary;
      const ends = summary.over && summary.state?.type !== "COMPLETED" && !summary.parent;
      this.#offer.hidden = !this.#again || !ends;
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
    if (this.#reading || !isOnScreen(this.element)) return;
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
    this.#show(part.button);
    if (part.section) void part.section.refresh();
    else {
      part.section = part.tab.make(this.#reader, this.#signal);
      part.panel.append(part.section.element);
    }
  }

  /** Scrolls a tab into view, and some of its neighbours, so that it is seen that there are more. */
  #show({ offsetLeft, offsetWidth }: HTMLElement): void {
    const { scrollLeft, clientWidth } = this.#tabs;
    const [least, most] = [offsetLeft + offsetWidth + PEEK - clientWidth, offsetLeft - PEEK];
    this.#tabs.scrollLeft = Math.min(Math.max(scrollLeft, least), most);
  }

  /** Puts the focus on the tab that is chosen. */
  focus(): void {
    this.#chosen?.button.focus();
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
    this.#refreshing.hidden = this.#page.live || this.#over;
    const bare = this.#page.onCard || !this.#about.hasChildNodes();
    this.#head.hidden = bare && this.#refreshing.hidden && !this.#back;
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
