/** One file on its way to the kernel, piece by piece, a few of them ahead of what is acknowledged. */

import type { Sending, Services } from "../form/services";
import { PATIENCE } from "../form/state";
import { Listeners } from "../shared/listeners";

/** A message of ten times this much would end the connection. */
export const PIECE = 1_000_000;
/** Enough to flow, and few enough that other messages come through. */
export const AHEAD = 3;

// Two pages may send to one kernel.
const page = Math.random().toString(36).slice(2, 12);
let begun = 0;

/** Begins to send a file. */
export function send(file: File, services: Services): Sending {
  begun += 1;
  const transfer = new Transfer(file, `${page}-${begun}`, services);
  services.sendings.set(transfer.id, transfer);
  void transfer.run();
  return transfer;
}

/** Nobody wants a file any more. */
export function drop(id: string, services: Services | undefined): void {
  services?.sendings.get(id)?.cancel();
  services?.sendings.delete(id);
  void services?.ask({ kind: "drop", upload: id });
}

class Transfer implements Sending {
  readonly id: string;
  readonly changes = new Listeners<void>();
  readonly #file: File;
  readonly #services: Services;
  readonly #going = new Set<Promise<void>>();
  #over = false;
  #patience: ReturnType<typeof setTimeout> | undefined;
  sent = 0;
  done = false;
  silent = false;
  error = "";

  constructor(file: File, id: string, services: Services) {
    this.#file = file;
    this.id = id;
    this.#services = services;
  }

  async run(): Promise<void> {
    const { size } = this.#file;
    let offset = 0;
    do {
      while (this.#going.size >= AHEAD) await Promise.race(this.#going);
      const piece = this.#over ? null : await this.#read(offset);
      if (!piece || this.#over) return;
      this.#hand(offset, piece);
      offset += piece.byteLength;
    } while (offset < size);
    await Promise.all(this.#going);
    if (this.#over) return;
    this.done = true;
    this.#stop();
  }

  cancel(): void {
    this.#over = true;
    clearTimeout(this.#patience);
  }

  async #read(offset: number): Promise<ArrayBuffer | null> {
    const { name, size } = this.#file;
    const end = Math.min(size, offset + PIECE);
    try {
      const piece = await this.#file.slice(offset, end).arrayBuffer();
      if (piece.byteLength === end - offset) return piece;
    } catch (error) {
      console.warn("hitl-jupyter: a file could not be read.", error);
    }
    this.#fail(`${name} can no longer be read: it was moved or changed. Choose it again.`);
    return null;
  }

  #hand(offset: number, piece: ArrayBuffer): void {
    const { name, size } = this.#file;
    const length = piece.byteLength;
    this.#wait();
    const question = { kind: "upload", upload: this.id, name, size, offset } as const;
    const going = this.#services.ask(question, [piece]).then(({ status, message }) => {
      this.#going.delete(going);
      if (this.#over) return;
      if (status !== "ok") {
        this.#fail(message ?? `${name} could not be sent. Choose it again.`);
        return;
      }
      this.sent += length;
      this.silent = false;
      if (this.#going.size > 0) this.#wait();
      this.changes.tell();
    });
    this.#going.add(going);
  }

  /** The kernel counts as busy if it is silent for too long. */
  #wait(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      this.silent = true;
      this.changes.tell();
    }, PATIENCE);
  }

  #fail(why: string): void {
    this.error = why;
    this.#stop();
  }

  #stop(): void {
    this.cancel();
    this.silent = false;
    this.changes.tell();
  }
}
