/** What is shown now, shared by all views of it on this page. Large contents come in several messages. */

import { atEnd } from "../shared/ends";
import { Listeners } from "../shared/listeners";
import { type Item, isContents, isMore, type ShownModel } from "./model";

export class ShownState {
  /** Told the numbers of the items that can be drawn now; of all of them when something else is shown. */
  readonly changes = new Listeners<readonly number[]>();
  items: readonly Item[] = [];
  #number = -1;
  #sizes: number[] = [];
  #parts: DataView[][] = [];

  constructor(model: ShownModel, signal: AbortSignal) {
    const heard = (content: unknown, buffers: DataView[]) => this.#hear(content, buffers);
    model.on("msg:custom", heard);
    atEnd(signal, () => model.off("msg:custom", heard));
    model.send({ kind: "hello" });
  }

  /** The bytes of an item, null where they are not all here; an item without any is there at once. */
  content(at: number): Blob | null {
    const item = this.items[at];
    if (!item || this.#left(at) > 0) return null;
    return new Blob((this.#parts[at] ?? []) as BlobPart[], { type: "mime" in item ? item.mime : "" });
  }

  /** How many bytes an item has. */
  size(at: number): number {
    return this.#sizes[at] ?? 0;
  }

  #left(at: number): number {
    const here = (this.#parts[at] ?? []).reduce((sum, part) => sum + part.byteLength, 0);
    return this.size(at) - here;
  }

  #hear(content: unknown, buffers: DataView[]): void {
    if (isContents(content)) {
      // Another page has asked for what is whole here already.
      if (content.number === this.#number && this.items.every((_, at) => this.#left(at) <= 0)) return;
      this.#number = content.number;
      this.items = content.items;
      this.#sizes = content.sizes;
      this.#parts = content.items.map(() => []);
      this.#take(content.parts, buffers);
      this.changes.tell(this.items.map((_, at) => at));
    } else if (isMore(content) && content.number === this.#number) {
      this.changes.tell(this.#take(content.parts, buffers));
    }
  }

  /** Takes parts of contents, and gives the items that are whole by that. */
  #take(parts: number[], buffers: DataView[]): number[] {
    const whole: number[] = [];
    parts.forEach((at, part) => {
      const buffer = buffers[part];
      if (!buffer || this.#left(at) <= 0) return;
      this.#parts[at]?.push(buffer);
      if (this.#left(at) <= 0) whole.push(at);
    });
    return whole;
  }
}
