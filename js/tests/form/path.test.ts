import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as part from "../../src/files";
import { draw } from "../../src/form/draw";
import type { Cell } from "../../src/form/plan";
import type { Services } from "../../src/form/services";
import { find, node, press, type } from "../make";
import { settled } from "../widget";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TREE: Record<string, string[]> = { "/a": ["/alpha/", "/alps.txt"], "/alpha/": ["/alpha/one.txt"] };

async function place(answers: Record<string, string[]> | null = TREE, more = 0) {
  const asked: unknown[] = [];
  const services: Services = {
    sendings: new Map(),
    files: async () => part,
    ask(question) {
      asked.push(question);
      if (!answers || question.kind !== "paths") return new Promise(() => {});
      return Promise.resolve({
        status: "ok",
        message: null,
        data: { paths: answers[question.text] ?? [], more },
      });
    },
  };
  const cells: Cell[] = [];
  const plan = node("line", { title: "Place", hints: { format: "folder" } });
  const control = draw({
    node: plan,
    title: "Place",
    cell: plan.blank,
    change: (cell) => cells.push(cell),
    signal: new AbortController().signal,
    services,
  });
  document.body.replaceChildren(control.element);
  await settled();
  const box = find(control.element, "[role=combobox]");
  box.focus();
  const options = () =>
    box.getAttribute("aria-expanded") === "true"
      ? [...control.element.querySelectorAll("[role=option]")].map(({ textContent }) => textContent)
      : null;
  const typed = async (text: string) => {
    type(box, text);
    await vi.advanceTimersByTimeAsync(200);
  };
  return { box, options, typed, asked, last: () => cells.at(-1) };
}

it("lists what a path may become, after a rest, folders alone where only they are asked for", async () => {
  const { options, typed, asked } = await place();
  await typed("/a");
  expect(asked).toEqual([{ kind: "paths", text: "/a", folders: true }]);
  expect(options()).toEqual(["/alpha/", "/alps.txt"]);
});

it.each(["Enter", "Tab"])("takes the first one with %s, and goes on in a folder", async (key) => {
  const { box, options, typed, last } = await place();
  await typed("/a");
  expect(press(box, key).defaultPrevented).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(last()).toEqual({ is: "value", value: "/alpha/" });
  expect(options()).toEqual(["/alpha/one.txt"]);
  // Nothing is picked there yet, so that the key does what it does anywhere.
  expect(press(box, key).defaultPrevented).toBe(false);
});

it("takes another one with the arrows, or by a click", async () => {
  const { box, typed, last } = await place();
  await typed("/a");
  press(box, "ArrowDown");
  press(box, "Enter");
  expect(last()).toEqual({ is: "value", value: "/alps.txt" });
  await typed("/a");
  find(document.body, "[role=option]").click();
  expect(last()).toEqual({ is: "value", value: "/alpha/" });
});

it("closes with Escape and keeps what was typed", async () => {
  const { box, options, typed } = await place();
  await typed("/a");
  press(box, "Escape");
  expect([options(), box.value]).toEqual([null, "/a"]);
});

it("says how many more there are", async () => {
  const { options, typed } = await place(TREE, 7);
  await typed("/a");
  expect(options()?.at(-1)).toBe("7 more: type on to find them.");
});

it("is a plain box while the kernel is busy, and where nothing fits", async () => {
  for (const answers of [null, {}]) {
    const { box, options, typed, last } = await place(answers);
    await typed("/x");
    expect(options()).toBeNull();
    expect(last()).toEqual({ is: "value", value: "/x" });
    expect(press(box, "Tab").defaultPrevented).toBe(false);
  }
});

it("does not list what is late", async () => {
  const { box, options, typed } = await place();
  type(box, "/a");
  await vi.advanceTimersByTimeAsync(119);
  await typed("/alpha/");
  expect(options()).toEqual(["/alpha/one.txt"]);
  box.blur();
  expect(options()).toBeNull();
});

it("takes nothing that was typed past before the kernel answers", async () => {
  const { box, options, typed, last } = await place();
  await typed("/a");
  type(box, "/ALP");
  expect(options()).toEqual(["/alpha/", "/alps.txt"]);
  type(box, "/alps");
  expect(options()).toEqual(["/alps.txt"]);
  type(box, "/alpine");
  expect(options()).toBeNull();
  expect(press(box, "Enter").defaultPrevented).toBe(false);
  expect(last()).toEqual({ is: "value", value: "/alpine" });
});
