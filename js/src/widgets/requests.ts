/** Questions to the kernel and their replies: each has an id, each is answered once. */

import type { FullReply, Question } from "./model";

/** After so many milliseconds without a sign of the kernel a page says so. */
export const SILENCE = 3000;
export const SILENT = "The kernel has not answered yet: it is busy, or no longer there.";
const UNREACHABLE = "The kernel cannot be reached. What you typed is kept here; try again when it is back.";

export class Requests<Q extends object = Question> {
  readonly #waiting = new Map<string, (reply: FullReply) => void>();
  readonly #send: (request: Q & { id: string }, buffers?: ArrayBuffer[]) => void;
  readonly #unreachable: string;
  // Two pages may look at one kernel, and their ids must differ. (crypto.randomUUID is missing on plain http.)
  readonly #page = Math.random().toString(36).slice(2, 10);
  #asked = 0;

  /** `unreachable` is said where a message cannot even be sent. */
  constructor(
    send: (request: Q & { id: string }, buffers?: ArrayBuffer[]) => void,
    unreachable: string = UNREACHABLE,
  ) {
    this.#send = send;
    this.#unreachable = unreachable;
  }

  /** Asks, and waits for as long as the kernel takes. A message that cannot even be sent has failed. */
  ask(question: Q, buffers?: ArrayBuffer[]): Promise<FullReply> {
    this.#asked += 1;
    const id = `${this.#page}-${this.#asked}`;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      try {
        this.#send({ ...question, id }, buffers);
      } catch (error) {
        console.warn("hitl-jupyter: a message could not be sent.", error);
        this.settle(id, { status: "failed", errors: [], message: this.#unreachable });
      }
    });
  }

  /** Whether a request was sent from here. */
  sent(id: unknown): boolean {
    return typeof id === "string" && id.startsWith(`${this.#page}-`);
  }

  /** Hands a reply to whoever asked. False where nobody waits for it: it is late, or not ours. */
  settle(id: string, reply: FullReply): boolean {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(reply);
    return resolve !== undefined;
  }
}

/** Sends a request, as it was before there were buffers where it has none. */
export function sendBy<R>(
  model: { send(content: R, callbacks?: undefined, buffers?: ArrayBuffer[]): void },
  request: R,
  buffers?: ArrayBuffer[],
): void {
  if (buffers) model.send(request, undefined, buffers);
  else model.send(request);
}
