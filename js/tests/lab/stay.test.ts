import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CellModel, Comm, Kernel, NotebookContext } from "../../src/lab/kernel";
import type { Message, Output, Outputs } from "../../src/lab/outputs";
import { Stay } from "../../src/lab/stay";

const VIEW = "application/vnd.jupyter.widget-view+json";
const view = (id: string): Output => ({
  output_type: "display_data",
  data: { "text/plain": "a card", [VIEW]: { version_major: 2, version_minor: 0, model_id: id } },
  metadata: {},
});
const text = (words: string): Output => ({ output_type: "stream", name: "stdout", text: words });

class Signal<T> {
  readonly slots = new Set<(sender: unknown, args: T) => void>();
  connect = (slot: (sender: unknown, args: T) => void) => Boolean(this.slots.add(slot));
  disconnect = (slot: (sender: unknown, args: T) => void) => this.slots.delete(slot);
  emit(args: T): void {
    for (const slot of [...this.slots]) slot(null, args);
  }
}

/** The outputs of a cell, as JupyterLab keeps them; a stand-in, as there is no JupyterLab here. */
class FakeOutputs implements Outputs {
  contentFactory = { createOutputModel: (options: object): unknown => options };
  items: { trusted: boolean; value: Output }[];
  #clearsNext = false;
  constructor(
    readonly touched: () => void,
    ...saved: Output[]
  ) {
    this.items = saved.map((value) => ({ trusted: false, value }));
  }
  get length() {
    return this.items.length;
  }
  get(index: number) {
    const { trusted, value } = this.items[index] as (typeof this.items)[number];
    return { trusted, data: value.data ?? {}, toJSON: () => value };
  }
  set(index: number, value: Output) {
    this.items[index] = this.#made(value);
    this.touched();
  }
  add(value: Output) {
    if (this.#clearsNext) this.clear();
    this.touched();
    return this.items.push(this.#made(value));
  }
  clear(wait = false) {
    this.#clearsNext = wait;
    if (!wait) this.items = [];
    this.touched();
  }
  #made(value: Output) {
    return this.contentFactory.createOutputModel({ value, trusted: false }) as (typeof this.items)[number];
  }
  shown = () =>
    this.items.map(({ value, trusted }) => [
      value.text ??
        (value.data?.[VIEW] as { model_id: string } | undefined)?.model_id ??
        value.data?.["text/plain"],
      trusted,
    ]);
}

class FakeComm implements Comm {
  isDisposed = false;
  onMsg: Comm["onMsg"] = () => {};
  onClose: Comm["onClose"] = () => {};
  open = vi.fn();
  dispose() {
    this.isDisposed = true;
  }
}

function opened(...saved: Output[]) {
  const comms: FakeComm[] = [];
  const kernel = {
    clientId: "here",
    isDisposed: false,
    iopubMessage: new Signal<Message>(),
    statusChanged: new Signal<string>(),
    createComm: () => {
      const comm = new FakeComm();
      comms.push(comm);
      return comm;
    },
  } satisfies Kernel;
  const model = { dirty: false, cells: [] as CellModel[] };
  const outputs = new FakeOutputs(
    () => {
      model.dirty = true;
    },
    ...saved,
  );
  const stateChanged = new Signal<{ name: string; newValue: unknown }>();
  const cell: CellModel = { id: "c1", type: "code", outputs, executionState: "idle", stateChanged };
  model.cells.push({ id: "c0", type: "markdown" }, cell);
  const context = { isDisposed: false, model } as unknown as NotebookContext;
  new Stay(context, kernel);
  const tell = (kind: string, ...cells: object[]) =>
    comms.at(-1)?.onMsg({ content: { data: { kind, cells } } } as never);
  const send = (type: string, content: object, request = "r1", session = "gone", id = "m") =>
    kernel.iopubMessage.emit({
      header: { msg_type: type, msg_id: id },
      parent_header: { msg_id: request, session },
      content: content as Record<string, unknown>,
    });
  const say = (words: string, request?: string, session?: string, id?: string) =>
    send("stream", { name: "stdout", text: words }, request, session, id);
  return { comms, kernel, model, outputs, cell, stateChanged, tell, send, say };
}

const known = (more: object = {}) => ({
  cell: "c1",
  request: "r1",
  count: 3,
  running: true,
  cards: [{ views: ["w1", "around"], words: "a card" }],
  transcript: null,
  ...more,
});
const transcript = (last: string, ...outputs: Output[]) => ({
  outputs: outputs.map((output) => ({ output, name: null })),
  clears_next: false,
  last,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a page that opens while a cell runs", () => {
  it("has its card below what was saved, drawn though nothing else is, and nothing to save", () => {
    const { outputs, model, cell, tell } = opened(text("strange"));
    tell("cells", known());
    expect(outputs.shown()).toEqual([
      ["strange", false],
      ["w1", true],
    ]);
    expect([model.dirty, cell.executionState]).toEqual([false, "running"]);
  });

  it.each(["w1", "around"])("has it once where it was saved, as %s", (saved) => {
    const { outputs, model, tell } = opened(view(saved), text("more"));
    tell("cells", known());
    expect(outputs.shown()).toEqual([
      [saved, true],
      ["more", false],
    ]);
    expect(model.dirty).toBe(false);
  });

  it("has all that the kernel has seen, in place of what was saved", () => {
    const { outputs, tell } = opened(text("stale"), view("w1"));
    tell("cells", known({ transcript: transcript("m1", text("before"), view("w1")) }));
    expect(outputs.shown()).toEqual([
      ["before", true],
      ["w1", true],
    ]);
  });

  it("shows what came before the answer once, and what comes after it", () => {
    const { outputs, tell, say } = opened();
    say("one", "r1", "gone", "m1");
    say("two", "r1", "gone", "m2");
    say("other", "r2", "gone", "m3");
    tell("cells", known({ cards: [], transcript: transcript("m1", text("one")) }));
    say("three");
    expect(outputs.shown().map(([words]) => words)).toEqual(["one", "two", "three"]);
  });

  it("ends the cell where its prompt was running, with its number", () => {
    const { cell, tell, send, model } = opened();
    tell("cells", known());
    send("status", { execution_state: "busy" });
    expect(cell.executionState).toBe("running");
    send("status", { execution_state: "idle" });
    expect([cell.executionState, cell.executionCount]).toEqual(["idle", 3]);
    expect(model.dirty).toBe(false);
  });

  it("clears and replaces as the page before would have", () => {
    const { outputs, tell, send, say } = opened();
    tell("cells", known({ cards: [] }));
    say("gone");
    send("clear_output", { wait: true });
    const named = { transient: { display_id: "d" }, metadata: {} };
    send("display_data", { ...named, data: { "text/plain": "old" } });
    send("update_display_data", { ...named, data: { "text/plain": "new" } });
    send("update_display_data", {
      ...named,
      transient: { display_id: "x" },
      data: { "text/plain": "unknown" },
    });
    expect(outputs.shown()).toEqual([["new", true]]);
  });

  it("leaves alone what it has asked for itself, and a cell that was run again here", () => {
    const { outputs, tell, say, stateChanged } = opened();
    tell("cells", known({ cards: [] }));
    say("mine", "r1", "here");
    stateChanged.emit({ name: "executionState", newValue: "running" });
    say("late");
    expect(outputs.shown()).toEqual([]);
  });

  it("takes a cell that begins later in place of what it had", () => {
    const { outputs, tell, say, model } = opened(text("stale"));
    tell("cells");
    tell("began", known({ cards: [] }));
    say("fresh");
    expect(outputs.shown()).toEqual([["fresh", true]]);
    expect(model.dirty).toBe(true);
  });
});

describe("the kernel", () => {
  it("is asked again until it answers, ever more patiently, and then no more", () => {
    const { comms, tell } = opened();
    vi.advanceTimersByTime(4_000 + 8_000);
    expect(comms.map(({ isDisposed }) => isDisposed)).toEqual([true, true, false]);
    tell("cells");
    vi.advanceTimersByTime(600_000);
    expect(comms.length).toBe(3);
  });

  it("that knows nothing of us is asked no more, and not listened to", () => {
    const { comms, kernel } = opened();
    comms[0]?.onClose({});
    vi.advanceTimersByTime(600_000);
    expect([comms.length, kernel.iopubMessage.slots.size]).toEqual([1, 0]);
  });

  it("that is restarted runs no cell any more", () => {
    const { cell, kernel, outputs, tell, say } = opened();
    tell("cells", known({ cards: [] }));
    kernel.statusChanged.emit("restarting");
    say("late");
    expect([cell.executionState, outputs.length]).toEqual(["idle", 0]);
  });
});
