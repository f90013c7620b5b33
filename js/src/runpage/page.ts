/**
 * What one run page knows, shared by all its views: how to ask the kernel, and that the run has changed.
 *
 * Everything else is read when it is looked at, and held by the section that shows it.
 */

import { atEnd } from "../shared/ends";
import { Listeners } from "../shared/listeners";
import type { Ended } from "../widgets/again";
import { type FullReply, readReply, type Sender } from "../widgets/model";
import { thisPage } from "../widgets/page";
import { SILENCE } from "../widgets/patience";
import { Requests } from "../widgets/requests";
import type { Manager } from "../widgets/slots";

/** The traits of `hitl_jupyter/widgets/run_page.py`. */
export interface Traits {
  run_id: string;
  /** Whether it stands on the card of its run, which says what the run is. */
  on_card: boolean;
  /** Whether the kernel tells of changes: it executes the run itself. */
  live: boolean;
  /** The cards of the runs that it was run again as. */
  again?: string | null;
}

type Asked = { kind: "read"; what: string } | ({ kind: "again" } & Sender);

export interface PageModel {
  get<K extends keyof Traits>(name: K): Traits[K];
  on(event: `change:${keyof Traits}` | "msg:custom", callback: (content: unknown) => void): void;
  off(event: `change:${keyof Traits}` | "msg:custom", callback: (content: unknown) => void): void;
  send(content: Asked & { id: string }): void;
  readonly widget_manager?: Manager;
}

const SILENT =
  "The kernel has not answered yet: it is busy, or no longer there. What was read before is still here.";
const FAILED = "This could not be read. Try again.";

/** The kernel has no such run. Its message says so. */
export class Gone extends Error {}

export type PageChange = "run" | "notice" | "live" | "again";

export class Page implements Ended {
  readonly changes = new Listeners<PageChange>();
  readonly #model: PageModel;
  readonly #requests: Requests<Asked>;
  readonly #where = thisPage();
  /** What the kernel has not answered for long. */
  readonly #late = new Set<object>();

  constructor(model: PageModel, signal: AbortSignal) {
    this.#model = model;
    const reopen = `%hitl page ${model.get("run_id").slice(0, 8)} opens it again in a new one.`;
    this.#requests = new Requests(
      (request) => model.send(request),
      `The kernel that gave this page is gone. ${reopen}`,
    );
    const heard = (content: unknown) => this.#hear(content as Record<string, unknown>);
    const live = () => this.changes.tell("live");
    const again = () => this.changes.tell("again");
    model.on("msg:custom", heard);
    model.on("change:live", live);
    model.on("change:again", again);
    atEnd(signal, () => {
      model.off("msg:custom", heard);
      model.off("change:live", live);
      model.off("change:again", again);
    });
  }

  get onCard(): boolean {
    return this.#model.get("on_card");
  }

  get live(): boolean {
    return this.#model.get("live");
  }

  get again(): string | null {
    return this.#model.get("again") ?? null;
  }

  get manager(): Manager | undefined {
    return this.#model.widget_manager;
  }

  runAgain(): Promise<FullReply> {
    return this.#requests.ask({ kind: "again", ...this.#where });
  }

  /** That the kernel is silent, if it is. */
  get notice(): string {
    return this.#late.size > 0 ? SILENT : "";
  }

  async read<T>(what: string, parameters: Record<string, unknown> = {}): Promise<T> {
    const question = { kind: "read", what, ...parameters } as const;
    const timer = setTimeout(() => this.#wait(question, true), SILENCE);
    const { status, message, data } = await this.#requests.ask(question);
    clearTimeout(timer);
    this.#wait(question, false);
    if (status === "ok") return data as T;
    throw status === "gone" ? new Gone(message ?? FAILED) : new Error(message ?? FAILED);
  }

  #wait(question: object, late: boolean): void {
    const before = this.notice;
    if (late) this.#late.add(question);
    else this.#late.delete(question);
    if (this.notice !== before) this.changes.tell("notice");
  }

  #hear(content: Record<string, unknown>): void {
    if (content.kind === "changed") this.changes.tell("run");
    const reply = content.kind === "reply" ? readReply(content) : null;
    if (reply) this.#requests.settle(String(content.id), reply);
  }
}
