/**
 * Cells that run stay as they are when their page is loaded again, or their notebook is opened again.
 *
 * Whoever opens a notebook asks its kernel which cells run and which cards live. Cards that are not in the file come
 * back under their cells; what a cell sends from then on goes to it, though it was asked for by a page that is gone.
 */

import type { CellModel, Comm, Kernel, NotebookContext, Registry } from "./kernel";
import { type Card, Filed, isHeard, type Message, type Outputs, putCard, type Transcript } from "./outputs";

/** As `hitl_jupyter/widgets/pages.py` has it. */
const TARGET = "hitl-jupyter.pages";
/** Milliseconds until a kernel that does not answer is asked again, at first and at most. */
const PATIENCE = 4_000;
const LONGEST = 60_000;
/** So many messages at most are kept until it does; the oldest go first. */
const MOST = 10_000;
/** After these the kernel knows of nothing that was. */
const ENDS = new Set(["restarting", "autorestarting", "dead"]);

/** A cell that runs, or whose card lives. */
interface Known {
  readonly cell: string;
  readonly request: string;
  readonly count: number;
  readonly running: boolean;
  readonly cards: readonly Card[];
  /** What it has shown so far, and the last message that is in there; null where that is not known. */
  readonly transcript: (Transcript & { readonly last: string }) | null;
}

/** A request that another page has sent, and the cell that its answers go to. */
interface Request {
  readonly cell: CellModel;
  readonly filed: Filed;
  readonly count: number;
}

/** Has all notebooks stay that are opened from now on. */
export function stay(registry: Registry): void {
  const known = new WeakSet<NotebookContext>();
  registry.addWidgetExtension("Notebook", {
    createNew: (_, context) => {
      // A second window of a notebook has the same cells.
      if (known.has(context)) return;
      known.add(context);
      void follow(context);
    },
  });
}

/** Stays with the kernel of a notebook, and with each that comes after it. */
async function follow(context: NotebookContext): Promise<void> {
  await Promise.all([context.ready, context.sessionContext.ready]);
  let now: Stay | null = null;
  const begin = () => {
    now?.end();
    const kernel = context.isDisposed ? null : context.sessionContext.session?.kernel;
    now = kernel ? new Stay(context, kernel) : null;
  };
  context.sessionContext.kernelChanged.connect(begin);
  begin();
}

export class Stay {
  readonly #context: NotebookContext;
  readonly #kernel: Kernel;
  readonly #requests = new Map<string, Request>();
  /** What came before the kernel has said where it belongs; null once it has. */
  #early: Message[] | null = [];
  #comm: Comm | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: NotebookContext, kernel: Kernel) {
    this.#context = context;
    this.#kernel = kernel;
    kernel.iopubMessage.connect(this.#heard);
    kernel.statusChanged.connect(this.#changed);
    this.#ask(PATIENCE);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#comm?.dispose();
    this.#requests.clear();
    this.#early = null;
    if (this.#kernel.isDisposed) return;
    this.#kernel.iopubMessage.disconnect(this.#heard);
    this.#kernel.statusChanged.disconnect(this.#changed);
  }

  /** Asks until there is an answer: what is sent while a page and a kernel find each other may be lost. */
  #ask(patience: number): void {
    if (this.#kernel.isDisposed || this.#context.isDisposed) return;
    this.#comm?.dispose();
    this.#comm = null;
    this.#timer = setTimeout(() => this.#ask(Math.min(patience * 2, LONGEST)), patience);
    try {
      this.#comm = this.#opened();
    } catch {
      // Not connected yet, or not any more; or another notebook has this kernel's widgets.
    }
  }

  #opened(): Comm {
    const comm = this.#kernel.createComm(TARGET);
    comm.onMsg = ({ content }) => {
      clearTimeout(this.#timer);
      this.#told(content.data as { kind: string; cells: Known[] });
    };
    // A kernel that knows nothing of us has nothing of ours.
    comm.onClose = () => this.end();
    comm.open();
    return comm;
  }

  #told({ kind, cells }: { kind: string; cells: readonly Known[] }): void {
    let early = this.#early ?? [];
    for (const known of cells) {
      if (this.#requests.has(known.request)) continue;
      const cell = [...this.#context.model.cells].find(({ id }) => id === known.cell);
      // One that runs already was run again, here.
      if (!cell?.outputs || cell.executionState === "running") continue;
      this.#take(known, cell, cell.outputs, kind === "began");
      early = withoutShown(early, known);
    }
    this.#early = null;
    for (const message of early) this.#file(message);
  }

  #take(known: Known, cell: CellModel, outputs: Outputs, begins: boolean): void {
    const { request, running, count, cards, transcript } = known;
    const filed = new Filed(outputs);
    if (begins) outputs.clear();
    const { model } = this.#context;
    const dirty = model.dirty;
    if (transcript) filed.replay(transcript);
    for (const card of cards) putCard(card, outputs, this.#outputs());
    if (running) cell.executionState = "running";
    // Nothing of this is a change that somebody made, and would have to save.
    if (!begins) model.dirty = dirty;
    this.#requests.set(request, { cell, filed, count });
    cell.stateChanged?.connect((_, { name, newValue }) => {
      // It was run again, here.
      if (name === "executionState" && newValue === "running") this.#requests.delete(request);
    });
  }

  *#outputs(): Iterable<Outputs> {
    for (const { outputs } of this.#context.model.cells) if (outputs) yield outputs;
  }

  readonly #heard = (_: unknown, message: Message) => {
    // What this page has asked for has its place.
    if (message.parent_header.session === this.#kernel.clientId || !isHeard(message)) return;
    if (!this.#early) return this.#file(message);
    this.#early.push(message);
    if (this.#early.length > MOST) this.#early.shift();
  };

  #file(message: Message): void {
    const request = this.#requests.get(message.parent_header.msg_id ?? "");
    if (!request) return;
    const { cell, filed, count } = request;
    if (message.header.msg_type === "status") {
      if (message.content.execution_state !== "idle") return;
      cell.executionCount = count;
      cell.executionState = "idle";
    } else filed.take(message);
  }

  readonly #changed = (_: unknown, status: string) => {
    if (!ENDS.has(status)) return;
    for (const { cell } of this.#requests.values())
      if (cell.executionState === "running") cell.executionState = "idle";
    this.end();
  };
}

/** What came early and is in the transcript of its cell already goes. */
function withoutShown(early: readonly Message[], { request, transcript }: Known): Message[] {
  const isOf = ({ parent_header }: Message) => parent_header.msg_id === request;
  const last = transcript ? early.findIndex(({ header }) => header.msg_id === transcript.last) : -1;
  return early.filter((message, index) => index > last || !isOf(message));
}
