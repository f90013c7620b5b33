/**
 * Rows that the kernel holds, fetched in windows as they come into view.
 *
 * One window is asked for at a time, and which one is decided when the last has come: whoever scrolls through all of
 * it fetches what the eye stops at. Of the windows only the newest are kept, whatever there is.
 */

export const WINDOW = 200;
export const KEPT = 20;

export interface Fetched<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

interface Kept<T> {
  readonly rows: readonly T[];
  /** It may have changed since, and is asked for again when it is looked at. */
  stale: boolean;
}

export class Windows<T> {
  /** How many rows there are, as of the last window. */
  total = 0;
  readonly #fetch: (offset: number, limit: number) => Promise<Fetched<T>>;
  readonly #changed: (why: string | null) => void;
  readonly #kept = new Map<number, Kept<T>>();
  #first = 0;
  #last = 0;
  #generation = 0;
  #asking = false;

  /** `changed` is told whenever there is more to be seen or, with words for people, that there is not. */
  constructor(
    fetch: (offset: number, limit: number) => Promise<Fetched<T>>,
    changed: (why: string | null) => void,
  ) {
    this.#fetch = fetch;
    this.#changed = changed;
  }

  /** The row at a place, if its window is here. */
  get(place: number): T | undefined {
    return this.#kept.get(Math.floor(place / WINDOW))?.rows[place % WINDOW];
  }

  /** These rows are in view, and are fetched. */
  want(first: number, last: number): void {
    this.#first = Math.floor(first / WINDOW);
    this.#last = Math.floor(last / WINDOW);
    void this.#next();
  }

  /** There may be more rows and, unless they only `grow`, those that are here may have changed. */
  refresh(grow = false): void {
    for (const [number, kept] of this.#kept)
      if (!grow || kept.rows.length < WINDOW || number === this.#last) kept.stale = true;
    void this.#next();
  }

  /** Other rows take the place of all that were here. */
  reset(): void {
    this.#generation += 1;
    this.#kept.clear();
    this.#asking = false;
    this.#first = this.#last = 0;
    void this.#next();
  }

  async #next(): Promise<void> {
    const number = this.#missing();
    if (number === null || this.#asking) return;
    const generation = this.#generation;
    this.#asking = true;
    try {
      const { total, rows } = await this.#fetch(number * WINDOW, WINDOW);
      if (generation !== this.#generation) return;
      this.total = total;
      this.#keep(number, rows);
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#asking = false;
      this.#changed(error instanceof Error ? error.message : String(error));
      // What is looked at next asks again.
      return;
    }
    this.#asking = false;
    this.#changed(null);
    void this.#next();
  }

  #missing(): number | null {
    for (let number = this.#first; number <= this.#last; number += 1) {
      const kept = this.#kept.get(number);
      if (!kept || kept.stale) return number;
    }
    return null;
  }

  #keep(number: number, rows: readonly T[]): void {
    this.#kept.delete(number);
    this.#kept.set(number, { rows, stale: false });
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      if (old < this.#first || old > this.#last) this.#kept.delete(old);
    }
  }
}
