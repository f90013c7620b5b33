/** The timeline of a run page: what ran and what waited when, on one axis of time, or as a table. */

import { button, h, uniqueId } from "../shared/dom";
import { every } from "../shared/ends";
import { type Bar, LOOKS, type Look, type Reply, type Timeline, timelineOf } from "../timeline/data";
import { Plot, type Seen } from "../timeline/plot";
import { swatch, swatchOfNow } from "../timeline/svg";
import { KINDS, lasted, moment, stateOf, timesOf } from "../timeline/words";
import { badge, Said } from "./parts";
import type { Reader, Section } from "./section";
import { type Column, VirtualTable } from "./table";

/** While a run lives, its bars grow this often, in milliseconds, and are read no more often: they may be thousands. */
const TICK = 1000;
const HINT =
  "Ctrl or ⌘ with the wheel and two fingers zoom, dragging moves. With the keyboard: + − and 0 zoom, ← → move, ↑ ↓ go from bar to bar.";

export function timeline(reader: Reader, signal: AbortSignal): Section {
  return new TimelineSection(reader, signal);
}

class TimelineSection implements Section {
  readonly element: HTMLElement;
  readonly #reader: Reader;
  readonly #signal: AbortSignal;
  readonly #said: Said;
  readonly #plot: Plot;
  readonly #tools: HTMLElement;
  readonly #zooms: HTMLElement;
  readonly #picture: HTMLElement;
  readonly #range = h("span", { class: "hitl-tl-range" });
  readonly #detail = h("p", { class: "hitl-tl-detail", id: uniqueId() });
  readonly #legend = h("ul", { class: "hitl-tl-legend", "aria-label": "Legend" });
  readonly #asTable = button("Show as table", { "aria-pressed": "false" });
  #table: VirtualTable<Bar> | null = null;
  #timeline: Timeline | null = null;
  #loading = false;
  #stale = false;
  #loaded = 0;

  constructor(reader: Reader, signal: AbortSignal) {
    this.#reader = reader;
    this.#signal = signal;
    this.#said = new Said(() => void this.refresh(), signal);
    this.#plot = new Plot((seen) => this.#tell(seen), signal);
    this.#plot.element.setAttribute("aria-describedby", this.#detail.id);
    this.#zooms = this.#makeZooms();
    this.#tools = h(
      "div",
      { class: "hitl-page-tools", hidden: true },
      this.#range,
      this.#zooms,
      this.#asTable,
    );
    this.#picture = h(
      "div",
      { class: "hitl-tl-picture", hidden: true },
      this.#plot.element,
      this.#legend,
      this.#detail,
    );
    this.element = h("div", { class: "hitl-timeline" }, this.#tools, this.#said.element, this.#picture);
    this.#asTable.addEventListener("click", () => this.#toggle(), { signal });
    const grow = () => {
      if (this.#timeline?.end === null && this.element.checkVisibility()) this.#plot.draw();
    };
    every(TICK, grow, signal);
    void this.refresh();
  }

  async refresh(): Promise<void> {
    // What is on its way may be older than the change.
    this.#stale = this.#loading;
    if (this.#loading) return;
    this.#loading = true;
    const rest = this.#loaded + TICK - performance.now();
    if (this.#timeline && rest > 0) await new Promise((done) => setTimeout(done, rest));
    await this.#load();
    this.#loading = false;
    if (this.#stale && !this.#signal.aborted) await this.refresh();
  }

  async #load(): Promise<void> {
    try {
      this.#show(timelineOf(await this.#reader.read<Reply>("timeline")));
    } catch (error) {
      this.#said.say(null, error instanceof Error ? error.message : String(error));
    }
    this.#loaded = performance.now();
  }

  #show(timeline: Timeline): void {
    this.#timeline = timeline;
    const { bars, total } = timeline;
    this.#tools.hidden = bars.length === 0;
    this.#picture.hidden = bars.length === 0 || this.#table !== null;
    this.#said.say(noteOf(bars.length, total), null);
    this.#plot.show(timeline);
    this.#table?.refresh();
    const { looks } = this.#plot;
    const entries = (Object.keys(LOOKS) as Look[])
      .filter((look) => looks.has(look))
      .map((look) => h("li", {}, swatch(look), LOOKS[look]));
    if (timeline.end === null) entries.push(h("li", {}, swatchOfNow(), "Now"));
    this.#legend.replaceChildren(...entries);
  }

  #makeZooms(): HTMLElement {
    const zoom = (name: string, text: string, act: () => void) => {
      const element = button(text, { "aria-label": name });
      element.addEventListener("click", act, { signal: this.#signal });
      return element;
    };
    return h(
      "div",
      { class: "hitl-tl-zooms", role: "group", "aria-label": "Zoom" },
      zoom("Zoom out", "−", () => this.#plot.zoomOut()),
      zoom("Zoom in", "+", () => this.#plot.zoomIn()),
      zoom("Whole run", "Whole run", () => this.#plot.showWhole()),
    );
  }

  #toggle(): void {
    const shown = this.#table === null;
    this.#asTable.setAttribute("aria-pressed", String(shown));
    for (const element of [this.#zooms, this.#range, this.#picture]) element.hidden = shown;
    this.#table?.element.remove();
    this.#table = shown ? tableOf(this.#plot, this.#signal) : null;
    if (this.#table) this.element.append(this.#table.element);
    else this.#plot.draw();
  }

  #tell({ range: { from, to }, bar }: Seen): void {
    this.#range.textContent = `${moment(from)} to ${moment(to, from)}, ${lasted(to - from)}`;
    if (!bar) this.#detail.textContent = HINT;
    else
      this.#detail.replaceChildren(
        h("strong", {}, bar.name),
        ` ${KINDS[bar.kind]}, ${stateOf(bar)}: ${timesOf(bar, this.#plot.now)}`,
      );
  }
}

function noteOf(shown: number, total: number): string | null {
  if (shown === 0) return "Nothing of this run has begun.";
  const of = (count: number) => count.toLocaleString("en");
  return shown < total ? `${of(shown)} of ${of(total)} are shown: the longest and the newest.` : null;
}

/** The same bars in words, for whoever cannot see the drawing or wants the figures. */
function tableOf(plot: Plot, signal: AbortSignal): VirtualTable<Bar> {
  const columns: readonly Column<Bar>[] = [
    { title: "Name", width: 20, grow: 2, cell: ({ name }) => name },
    { title: "What", width: 12, cell: ({ kind }) => KINDS[kind] },
    { title: "State", width: 21, cell: (bar) => badge({ type: bar.state.type, name: stateOf(bar) }) },
    { title: "From", width: 18, cell: ({ start }) => moment(start) },
    { title: "To", width: 18, cell: ({ end }) => (end === null ? "" : moment(end)) },
    { title: "Took", width: 12, right: true, cell: ({ start, end }) => lasted((end ?? plot.now) - start) },
  ];
  return new VirtualTable<Bar>(
    {
      name: "Timeline",
      none: "",
      columns: () => columns,
      fetch: async (offset, limit) => ({
        total: plot.bars.length,
        rows: plot.bars.slice(offset, offset + limit),
      }),
      key: ({ id }) => id,
      lives: ({ end }) => end === null,
    },
    signal,
  );
}
