/** Telling several listeners that something happened. */

import { atEnd } from "./ends";

export class Listeners<T> {
  readonly #all = new Set<(event: T) => void>();

  /** Without a signal the listener lives as long as this object. */
  add(callback: (event: T) => void, signal?: AbortSignal): void {
    this.#all.add(callback);
    if (signal) atEnd(signal, () => this.#all.delete(callback));
  }

  tell(event: T): void {
    for (const callback of [...this.#all]) callback(event);
  }
}
