import { describe, expect, it, vi } from "vitest";
import * as part from "../../src/files";
import { AHEAD, PIECE } from "../../src/files/transfer";
import { ABSENT, holding } from "../../src/form/cells";
import type { Control } from "../../src/form/control";
import type { Cell, PlanNode } from "../../src/form/plan";
import type { Answer, Question, Services } from "../../src/form/services";
import { sizeOf } from "../../src/form/size";
import { find, node } from "../make";

const OK: Answer = { status: "ok", message: null };

/** A kernel that answers when it is told to. */
function kernel(answer: ((question: Question) => Answer) | null = () => OK) {
  const asked: Question[] = [];
  const open: (() => void)[] = [];
  const services: Services = {
    sendings: new Map(),
    files: async () => part,
    ask(question) {
      asked.push(question);
      return new Promise((resolve) => {
        if (answer) resolve(answer(question));
        else open.push(() => resolve(OK));
      });
    },
  };
  return { services, asked, open, uploads: () => asked.filter(({ kind }) => kind === "upload") };
}

function place(plan: PlanNode, services?: Services, cell: Cell = plan.blank) {
  const cells: Cell[] = [];
  const family = plan.kind === "list" ? part.drawFiles : part.drawFile;
  const control: Control = family({
    node: plan,
    title: plan.title,
    cell,
    change: (changed) => cells.push(changed),
    signal: new AbortController().signal,
    services,
  });
  document.body.replaceChildren(control.element);
  const input = find(control.element, "input[type=file]");
  return {
    control,
    input,
    last: () => cells.at(-1),
    lines: () =>
      [...control.element.querySelectorAll("li")].map(({ textContent }) => textContent?.replace("✕", "")),
    choose(...files: File[]) {
      Object.defineProperty(input, "files", { value: files, configurable: true });
      input.dispatchEvent(new Event("change"));
    },
    async settled() {
      await vi.waitFor(() => {
        for (const one of services?.sendings.values() ?? []) expect(one.done || one.error).toBeTruthy();
      });
    },
  };
}

const file = (name: string, text = "abc", type = "") => new File([text], name, { type });
const one = node("file", { title: "Report", hints: { max_bytes: 2_500_000, accept: ".pdf,image/*" } });
const many = node("list", {
  title: "Pictures",
  blank: holding([]),
  item: node("file", { hints: { max_bytes: 10 } }),
});
const nameOf = (cell: Cell | undefined) =>
  cell?.is === "value" ? (cell.value as { name: string }).name : null;

describe("a file", () => {
  it("has the browser's own control, with the title for a name", () => {
    const { control, input } = place(one, kernel().services);
    expect(control.element.querySelector("label")?.textContent).toBe("Report");
    expect(control.element.querySelector("label")?.htmlFor).toBe(input.id);
    expect([input.accept, input.multiple]).toEqual([".pdf,image/*", false]);
  });

  it("is sent in pieces, each behind the last one, and then is the answer", async () => {
    const { services, asked } = kernel();
    const placed = place(one, services);
    placed.choose(file("a.pdf", "x".repeat(2_400_000)));
    await placed.settled();
    const offsets = asked.map((question) => question.kind === "upload" && question.offset);
    expect(offsets).toEqual([0, PIECE, 2 * PIECE]);
    expect(nameOf(placed.last())).toBe("a.pdf");
    expect(placed.lines()).toEqual(["a.pdf 2.4 MB "]);
    expect(placed.control.unreadable()).toEqual([]);
  });

  it("sends only a few pieces ahead of what has arrived", async () => {
    const { services, open, uploads } = kernel(null);
    const placed = place(node("file", { hints: { max_bytes: 1e9 } }), services);
    placed.choose(file("a.pdf", "x".repeat(5 * PIECE)));
    await vi.waitFor(() => expect(uploads()).toHaveLength(AHEAD));
    open.shift()?.();
    await vi.waitFor(() => expect(uploads()).toHaveLength(AHEAD + 1));
  });

  it("of no bytes is a file", async () => {
    const { services, uploads } = kernel();
    const placed = place(one, services);
    placed.choose(file("a.pdf", ""));
    await placed.settled();
    expect(uploads()).toMatchObject([{ size: 0, offset: 0 }]);
    expect(placed.lines()).toEqual(["a.pdf 0 bytes "]);
  });

  it("cannot be submitted while it is on its way, and says how far it is", async () => {
    const { services, open, uploads } = kernel(null);
    const placed = place(one, services);
    placed.choose(file("a.pdf", "x".repeat(2_000_000)));
    await vi.waitFor(() => expect(uploads()).toHaveLength(2));
    open.shift()?.();
    await vi.waitFor(() => expect(placed.lines()).toEqual(["a.pdf 50 % of 2 MB "]));
    const message = "a.pdf is still being sent (50 %). Send the form when it is here.";
    expect(placed.control.unreadable()).toEqual([{ path: [], message }]);
  });

  it("that is cancelled is no answer, and the kernel is told", async () => {
    const { services, asked, uploads } = kernel(null);
    const placed = place(one, services);
    placed.choose(file("a.pdf"));
    await vi.waitFor(() => expect(uploads()).toHaveLength(1));
    find(placed.control.element, "[aria-label='Cancel a.pdf']").click();
    expect(placed.last()).toEqual(ABSENT);
    expect(placed.lines()).toEqual([]);
    expect(asked.at(-1)).toMatchObject({ kind: "drop" });
    expect(document.activeElement).toBe(placed.input);
  });

  it.each([
    [
      file("big.pdf", "x".repeat(2_500_001)),
      "big.pdf has 2,500,001 bytes, at most 2,500,000 are taken. Choose a smaller file.",
    ],
    [
      file("big.pdf", "x".repeat(3_000_000)),
      "big.pdf has 3 MB, at most 2.5 MB are taken. Choose a smaller file.",
    ],
    [
      file("a.txt", "x", "text/plain"),
      "a.txt is not of the kind that is taken (.pdf,image/*). Choose another file.",
    ],
    [
      file("a.bin", "x", "text/plain"),
      "a.bin is not of the kind that is taken (.pdf,image/*). Choose another file.",
    ],
  ])("that is not taken is said before a byte is sent", (chosen, message) => {
    const { services, asked } = kernel();
    const placed = place(one, services);
    placed.choose(chosen);
    expect(placed.lines()).toEqual([message]);
    expect(placed.control.unreadable()[0]?.message).toContain("Not every file was taken.");
    expect([asked, placed.last()]).toEqual([[], undefined]);
    find(placed.control.element, "[aria-label='Remove this message']").click();
    expect(placed.control.unreadable()).toEqual([]);
  });

  it("of an accepted kind may have any ending", async () => {
    const placed = place(one, kernel().services);
    placed.choose(file("picture", "x", "image/png"));
    await placed.settled();
    expect(nameOf(placed.last())).toBe("picture");
  });

  it("that the kernel refuses says why, and holds up the form", async () => {
    const placed = place(one, kernel(() => ({ status: "failed", message: "The disk is full." })).services);
    placed.choose(file("a.pdf"));
    await placed.settled();
    expect(placed.lines()).toEqual(["a.pdf 3 bytes The disk is full."]);
    expect(placed.control.unreadable()).toEqual([{ path: [], message: "The disk is full." }]);
  });

  it("that vanished says so", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const placed = place(one, kernel().services);
    const gone = file("a.pdf");
    vi.spyOn(gone, "slice").mockImplementation(() => {
      throw new DOMException("gone", "NotFoundError");
    });
    placed.choose(gone);
    await placed.settled();
    expect(placed.control.unreadable()[0]?.message).toContain("can no longer be read");
  });

  it("replaces the one before", async () => {
    const { services, asked } = kernel();
    const placed = place(one, services);
    placed.choose(file("a.pdf"));
    await placed.settled();
    placed.choose(file("b.pdf"));
    await placed.settled();
    expect(asked.map(({ kind }) => kind)).toEqual(["upload", "drop", "upload"]);
    expect(placed.lines()).toEqual(["b.pdf 3 bytes "]);
  });

  it("says when a kernel is silent", async () => {
    vi.useFakeTimers();
    try {
      const placed = place(one, kernel(null).services);
      placed.choose(file("a.pdf"));
      await vi.advanceTimersByTimeAsync(1100);
      expect(placed.lines()).toEqual(["a.pdf 0 % of 3 bytes: goes on when the kernel is free "]);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [{ lost: true }, "It is no longer here. Choose it again."],
    [{ sending: true }, "Not all of it is here. Choose it again, unless it is being sent from another page."],
  ])("that another page or kernel had is told as it is", (more, words) => {
    const cell = holding({ id: "other-1", name: "a.pdf", size: 3, ...more });
    expect(place(one, kernel().services, cell).lines()).toEqual([`a.pdf 3 bytes ${words}`]);
  });

  it("cannot be chosen where nobody takes it", () => {
    const placed = place(one);
    placed.choose(file("a.pdf"));
    expect(placed.lines()).toEqual(["Files cannot be sent from here."]);
  });

  it("is dropped into its place; a folder is refused", async () => {
    const { services } = kernel();
    const placed = place(one, services);
    const drop = (name: string, isDirectory: boolean) => {
      const event = new Event("drop", { bubbles: true, cancelable: true });
      const items = [{ webkitGetAsEntry: () => ({ isDirectory }) }];
      Object.assign(event, { dataTransfer: { files: [file(name)], items } });
      const outside = vi.fn();
      document.body.addEventListener("drop", outside, { once: true });
      find(placed.control.element, ".hitl-drop").dispatchEvent(event);
      expect([event.defaultPrevented, outside.mock.calls.length]).toEqual([true, 0]);
    };
    drop("papers", true);
    expect(placed.lines()).toEqual(["papers is a folder. Choose a file."]);
    drop("a.pdf", false);
    await placed.settled();
    expect(placed.lines()).toEqual(["a.pdf 3 bytes "]);
  });
});

describe("a list of files", () => {
  it("takes several at once, leaves out what is too large, and loses one at a time", async () => {
    const { services } = kernel();
    const placed = place(many, services);
    expect([placed.input.multiple, placed.input.getAttribute("aria-label")]).toEqual([true, "Pictures"]);
    placed.choose(file("a"), file("b", "x".repeat(11)), file("c"));
    await placed.settled();
    const names = () => (placed.last() as unknown as { value: Cell[] }).value.map(nameOf);
    expect(names()).toEqual(["a", "c"]);
    expect(placed.lines()).toHaveLength(3);
    expect(find(placed.control.element, ".hitl-limits").textContent).toBe("Each at most 10 bytes");
    placed.choose(file("d"));
    await placed.settled();
    expect(names()).toEqual(["a", "c", "d"]);
    find(placed.control.element, "[aria-label='Remove c']").click();
    expect(names()).toEqual(["a", "d"]);
  });

  it("says what is wrong with one beside that one", async () => {
    const { services } = kernel();
    const placed = place(many, services);
    placed.choose(file("a"), file("b"));
    await placed.settled();
    placed.control.place([
      { path: [1], message: "This is no picture." },
      { path: [], message: "Must have at least 3 items." },
    ]);
    expect(placed.lines()).toEqual(["a 3 bytes ", "b 3 bytes This is no picture."]);
    expect(find(placed.control.element, "fieldset > .hitl-error").textContent).toBe(
      "Must have at least 3 items.",
    );
  });
});

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1000, "1 kB"],
  [999_950, "1 MB"],
  [12_000_000, "12 MB"],
  [1_000_000_000, "1 GB"],
])("%i bytes are written as in Python", (bytes, words) => {
  expect(sizeOf(bytes)).toBe(words);
});
