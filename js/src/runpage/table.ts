/**
 * A table of as many rows as there are: only those that are seen are on the page, and only those near them in memory.
 *
 * A row whose first cell is a button unfolds. The table scrolls by itself, in both directions, below its head.
 */

import { button, h, uniqueId } from "../shared/dom";
import { every } from "../shared/ends";
import { Said } from "./parts";
import { Scroller } from "./scroller";
import { type Fetch, Windows } from "./windows";

export interface Column<Row> {
  readonly title: string;
  /** Its width in characters at least, and its share of the room that is left. */
  readonly width: number;
  readonly grow?: number;
  readonly right?: boolean;
  cell(row: Row): HTMLElement | string;
}

export interface Given<Row> {
  readonly name: string;
  /** Asked once, when the first rows are here, which may say what fits them. */
  columns(rows: readonly Row[]): readonly Column<Row>[];
  readonly fetch: Fetch<Row>;
  /** Said of a table without rows. */
  readonly none: string;
  /** What a row is remembered by while rows come and go. */
  key(row: Row, place: number): string;
  /** What a row unfolds to. */
  unfold?(row: Row): HTMLElement;
  /** Whether its cells change by the clock alone. */
  lives?(row: Row): boolean;
}

/** Pixels, before it is measured. */
const ROW = 27;
/** Between columns, as `tables.css` has it. */
const GAP = 16;
const TICK = 1000;
const SAMPLE = 100;

interface Drawn {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
  readonly button: HTMLButtonElement | null;
  /** The row as it is drawn, as JSON; "" of one that is not here yet. */
  row: string;
  unfolded: HTMLElement | null;
}

export class VirtualTable<Row> {
  readonly element: HTMLElement;
  readonly #given: Given<Row>;
  readonly #windows: Windows<Row>;
  readonly #said: Said;
  readonly #grid: HTMLElement;
  readonly #scroller: Scroller;
  readonly #drawn = new WeakMap<HTMLElement, Drawn>();
  /** The keys of the rows that are unfolded. */
  readonly #open = new Set<string>();
  #columns: readonly Column<Row>[] = [];

  constructor(given: Given<Row>, signal: AbortSignal) {
    this.#given = given;
    this.#said = new Said(() => this.refresh(), signal);
    this.#grid = h("div", {
      class: "hitl-grid",
      role: "table",
      "aria-label": given.name,
      tabindex: 0,
      hidden: true,
    });
    this.element = h("div", { class: "hitl-long" }, this.#said.element, this.#grid);
    this.#windows = new Windows(given.fetch, () => {
      if (!signal.aborted) this.#show();
    });
    this.#scroller = new Scroller(
      this.#grid,
      {
        height: ROW,
        draw: (place, drawn) => this.#draw(place, drawn),
        seen: (first, last) => this.#windows.look(first, last),
      },
      signal,
    );
    this.#scroller.rows.setAttribute("role", "rowgroup");
    if (given.lives) every(TICK, () => this.#show(), signal);
    this.#windows.look(0, 0);
  }

  /** The rows have changed: where it is scrolled to and what is unfolded stays. */
  refresh(): void {
    this.#windows.refresh();
  }

  #show(): void {
    const { total, error } = this.#windows;
    const none = total === 0 ? this.#given.none : null;
    this.#said.say(total === null ? "Loading…" : none, error);
    this.#grid.hidden = !total;
    if (!total) return;
    if (this.#columns.length === 0) this.#layOut();
    this.#grid.setAttribute("aria-rowcount", String(total + 1));
    this.#scroller.show(total);
  }

  #layOut(): void {
    const rows = Array.from({ length: SAMPLE }, (_, at) => this.#windows.row(at));
    this.#columns = this.#given.columns(rows.filter((row) => row !== undefined));
    this.#grid.prepend(head(this.#columns));
    const tracks = this.#columns.map(({ width, grow = 0.001 }) => `minmax(${width}ch, ${grow}fr)`);
    this.#grid.style.setProperty("--hitl-tracks", tracks.join(" "));
    const least = this.#columns.reduce((sum, { width }) => sum + width, 0);
    this.#grid.style.setProperty("--hitl-least", `calc(${least}ch + ${tracks.length + 1} * ${GAP}px)`);
  }

  #draw(place: number, before: HTMLElement | undefined): HTMLElement {
    const drawn = (before && this.#drawn.get(before)) ?? this.#make(place);
    this.#fill(drawn, place);
    return drawn.element;
  }

  #make(place: number): Drawn {
    const turn = this.#given.unfold ? button("", { class: "hitl-unfold" }) : null;
    const cells = this.#columns.map(({ right }) =>
      h("div", { role: "cell", class: right ? "hitl-cell hitl-right" : "hitl-cell" }),
    );
    turn?.append(h("span"));
    if (turn) cells[0]?.append(turn);
    const element = h("div", { class: "hitl-grid-row", role: "row", "aria-rowindex": place + 2 }, ...cells);
    const drawn = { element, cells, button: turn, row: "", unfolded: null };
    turn?.addEventListener("click", () => this.#turn(drawn, place));
    this.#drawn.set(element, drawn);
    return drawn;
  }

  #fill(drawn: Drawn, place: number): void {
    const row = this.#windows.row(place);
    drawn.element.ariaBusy = String(row === undefined);
    // What was here before stays to be seen until the new is here.
    if (row === undefined) return;
    const json = JSON.stringify(row);
    const same = json === drawn.row;
    if (same && !this.#given.lives?.(row)) return;
    drawn.row = json;
    this.#columns.forEach((column, at) => {
      const place = (at === 0 && drawn.button?.firstElementChild) || drawn.cells[at];
      if (place) fill(place, column.cell(row), same);
    });
    if (!same) this.#unfold(drawn, row, place);
  }

  #unfold(drawn: Drawn, row: Row, place: number): void {
    const open = this.#open.has(this.#given.key(row, place));
    drawn.button?.setAttribute("aria-expanded", String(open));
    const content = open && this.#given.unfold?.(row);
    if (!content) {
      drawn.unfolded?.remove();
      drawn.unfolded = null;
      return;
    }
    if (!drawn.unfolded) {
      drawn.unfolded = h("div", { role: "cell", class: "hitl-unfolded", id: uniqueId() });
      drawn.element.append(drawn.unfolded);
    }
    put(drawn.unfolded, content);
  }

  #turn(drawn: Drawn, place: number): void {
    const row = this.#windows.row(place);
    if (row === undefined) return;
    const key = this.#given.key(row, place);
    if (!this.#open.delete(key)) this.#open.add(key);
    this.#unfold(drawn, row, place);
  }
}

function head<Row>(columns: readonly Column<Row>[]): HTMLElement {
  const cells = columns.map(({ title, right }) =>
    h("div", { role: "columnheader", class: right ? "hitl-cell hitl-right" : "hitl-cell" }, title),
  );
  const row = h("div", { class: "hitl-grid-row", role: "row", "aria-rowindex": 1 }, ...cells);
  return h("div", { class: "hitl-grid-head", role: "rowgroup" }, row);
}

/** Puts an element in its place, unless it looks as the one that is there: that one may be pressed or have the focus. */
function put(place: Element, content: HTMLElement): void {
  if (!place.firstElementChild?.isEqualNode(content)) place.replaceChildren(content);
}

/** Puts a text in its place, or an element where the row is another one. */
function fill(place: Element, content: HTMLElement | string, same: boolean): void {
  if (typeof content !== "string") {
    if (!same) put(place, content);
  } else if (place.textContent !== content) {
    place.textContent = content;
    place.setAttribute("title", content);
  }
}
