/**
 * A list of any length of which only the rows in view, and a few around them, are on the page.
 *
 * Rows are as high as what is in them: each is measured when it is drawn, and what turns out higher above moves
 * nothing that is being read.
 */

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import { h, hasFocus } from "../shared/dom";
import { atEnd, watch } from "../shared/ends";

const OVERSCAN = 12;
/** Nearer to the end than this many pixels counts as being there. */
const NEAR = 24;

export interface Rows {
  /** Gives the element of a row: the one that is there if it is still right. */
  draw(place: number, drawn: HTMLElement | undefined): HTMLElement;
  /** These rows are drawn. */
  seen(first: number, last: number): void;
  /** What tells a row from others where places change; a row's place if left out. */
  key?(place: number): number;
  /** The height of a row that was not drawn yet, in pixels. */
  height: number;
}

export class Scroller {
  /** As high as all rows together. */
  readonly #list = h("div", { class: "hitl-scroll-list" });
  /** Holds what is drawn, in the order of the rows. */
  readonly rows = h("div", { class: "hitl-scroll-rows" });
  readonly #drawn = new Map<number, HTMLElement>();
  readonly #box: HTMLElement;
  readonly #what: Rows;
  readonly #virtual: Virtualizer<HTMLElement, HTMLElement>;
  #count = 0;
  #drawing = false;
  /** Whether the end is to stay in view, whatever comes and however high it is. */
  #follow = false;
  /** Whether it does: not while somebody has scrolled up. */
  #follows = false;
  /** Whether a person has scrolled since. */
  #scrolled = false;

  /** Draws into `box`, which scrolls. */
  constructor(box: HTMLElement, what: Rows, signal: AbortSignal) {
    this.#box = box;
    this.#what = what;
    this.#list.append(this.rows);
    box.append(this.#list);
    this.#virtual = new Virtualizer(this.#options());
    const end = this.#virtual._didMount();
    this.#virtual._willUpdate();
    atEnd(signal, end);
    this.#listen(signal);
  }

  /** There are so many rows, and any may be another than it was. With `above` the new ones stand above all others. */
  show(count: number, above = false): void {
    const before = this.#virtual.getTotalSize();
    this.#count = count;
    this.#virtual.setOptions(this.#options());
    this.#virtual._willUpdate();
    this.#place();
    // Who reads further down goes on reading.
    if (above) this.#virtual.scrollToOffset(this.#box.scrollTop + this.#virtual.getTotalSize() - before);
    this.#draw(true);
    if (this.#follows) this.#toEnd();
  }

  /** There will be others, and nothing is to be seen until then. */
  restart(): void {
    this.follow(false);
    this.show(0);
    this.#virtual.measure();
    this.#box.scrollTop = 0;
  }

  /** Keeps the end in view, unless somebody scrolls up; or no longer. */
  follow(follow: boolean): void {
    this.#follow = this.#follows = follow;
    if (follow) this.#toEnd();
    else this.#virtual.cancelScroll();
  }

  #toEnd(): void {
    this.#scrolled = false;
    if (this.#count > 0) this.#virtual.scrollToIndex(this.#count - 1, { align: "end" });
  }

  #listen(signal: AbortSignal): void {
    const scrolls = () => {
      this.#scrolled = true;
    };
    for (const what of ["wheel", "touchmove", "pointerdown", "keydown"])
      this.#box.addEventListener(what, scrolls, { signal, passive: true });
    this.#box.addEventListener(
      "scroll",
      () => {
        const { scrollHeight, scrollTop, clientHeight } = this.#box;
        if (this.#scrolled) this.#follows = this.#follow && scrollHeight - scrollTop - clientHeight < NEAR;
      },
      { signal, passive: true },
    );
    if (!globalThis.ResizeObserver) return;
    const resized = new ResizeObserver(() => this.#follows && this.#toEnd());
    watch(resized, this.#box, signal);
  }

  #options() {
    const { height, key } = this.#what;
    return {
      count: this.#count,
      getScrollElement: () => this.#box,
      estimateSize: () => height,
      ...(key ? { getItemKey: (place: number) => key.call(this.#what, place) } : {}),
      scrollToFn: elementScroll<HTMLElement>,
      observeElementRect: observeElementRect<HTMLElement>,
      observeElementOffset: observeElementOffset<HTMLElement>,
      overscan: OVERSCAN,
      onChange: () => this.#draw(false),
    };
  }

  /** Draws what came into view; with `all` also what may have changed. */
  #draw(all: boolean): void {
    // Measuring a row tells of its height, which draws.
    if (this.#drawing) return;
    this.#drawing = true;
    const items = this.#virtual.getVirtualItems();
    const first = items[0]?.index ?? 0;
    const last = items.at(-1)?.index ?? -1;
    for (const [place, row] of this.#drawn)
      if (place < first || place > last) {
        // Its keys would go to the page around.
        if (hasFocus(row)) this.#box.focus({ preventScroll: true });
        row.remove();
        this.#drawn.delete(place);
      }
    const fresh = items
      .filter(({ index }) => all || !this.#drawn.has(index))
      .map(({ index }) => this.#put(index));
    for (const row of fresh) this.#virtual.measureElement(row);
    this.#drawing = false;
    this.#place();
    if (items.length > 0) this.#what.seen(first, last);
  }

  #put(place: number): HTMLElement {
    const old = this.#drawn.get(place);
    const row = this.#what.draw(place, old);
    row.dataset.index = String(place);
    if (row === old) return row;
    this.#drawn.set(place, row);
    if (old) old.replaceWith(row);
    else {
      const before = this.#drawn.get(place - 1);
      if (before?.isConnected) before.after(row);
      else this.rows.prepend(row);
    }
    return row;
  }

  #place(): void {
    this.#list.style.height = `${this.#virtual.getTotalSize()}px`;
    this.rows.style.transform = `translateY(${this.#virtual.getVirtualItems()[0]?.start ?? 0}px)`;
  }
}
