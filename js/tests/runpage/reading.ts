/** A kernel that answers as a test tells it to, for the sections of the run page; and room for their rows. */

import { vi } from "vitest";
import type { Reader } from "../../src/runpage/section";

export class Kernel implements Reader {
  readonly asked: { what: string; parameters: Record<string, unknown> }[] = [];
  /** What is given, by section: data, rows that are cut as they are asked for, or an error. */
  readonly has: Record<string, unknown> = {};

  open(): void {}

  async read<T>(what: string, parameters: Record<string, unknown> = {}): Promise<T> {
    this.asked.push({ what, parameters });
    const given = this.has[what];
    if (given instanceof Error) throw given;
    if (!Array.isArray(given)) return given as T;
    const offset = Number(parameters.offset);
    return { total: given.length, rows: given.slice(offset, offset + Number(parameters.limit)) } as T;
  }
}

/** Lets everything that was asked be answered and drawn. */
export async function settled(): Promise<void> {
  for (let at = 0; at < 5; at += 1) await new Promise((done) => setTimeout(done));
}

/** Gives boxes of 400 by 300 pixels with rows of 27, as there is no layout here. */
export function giveRoom(): void {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(27);
}
