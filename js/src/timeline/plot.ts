/**
 * The drawing: lanes below each other on one axis of time. It scrolls down through the lanes and draws only those that
 * are seen; along the time it is zoomed and moved.
 *
 * For a screen reader it is a list of bars, of which the chosen one is there.
 */

import { h, uniqueId } from "../shared/dom";
import { watch } from "../shared/ends";
import { Canvas } from "./canvas";
import type { Bar, Look, Timeline } from "./data";
import { follow } from "./gestures";
import { type Lane, lanesOf, looksOf } from "./lanes";
import { barAt, LANE, NAME, type Sight } from "./outlines";
import { moved, type Range, reaching, wholeOf, zoomed } from "./range";
import { KINDS, stateOf, timesOf } from "./words";

/** Drawn above and below what is seen, so that a scroll shows no gap before the next frame. */
const SPARE = 10;
const STEP = 1.6;
/** Pixels; in less, names beside the bars would be cut. */
const NARROW = 480;

export interface Seen {
  readonly range: Range;
  /** The bar that somebody points at, or has chosen. */
  readonly bar: Bar | null;
}

export class Plot {
  readonly element: HTMLElement;
  readonly #canvas = new Canvas();
  readonly #option = h("div", {
    class: "hitl-tl-option",
    role: "option",
    id: uniqueId(),
    "aria-selected": true,
  });
  readonly #tell: (seen: Seen) => void;
  #timeline: Timeline | null = null;
  /** The clock of the browser when the timeline came. */
  #came = 0;
  #lanes: readonly Lane[] = [];
  /** As they are drawn, from above. */
  #order: readonly Bar[] = [];
  /** Null: the whole run, also while it grows. */
  #range: Range | null = null;
  #chosen: string | null = null;
  #pointed: Bar | null = null;
  #drawing = 0;
  /** How high a lane is. */
  #lane = LANE;

  constructor(tell: (seen: Seen) => void, signal: AbortSignal) {
    this.#tell = tell;
    this.element = h(
      "div",
      { class: "hitl-tl-plot", role: "listbox", tabindex: 0, "aria-label": "Bars of the timeline" },
      h("div", { class: "hitl-tl-corner", "aria-hidden": "true" }),
      this.#canvas.axis,
      this.#canvas.labels,
      this.#canvas.field,
      this.#option,
    );
    this.element.addEventListener("scroll", () => this.draw(), { signal });
    this.element.addEventListener("keydown", (event) => this.#key(event), { signal });
    follow(this.#canvas.field, this.#hand(), signal);
    const sizes = new ResizeObserver(() => this.draw());
    watch(sizes, this.#canvas.field, signal);
  }

  show(timeline: Timeline): void {
    this.#timeline = timeline;
    this.#came = performance.now();
    this.#lanes = lanesOf(timeline.bars);
    this.#order = this.#lanes.flatMap(({ bars }) => bars);
    this.#pointed = null;
    this.#reserve();
    this.draw();
  }

  /** In the next frame, once, however often it is asked for. */
  draw(): void {
    this.#drawing ||= requestAnimationFrame(() => {
      this.#drawing = 0;
      this.#draw();
    });
  }

  get now(): number {
    const { end = null, now = 0 } = this.#timeline ?? {};
    return end ?? now + performance.now() - this.#came;
  }

  /** What there is to be seen. */
  get looks(): ReadonlySet<Look> {
    return looksOf(this.#lanes);
  }

  get bars(): readonly Bar[] {
    return this.#timeline?.bars ?? [];
  }

  zoomIn(): void {
    this.#zoom(1 / STEP);
  }

  zoomOut(): void {
    this.#zoom(STEP);
  }

  showWhole(): void {
    this.#show(null);
  }

  /** While the run lives, with some room for the line that is now. */
  get #whole(): Range {
    const { start = 0, end = 0 } = this.#timeline ?? {};
    return wholeOf(start, end ?? this.now + (this.now - start) / 50);
  }

  #show(range: Range | null): void {
    const whole = this.#whole;
    this.#range = range && range.to - range.from < whole.to - whole.from ? range : null;
    this.draw();
  }

  #zoom(factor: number, at?: number): void {
    this.#show(zoomed(this.#range ?? this.#whole, this.#whole, factor, at));
  }

  #move(part: number): void {
    const range = this.#range ?? this.#whole;
    this.#show(moved(range, this.#whole, part * (range.to - range.from)));
  }

  #hand() {
    const timeAt = (x: number) => {
      const { from, to } = this.#range ?? this.#whole;
      return from + (x / this.#canvas.field.clientWidth) * (to - from);
    };
    const under = (x: number, y: number) => barAt(this.#lanes[Math.floor(y / this.#lane)], x, this.#sight);
    return {
      zoom: (factor: number, x: number) => this.#zoom(factor, timeAt(x)),
      move: (by: number) => this.#move(-by / this.#canvas.field.clientWidth),
      point: (x: number, y: number) => this.#point(under(x, y)),
      leave: () => this.#point(null),
      choose: (x: number, y: number) => this.#choose(under(x, y)),
      enter: (x: number, y: number) => this.#enter(under(x, y)),
    };
  }

  #point(bar: Bar | null): void {
    if (bar === this.#pointed) return;
    this.#pointed = bar;
    this.draw();
  }

  #choose(bar: Bar | null): void {
    this.#chosen = bar?.id ?? null;
    this.draw();
  }

  /** Shows a bar as wide as there is room. */
  #enter(bar: Bar | null | undefined): void {
    if (!bar) return;
    const length = Math.max((bar.end ?? this.now) - bar.start, 1);
    const range = { from: bar.start - length / 20, to: bar.start + length * 1.05 };
    this.#show(zoomed(range, this.#whole, 1));
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#order.findIndex(({ id }) => id === this.#chosen);
    const keys: Record<string, () => void> = {
      "+": () => this.zoomIn(),
      "=": () => this.zoomIn(),
      "-": () => this.zoomOut(),
      "0": () => this.showWhole(),
      ArrowLeft: () => this.#move(-0.2),
      ArrowRight: () => this.#move(0.2),
      ArrowUp: () => this.#step(at < 0 ? 0 : at - 1),
      ArrowDown: () => this.#step(at + 1),
      Home: () => this.#step(0),
      End: () => this.#step(this.#order.length - 1),
      Enter: () => this.#enter(this.#order[at]),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #step(index: number): void {
    const bar = this.#order[index];
    if (!bar) return;
    this.#pointed = null;
    this.#choose(bar);
    if (this.#range) this.#show(reaching(this.#range, this.#whole, bar.start, bar.end ?? this.now));
    const top = this.#laneOf(bar) * this.#lane;
    const room = this.element.clientHeight - this.#canvas.axis.offsetHeight - this.#lane;
    this.element.scrollTop = Math.min(Math.max(this.element.scrollTop, top - room), top);
  }

  #laneOf(bar: Bar): number {
    return this.#lanes.findIndex(({ bars }) => bars.includes(bar));
  }

  get #sight(): Sight {
    const { clientWidth: width } = this.#canvas.field;
    return { range: this.#range ?? this.#whole, width, now: this.now, lane: this.#lane };
  }

  #reserve(): void {
    this.#canvas.reserve(this.#lanes.length * this.#lane);
  }

  /** Where it is narrow, names stand above the bars. */
  #fit(): void {
    const narrow = this.element.clientWidth < NARROW;
    const lane = narrow ? LANE + NAME : LANE;
    if (lane === this.#lane) return;
    this.element.classList.toggle("hitl-tl-narrow", narrow);
    this.#lane = lane;
    this.#reserve();
  }

  #draw(): void {
    this.#fit();
    const sight = this.#sight;
    if (sight.width === 0) return;
    const first = Math.max(0, Math.floor(this.element.scrollTop / this.#lane) - SPARE);
    const seen = Math.ceil(this.element.clientHeight / this.#lane) + 2 * SPARE;
    const chosen = this.#order.find(({ id }) => id === this.#chosen) ?? null;
    const bar = this.#pointed ?? chosen;
    this.#canvas.draw({
      ...sight,
      lanes: this.#lanes.slice(first, first + seen),
      first,
      living: this.#timeline?.end === null,
      marked: bar && { bar, lane: this.#laneOf(bar) },
    });
    this.#drawOption(chosen);
    this.#tell({ range: sight.range, bar });
  }

  #drawOption(bar: Bar | null): void {
    this.#option.hidden = !bar;
    if (!bar) {
      this.element.removeAttribute("aria-activedescendant");
      return;
    }
    const text = `${bar.name}, ${KINDS[bar.kind]}, ${stateOf(bar)}: ${timesOf(bar, this.now)}`;
    this.#option.setAttribute("aria-label", text);
    this.#option.setAttribute("aria-posinset", String(this.#order.indexOf(bar) + 1));
    this.#option.setAttribute("aria-setsize", String(this.#order.length));
    this.element.setAttribute("aria-activedescendant", this.#option.id);
  }
}
