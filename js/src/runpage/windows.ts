/**
 * The rows of a list that may be longer than anybody looks at: fetched in windows, where somebody looks.
 *
 * Of the windows the last ones looked at are kept. What has become old stays to be seen until the new is there.
 */

export interface Rows<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

export type Fetch<Row> = (offset: number, limit: number) => Promise<Rows<Row>>;

interface Window<Row> {
  readonly rows: readonly Row[];
  /** Of which age of the list it is. */
  readonly age: number;
}

const SIZE = 200;
const KEPT = 10;
/** So many are asked for at a time: whoever drags the scrollbar wants those at its end, not all on the way. */
const AT_ONCE = 2;

export class Windows<Row> {
  /** Null until the first rows are here. */
  total: number | null = null;
  /** Why the last rows could not be had; nothing more is asked for before the next refresh. */
  error: string | null = null;
  readonly #fetch: Fetch<Row>;
  readonly #changed: () => void;
  /** By their number, the one looked at last at the end. */
  readonly #windows = new Map<number, Window<Row>>();
  readonly #asked = new Set<number>();
  #age = 0;
  /** The age in which the list became the one it is. */
  #since = 0;
  #first = 0;
  #last = 0;

  /** `changed` is called when rows, the total or the error are others than before. */
  constructor(fetch: Fetch<Row>, changed: () => void) {
    this.#fetch = fetch;
    this.#changed = changed;
  }

  row(index: number): Row | undefined {
    return this.#windows.get(Math.floor(index / SIZE))?.rows[index % SIZE];
  }

  /** Somebody looks at these rows: what of them is not here is asked for. */
  look(first: number, last: number): void {
    this.#first = Math.floor(first / SIZE);
    this.#last = Math.floor(last / SIZE);
    if (this.error === null) this.#ask();
  }

  /** The list has changed: what is looked at is asked for again at once, the rest when it is looked at. */
  refresh(): void {
    this.#age += 1;
    this.error = null;
    this.#ask();
  }

  /** It is another list: nothing of the old one stays. */
  clear(): void {
    this.#windows.clear();
    this.total = null;
    this.#since = this.#age + 1;
    this.refresh();
  }

  #ask(): void {
    for (let number = this.#first; number <= this.#last; number += 1) {
      const window = this.#windows.get(number);
      if (window) {
        this.#windows.delete(number);
        this.#windows.set(number, window);
      }
      const missing = window?.age !== this.#age && !this.#asked.has(number);
      if (missing && this.#asked.size < AT_ONCE) void this.#take(number);
    }
  }

  async #take(number: number): Promise<void> {
    const age = this.#age;
    this.#asked.add(number);
    try {
      const { total, rows } = await this.#fetch(number * SIZE, SIZE);
      if (age >= this.#since) this.#put(number, { rows, age }, total);
    } catch (error) {
      if (age === this.#age) this.error = error instanceof Error ? error.message : String(error);
    }
    this.#asked.delete(number);
    this.#changed();
    if (this.error === null) this.#ask();
  }

  #put(number: number, window: Window<Row>, total: number): void {
    this.total = total;
    this.#windows.delete(number);
    this.#windows.set(number, window);
    for (const old of this.#windows.keys()) {
      const gone = old * SIZE >= total && old > 0;
      if (gone || (this.#windows.size > KEPT && (old < this.#first || old > this.#last)))
        this.#windows.delete(old);
    }
    this.#last = Math.min(this.#last, Math.max(0, Math.ceil(total / SIZE) - 1));
    this.#first = Math.min(this.#first, this.#last);
  }
}
