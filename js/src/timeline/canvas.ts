/** What is drawn of the part that is seen: names to the left, ticks above, the bars, the line that is now, a mark. */

import { h } from "../shared/dom";
import type { Bar } from "./data";
import type { Lane } from "./lanes";
import { extentIn, LANE, outlinesOf, placeOf, type Sight } from "./outlines";
import { Paths, s } from "./svg";
import { ticksOf } from "./words";

export interface Picture extends Sight {
  /** The lanes that are seen, and the number of the first. */
  readonly lanes: readonly Lane[];
  readonly first: number;
  readonly living: boolean;
  /** The bar that stands out, and the number of its lane. */
  readonly marked: { readonly bar: Bar; readonly lane: number } | null;
}

export class Canvas {
  readonly axis = h("div", { class: "hitl-tl-axis", "aria-hidden": "true" });
  readonly labels = h("div", { class: "hitl-tl-labels", "aria-hidden": "true" });
  readonly field: HTMLElement;
  readonly #paths = new Paths();
  readonly #lines = s("path", { class: "hitl-tl-lines" });
  readonly #now = s("path", { class: "hitl-tl-now" });
  readonly #mark = s("rect", { class: "hitl-tl-mark", rx: 2, height: LANE - 2 });
  readonly #svg = s(
    "svg",
    { role: "presentation" },
    this.#lines,
    ...this.#paths.elements,
    this.#now,
    this.#mark,
  );
  /** What is drawn, in short. */
  #part = "";

  constructor() {
    this.field = h("div", { class: "hitl-tl-field" }, this.#svg);
  }

  /** Other lanes: so high together. */
  reserve(height: number): void {
    this.#part = "";
    for (const element of [this.labels, this.field]) element.style.height = `${height}px`;
  }

  draw(picture: Picture): void {
    const { first, lanes, range, width, now } = picture;
    const part = [first, lanes.length, range.from, range.to, width, now].join();
    // Whoever only points from bar to bar moves the mark.
    if (part !== this.#part) this.#drawPart(picture);
    this.#part = part;
    this.#drawMark(picture);
  }

  #drawPart(picture: Picture): void {
    const height = picture.lanes.length * picture.lane;
    this.#svg.style.top = `${picture.first * picture.lane}px`;
    this.#svg.setAttribute("width", String(picture.width));
    this.#svg.setAttribute("height", String(height));
    this.#paths.show(outlinesOf(picture.lanes, picture));
    this.#drawLabels(picture);
    this.#drawTicks(picture, height);
    this.#now.setAttribute("d", picture.living ? `M${placeOf(picture.now, picture)},0v${height}` : "");
  }

  #drawLabels({ lanes, first, lane }: Picture): void {
    this.labels.replaceChildren(
      ...lanes.map(({ label, depth }, index) => {
        const element = h("div", { class: "hitl-tl-label", title: label }, label);
        element.style.top = `${(first + index) * lane}px`;
        element.style.paddingInlineStart = `${6 + Math.min(depth, 8) * 7}px`;
        return element;
      }),
    );
  }

  #drawTicks({ range, width }: Picture, height: number): void {
    const ticks = ticksOf(range, width);
    this.#lines.setAttribute("d", ticks.map(({ x }) => `M${Math.round(x) + 0.5},0v${height}`).join(""));
    this.axis.replaceChildren(
      ...ticks.map(({ x, label }) => {
        const element = h("span", { class: "hitl-tl-tick" }, label);
        element.style.left = `${x}px`;
        return element;
      }),
    );
  }

  #drawMark({ lanes, marked, first, ...sight }: Picture): void {
    const lane = marked && lanes[marked.lane - first];
    const extent = lane && extentIn(lane, marked.bar, sight);
    this.#mark.setAttribute("display", extent ? "inline" : "none");
    if (!extent) return;
    this.#mark.setAttribute("x", String(extent[0] - 2));
    this.#mark.setAttribute("y", String((marked.lane - first + 1) * sight.lane - LANE + 1));
    this.#mark.setAttribute("width", String(extent[1] - extent[0] + 4));
  }
}
