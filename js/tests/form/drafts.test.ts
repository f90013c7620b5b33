import { describe, expect, it } from "vitest";
import { holding } from "../../src/form/cells";
import type { Cell, Kind, PlanNode } from "../../src/form/plan";
import { drawn, node, type } from "../make";

/** What a person sees of a control: the texts in its boxes, and what is ticked. */
const seen = (control: Element) =>
  [...control.querySelectorAll<HTMLInputElement>("input, textarea, select")].map((one) =>
    /checkbox|radio/.test(one.type) ? one.checked : one.value,
  );

/** Types half an answer, and draws the control again from the cell that was handed over, as after a reload. */
function again(plan: PlanNode, half: (control: HTMLElement) => void): [unknown[], unknown[]] {
  const first = drawn(plan);
  half(first.control.element);
  const before = seen(first.control.element);
  const kept = JSON.parse(JSON.stringify(first.last())) as Cell;
  return [before, seen(drawn(plan, kept).control.element)];
}
const box = (element: Element, at = 0) =>
  element.querySelectorAll<HTMLInputElement>("input:not([type=range]), textarea")[at] as HTMLInputElement;

describe("a draft", () => {
  const halves: [Kind, Partial<PlanNode>, string][] = [
    ["text", {}, " half"],
    ["text", { hints: { multiline: true } }, "one\ntw"],
    ["integer", {}, "12x"],
    ["integer", { hints: { min: "0", max: "10" } }, "-"],
    ["number", {}, "1e"],
    ["number", { hints: { slider: ["0", "1", "0.01"] } }, "0."],
    ["json", {}, '{"a": [1, '],
    ["line", { hints: { format: "url" } }, "http:/"],
    ["line", { hints: { format: "bytes" } }, "1.5 k"],
    ["line", { hints: { format: "code" } }, "[a-"],
    ["line", { hints: { format: "zone" } }, "Europe/Ber"],
  ];
  for (const [kind, more, half] of halves)
    it(`has what was begun in a ${kind} as "${half.replace("\n", " ")}"`, () => {
      for (const required of [true, false]) {
        const [before, after] = again(node(kind, { required, ...more }), (control) =>
          type(box(control), half),
        );
        expect([before[0], after]).toEqual([half, before]);
      }
    });

  it("has what was begun in a row, and a row that is still empty", () => {
    const list = node("list", { item: node("integer", { required: true }), blank: holding([]) });
    const [before, after] = again(list, (control) => {
      const add = control.querySelector<HTMLButtonElement>(".hitl-add") as HTMLButtonElement;
      add.click();
      add.click();
      type(box(control), "1x");
    });
    expect([before, after]).toEqual([
      ["1x", ""],
      ["1x", ""],
    ]);
  });

  it("has the branches that are not picked", () => {
    const branch = (label: string, kind: Kind) => ({
      label,
      node: node(kind, { title: "", required: true }),
    });
    const union = node("union", { required: true, branches: [branch("A", "integer"), branch("B", "text")] });
    const pick = (control: Element, at: number) =>
      control.querySelectorAll<HTMLInputElement>("[type=radio]")[at]?.click();
    const first = drawn(union);
    pick(first.control.element, 0);
    type(box(first.control.element, 2), "1x");
    pick(first.control.element, 1);
    type(box(first.control.element, 2), "half");
    const later = drawn(union, first.last());
    expect(box(later.control.element, 2).value).toBe("half");
    pick(later.control.element, 0);
    expect(box(later.control.element, 2).value).toBe("1x");
  });

  it("has what was begun in a length of time", () => {
    const [before, after] = again(node("duration", {}), (control) => {
      type(box(control, 1), "1x");
      type(box(control, 3), "5");
    });
    expect([before, after]).toEqual([
      ["", "1x", "", "5"],
      ["", "1x", "", "5"],
    ]);
  });

  it("has what is ticked", () => {
    const options = [{ label: "a" }, { label: "b" }, { label: "c" }];
    const [before, after] = again(node("several", { options, blank: holding([]) }), (control) => {
      box(control, 2).click();
      box(control, 0).click();
    });
    expect([before, after]).toEqual([
      [true, false, true],
      [true, false, true],
    ]);
  });
});
