/**
 * What one run card knows, shared by all its views: the run, the open questions with what was typed, how far
 * it is, what it has made, the log.
 *
 * It holds no truth. It follows the traits and messages of the kernel, and keeps only what a person has typed.
 */

import { FormState, type Host, PATIENCE } from "../form/state";
import { atEnd, atLeaving } from "../shared/ends";
import { Listeners } from "../shared/listeners";
import {
  type Artifact,
  type Asked,
  type Bar,
  type Event,
  type FullReply,
  type LogLine,
  type Model,
  type Run,
  readMessage,
  type Tree,
} from "./model";
import { thisPage } from "./page";
import { SILENCE, SILENT } from "./patience";
import { Requests, sendBy } from "./requests";
import { kernelServices } from "./services";
import { type Manager, Slots } from "./slots";

/** A question on the card: as it was asked, and the state of its form. */
export interface Open {
  readonly asked: Asked;
  readonly form: FormState;
  /** The widgets in it. */
  readonly slots: Slots;
}

/** The traits that are shown as they are. */
const SHOWN = ["run", "bars", "tree", "output", "page", "again"] as const;

export type CardChange = (typeof SHOWN)[number] | "questions" | "artifacts" | "log" | "cancelling" | "notice";

/** Older lines leave the card; the store has them all. */
export const KEPT_LINES = 1000;
export const KEPT_ARTIFACTS = 100;
const CLOSED = "This question is no longer open.";

export class CardState {
  readonly changes = new Listeners<CardChange>();
  readonly #requests: Requests;
  readonly #model: Model;
  readonly #questions = new Map<string, Open>();
  #lines: LogLine[] = [];
  readonly #artifacts = new Map<string, Artifact>();
  #notice = "";
  #cancelling: "no" | "sending" | "busy" = "no";
  #silent = false;
  readonly #signal: AbortSignal;
  readonly #page = thisPage();
  #shown = false;

  constructor(model: Model, signal: AbortSignal) {
    this.#model = model;
    this.#signal = signal;
    this.#requests = new Requests((request, buffers) => sendBy(model, request, buffers));
    const on = (event: Event, listener: (content: unknown) => void) => {
      model.on(event, listener);
      atEnd(signal, () => model.off(event, listener));
    };
    on("msg:custom", (content) => this.#hear(content));
    for (const what of SHOWN) on(`change:${what}`, () => this.changes.tell(what));
    // The plan of a question may cross after the question.
    for (const what of ["questions", "plans"] as const) on(`change:${what}`, () => this.#follow());
    this.#keepDrafts(signal);
    this.#follow();
  }

  /** A view of the card is on a page: the first one tells the kernel so, and asks for the log. */
  shown(): void {
    if (this.#shown) return;
    this.#shown = true;
    this.#greet(this.#signal);
  }

  /** The run, or null until it has begun. */
  get run(): Run | null {
    const run = this.#model.get("run");
    return "id" in run ? (run as Run) : null;
  }

  /** The name of its flow. */
  get flow(): string {
    return this.#model.get("run").flow_name ?? "";
  }

  get questions(): readonly Open[] {
    return [...this.#questions.values()];
  }

  /** What makes views of other widgets on this page. */
  get manager(): Manager | undefined {
    return this.#model.widget_manager;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** What the run has called. */
  get tree(): Partial<Tree> {
    return this.#model.get("tree") ?? {};
  }

  /** Whether the run is being cancelled; busy: for so long that the person must be told. */
  get cancelling(): "no" | "sending" | "busy" {
    return this.#cancelling;
  }

  /** Ends the run. */
  async cancel(): Promise<void> {
    const enter = (cancelling: "no" | "sending" | "busy") => {
      this.#cancelling = cancelling;
      this.changes.tell("cancelling");
    };
    enter("sending");
    const busy = setTimeout(enter, PATIENCE, "busy");
    const { status, message } = await this.#requests.ask({ kind: "cancel", ...this.#page });
    clearTimeout(busy);
    enter("no");
    if (status !== "ok") this.#setNotice(message ?? "");
  }

  get bars(): readonly Bar[] {
    return this.#model.get("bars") ?? [];
  }

  /** The widget that shows what the run has printed, or nothing if it has printed nothing. */
  get output(): string | null {
    return this.#model.get("output") ?? null;
  }

  /** The widget of the run page, or nothing until somebody has asked for it. */
  get page(): string | null {
    return this.#model.get("page") ?? null;
  }

  /** The widget with the cards of the runs that it was run again as, or nothing. */
  get again(): string | null {
    return this.#model.get("again") ?? null;
  }

  /** Asks what a run that failed had been given. */
  explain(): Promise<FullReply> {
    return this.#requests.ask({ kind: "explain" });
  }

  runAgain(): Promise<FullReply> {
    return this.#requests.ask({ kind: "again", ...this.#page });
  }

  /** Asks for the run page; gives why it does not come. */
  async askForPage(): Promise<string | null> {
    const { status, message } = await this.#requests.ask({ kind: "page" });
    return status === "ok" ? null : message;
  }

  /** What the run has made, oldest first. */
  get artifacts(): readonly Artifact[] {
    return [...this.#artifacts.values()].sort((one, other) => one.created.localeCompare(other.created));
  }

  /** One sentence about what happened last, unless the head says it; or that the kernel is silent. */
  get notice(): string {
    if (this.#silent) return SILENT;
    return this.#notice === this.run?.state?.message ? "" : this.#notice;
  }

  /** Takes a question off the card that can no longer be answered, once the person has seen it. */
  dismiss(pauseId: string): void {
    this.#questions.delete(pauseId);
    this.changes.tell("questions");
  }

  #greet(signal: AbortSignal): void {
    void this.#requests.ask({ kind: "logs", after: 0 }).then(({ lines = [], artifacts = [] }) => {
      this.#log(lines);
      this.#add(artifacts);
    });
    if (this.run?.ended) return;
    const timer = setTimeout(() => this.#setSilent(true), SILENCE);
    atEnd(signal, () => clearTimeout(timer));
    void this.#requests.ask({ kind: "hello" }).then(({ status }) => {
      clearTimeout(timer);
      this.#setSilent(status === "failed");
    });
  }

  /** What was typed a moment ago is handed over before the page goes. */
  #keepDrafts(signal: AbortSignal): void {
    const leave = () => {
      for (const { form } of this.#questions.values()) form.leave();
    };
    atLeaving(signal, leave);
    atEnd(signal, leave);
  }

  #hear(content: unknown): void {
    const message = readMessage(content);
    if (!message) {
      console.warn("hitl-jupyter: the kernel sent a message this page does not know.", content);
      return;
    }
    switch (message.kind) {
      case "reply":
        this.#requests.settle(message.id, message.reply);
        break;
      case "log":
        this.#log(message.lines);
        break;
      case "artifact":
        this.#add([message.artifact], true);
        break;
      case "cells":
        this.#questions.get(message.pause_id)?.form.fill(message.cells, true);
        break;
      case "slots":
        this.#questions.get(message.pause_id)?.slots.follow(message.slots);
        break;
      case "closed":
        this.#closed(message.pause_id, message.outcome, message.message);
    }
  }

  /** A question was answered somewhere, or ran out. One that is not on the card is none of its business. */
  #closed(pauseId: string, outcome: string, message: string): void {
    const form = this.#questions.get(pauseId)?.form;
    // The kernel says "answered" before it replies to the one who answered; the reply tells whether it was this page.
    if (!form || (outcome === "answered" && isSending(form))) return;
    form.close(message || CLOSED);
  }

  /** Brings the questions in line with the trait. A form that is on the card is never made anew. */
  #follow(): void {
    const plans = this.#model.get("plans");
    const asked = this.#model.get("questions");
    const open = new Set(asked.map(({ pause_id }) => pause_id));
    for (const [id, { form }] of this.#questions) if (!open.has(id)) this.#leave(id, form);
    for (const question of asked) {
      if (this.#questions.has(question.pause_id)) continue;
      const plan = question.plan === null ? null : plans[question.plan];
      if (plan === undefined) continue;
      const { pause_id } = question;
      const slots = new Slots(
        question.slots ?? {},
        this.#model.widget_manager,
        (token) => void this.#requests.ask({ kind: "shown", pause_id, slots: [token] }),
      );
      const drawn = plan && slots.on(plan, question.places ?? []);
      const form = new FormState(drawn, question.document, this.#host(pause_id, slots));
      this.#open({ asked: question, form, slots });
    }
    this.#tidy();
    this.changes.tell("questions");
  }

  #open(question: Open): void {
    const { asked, form } = question;
    this.#questions.set(asked.pause_id, question);
    this.#setNotice("");
    // The trait may let go of a question before the reply to its answer is here.
    form.changes.add(({ what }) => {
      if (what === "progress" && (form.phase === "done" || form.phase === "gone")) this.#follow();
    });
  }

  /** The kernel has taken a question away: the form goes with it, unless that would lose what somebody typed. */
  #leave(id: string, form: FormState): void {
    if (isSending(form)) return;
    if (form.phase === "gone" && !form.edited) this.#setNotice(form.message ?? "");
    if (form.phase === "done" || !form.edited) this.#questions.delete(id);
    else form.close(CLOSED);
  }

  /** Of the forms that could not be sent only the last stays: a card must not grow with its questions. */
  #tidy(): void {
    const gone = [...this.#questions].filter(([, { form }]) => form.phase === "gone" && form.edited);
    for (const [id] of gone.slice(0, -1)) this.#questions.delete(id);
  }

  #host(pauseId: string, slots: Slots): Host {
    return {
      submit: (document, seconds) =>
        slots.settled(() =>
          this.#requests.ask({ kind: "submit", pause_id: pauseId, document, seconds, ...this.#page }),
        ),
      keep: (document, check) => this.#requests.ask({ kind: "draft", pause_id: pauseId, document, check }),
      services: kernelServices(
        (question, buffers) => this.#requests.ask({ ...question, pause_id: pauseId }, buffers),
        () => this.#model.get("parts"),
      ),
    };
  }

  /** Takes lines in any order: those asked for on opening may come after newer ones. */
  #log(lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    const last = this.#lines.at(-1)?.number ?? Number.NEGATIVE_INFINITY;
    if (lines.every(({ number }, index) => number > (lines[index - 1]?.number ?? last)))
      this.#lines.push(...lines);
    else {
      const all = new Map([...this.#lines, ...lines].map((line) => [line.number, line]));
      this.#lines = [...all.values()].sort((one, other) => one.number - other.number);
    }
    this.#lines.splice(0, Math.max(0, this.#lines.length - KEPT_LINES));
    this.changes.tell("log");
  }

  /** Those asked for on opening may come after newer ones of the same ids, which stay. */
  #add(artifacts: readonly Artifact[], newer = false): void {
    if (artifacts.length === 0) return;
    for (const artifact of artifacts)
      if (newer || !this.#artifacts.has(artifact.id)) this.#artifacts.set(artifact.id, artifact);
    const surplus = Math.max(0, this.#artifacts.size - KEPT_ARTIFACTS);
    for (const { id } of this.artifacts.slice(0, surplus)) this.#artifacts.delete(id);
    this.changes.tell("artifacts");
  }

  #setNotice(notice: string): void {
    this.#notice = notice;
    this.changes.tell("notice");
  }

  #setSilent(silent: boolean): void {
    this.#silent = silent;
    this.changes.tell("notice");
  }
}

function isSending({ phase }: FormState): boolean {
  return phase === "sending" || phase === "busy";
}
