/**
 * One open question: what has been typed, what was refused, and how far a submit has come.
 *
 * It knows no page and no kernel. Every view of the question shows this one state, so that two views never differ and
 * a view that is drawn again shows what was typed before.
 */

import { Listeners } from "../shared/listeners";
import { unfolded } from "./again";
import { withoutSecrets } from "./cells";
import { Draft } from "./draft";
import { isUnder } from "./errors";
import { atPlaces, withTokens } from "./places";
import type { Cell, FieldError, Path, Plan } from "./plan";
import { putAt } from "./put";
import type { Services } from "./services";

/** What became of a request. `gone`: somebody else answered, or the time ran out. `failed`: it may be sent again. */
export interface Reply {
  status: "accepted" | "refused" | "gone" | "failed" | "ok";
  errors: readonly FieldError[];
  message: string | null;
}

/** Where answers go. It never rejects: what went wrong is a reply too. */
export interface Host {
  submit(document: Cell | null, seconds: number): Promise<Reply>;
  /** Keeps what was typed so far, secrets left out; where it is to be checked, the reply says what is wrong. */
  keep(document: Cell, check: boolean): Promise<Reply>;
  /** What controls may ask meanwhile. */
  readonly services?: Services | undefined;
  /** Whether the form is open again once its answers were accepted. */
  readonly again?: boolean;
}

/**
 * open: it can be typed in; sending: a submit is on its way; busy: for so long that the person must be told;
 * done: it was accepted; gone: it can no longer be answered.
 */
export type Phase = "open" | "sending" | "busy" | "done" | "gone";

/** What has changed: the answers (by which view), or everything else. */
export type FormChange = { what: "answers"; by: object } | { what: "progress" };

/** After this many milliseconds without a reply the kernel counts as busy. */
export const PATIENCE = 1000;

export class FormState {
  readonly plan: Plan | null;
  readonly changes = new Listeners<FormChange>();
  #document: Cell | null;
  #checked: Cell | null;
  /** Those of the places in it. */
  #tokens = "";
  #errors: readonly FieldError[] = [];
  #message: string | null = null;
  #phase: Phase = "open";
  #edited = false;
  #sent = false;
  #shownAt: number | null = null;
  readonly #host: Host;
  readonly #draft: Draft;

  constructor(plan: Plan | null, document: Cell | null, host: Host) {
    this.plan = plan && unfolded(plan);
    this.#document = document && this.#placed(document);
    this.#host = host;
    this.#checked = this.#document;
    this.#draft = new Draft((typed) => void this.#keep(typed, false));
  }

  #keep(typed: Cell, check: boolean): Promise<Reply> {
    return this.#host.keep(this.plan ? withoutSecrets(this.plan.root, typed) : typed, check);
  }

  get document(): Cell | null {
    return this.#document;
  }

  get services(): Services | undefined {
    return this.#host.services;
  }

  get errors(): readonly FieldError[] {
    return this.#errors;
  }

  /** What is to be said about the form as a whole. */
  get message(): string | null {
    return this.#message;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether the person has put something in that would be lost with the form. */
  get edited(): boolean {
    return this.#edited;
  }

  /** Whether what is in the form was accepted, and is as it was then. */
  get sent(): boolean {
    return this.#sent;
  }

  /** The form came on the screen: how long an answer took is counted from the first time. */
  shown(): void {
    this.#shownAt ??= performance.now();
  }

  /** Takes what a person entered in one view. */
  edit(document: Cell, path: Path, by: object): void {
    this.#edited = true;
    const before = this.#tokens;
    const placed = this.#placed(document);
    this.#draft.touch(placed);
    // Of a new place the view knows nothing yet.
    this.#replace(placed, [path], placed === document ? by : this);
    // The host must make a control for it, and those that moved go on where they are now.
    if (this.#tokens !== before) this.#draft.flush();
  }

  #placed(document: Cell): Cell {
    if (!this.plan?.placed) return document;
    const [placed, tokens] = withTokens(this.plan.root, document);
    this.#tokens = tokens;
    return placed;
  }

  /**
   * Takes cells that were filled in elsewhere: by a program, in another page, or in a control of the host's. They are
   * handed over as a draft where only this page has them.
   */
  fill(cells: readonly { path: Path; cell: Cell }[], draft = false): void {
    const { plan } = this;
    if (!plan || !this.#document) return;
    const paths: Path[] = [];
    const filled = cells.reduce((whole, { path, cell }) => {
      // Its row may have moved since, or gone.
      const moved = atPlaces(plan.root, whole, (one, at) => {
        if (!cell.at || one.at !== cell.at) return one;
        paths.push(at);
        return cell;
      });
      if (moved !== whole || path.length === 0) return moved;
      paths.push(path);
      return putAt(plan.root, whole, path, cell);
    }, this.#document);
    const document = this.#placed(filled);
    if (draft) {
      this.#edited = true;
      this.#draft.touch(document);
    }
    this.#replace(document, paths, this);
  }

  #replace(document: Cell, paths: readonly Path[], by: object): void {
    this.#document = document;
    this.changes.tell({ what: "answers", by });
    const right = (error: FieldError) => paths.some((path) => path.length > 0 && isUnder(error.path, path));
    const left = this.#errors.filter((error) => !right(error));
    if (left.length < this.#errors.length || this.#sent) {
      this.#errors = left;
      this.#sent = false;
      this.#tell();
    }
  }

  /** The page is about to go: what was typed is handed over at once. */
  leave(): void {
    this.#draft.flush();
  }

  /** A field was left: what is wrong with what was typed is said before anybody presses Submit. */
  async left(): Promise<void> {
    const document = this.#document;
    if (this.#phase !== "open" || !document || document === this.#checked) return;
    this.#checked = document;
    this.#draft.drop();
    const { errors } = await this.#keep(document, true);
    if (document !== this.#document || this.phase !== "open") return;
    const hard = this.#errors.filter(({ soft }) => !soft);
    const soft = errors.filter(({ path }) => !hard.some((error) => isUnder(path, error.path)));
    this.#errors = [...hard, ...soft.map((error) => ({ ...error, soft: true }))];
    this.#tell();
  }

  /** Refuses without asking the kernel: something was begun that cannot be handed over. */
  refuse(errors: readonly FieldError[]): void {
    this.#errors = errors;
    this.#message = null;
    this.#sent = false;
    this.#tell();
  }

  /** The answers were accepted, and can be changed and sent again. */
  accept(message: string | null = null): void {
    // Whoever sent them elsewhere had not yet got what was typed here.
    this.#draft.flush();
    if (this.plan && this.#document) this.#document = withoutSecrets(this.plan.root, this.#document);
    this.#errors = [];
    this.#message = message;
    this.#edited = false;
    this.#sent = true;
    this.#enter("open");
    this.changes.tell({ what: "answers", by: this });
  }

  /** Sends the answers, once, however often it is called while they are on their way. */
  async submit(): Promise<void> {
    if (this.#phase !== "open") return;
    // What is sent as an answer need not be kept as a draft, unless it comes back.
    const draft = this.#draft.drop();
    this.#sent = false;
    this.#enter("sending");
    const busy = setTimeout(() => this.#enter("busy"), PATIENCE);
    const seconds = this.#shownAt === null ? 0 : (performance.now() - this.#shownAt) / 1000;
    const reply = await this.#host.submit(this.#document, seconds);
    clearTimeout(busy);
    this.#errors = reply.errors;
    this.#message = reply.message;
    switch (reply.status) {
      case "accepted":
      case "ok":
        if (this.#host.again) this.accept(reply.message);
        else this.#finish("done");
        break;
      case "gone":
        this.#message ??= "This question is no longer open.";
        this.#finish("gone");
        break;
      default:
        this.#enter("open");
        if (draft) this.#draft.touch(draft);
    }
  }

  /** It was answered elsewhere, its time ran out, or its run ended. */
  close(message: string): void {
    if (this.#phase === "done" || this.#phase === "gone") return;
    this.#errors = [];
    this.#message = message;
    this.#finish("gone");
  }

  #finish(phase: "done" | "gone"): void {
    this.#draft.drop();
    if (this.plan && this.#document) this.#document = withoutSecrets(this.plan.root, this.#document);
    this.#enter(phase);
    this.changes.tell({ what: "answers", by: this });
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#tell();
  }

  #tell(): void {
    this.changes.tell({ what: "progress" });
  }
}
