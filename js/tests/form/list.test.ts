import { describe, expect, it } from "vitest";
import { ABSENT, holding } from "../../src/form/cells";
import type { Cell, Hints } from "../../src/form/plan";
import { type Drawn, drawn, nameOf, node, type } from "../make";

const tags = (texts: string[], hints: Hints = {}) =>
  drawn(
    node("list", {
      title: "Tags",
      hints,
      item: node("text", { title: "Tag", required: true }),
      blank: holding(texts.map((text): Cell => holding(text))),
    }),
  );
const boxes = ({ control }: Drawn) => [...control.element.querySelectorAll("input")];
const button = ({ get }: Drawn, name: string) => get<HTMLButtonElement>(`[aria-label="${name}"]`);
const texts = (cell: Cell | undefined) =>
  cell?.is === "value"
    ? (cell.value as Cell[]).map((one) => (one.is === "value" ? one.value : one.is))
    : null;

describe("the rows of a list", () => {
  it("are named by their place, also after they moved", () => {
    const list = tags(["a", "b"]);
    expect(boxes(list).map(nameOf)).toEqual(["Tag 1", "Tag 2"]);
    button(list, "Move item 2 up").click();
    expect(boxes(list).map((box) => [nameOf(box), box.value])).toEqual([
      ["Tag 1", "b"],
      ["Tag 2", "a"],
    ]);
    expect(texts(list.last())).toEqual(["b", "a"]);
  });

  it("are added blank, with the focus in the new one", () => {
    const list = tags(["a"]);
    list.get<HTMLButtonElement>(".hitl-add").click();
    expect(texts(list.last())).toEqual(["a", "absent"]);
    expect(document.activeElement).toBe(boxes(list)[1]);
    expect(list.paths.at(-1)).toEqual([]);
  });

  it("are removed, with the focus on the next one, and at last on Add", () => {
    const list = tags(["a", "b"]);
    button(list, "Remove item 1").click();
    expect(texts(list.last())).toEqual(["b"]);
    expect(document.activeElement).toBe(button(list, "Remove item 1"));
    button(list, "Remove item 1").click();
    expect(texts(list.last())).toEqual([]);
    expect(document.activeElement).toBe(list.get(".hitl-add"));
  });

  it("say which of them was changed, wherever it has moved to", () => {
    const list = tags(["a", "b", "c"]);
    button(list, "Move item 3 up").click();
    type(boxes(list)[1] as HTMLInputElement, "C");
    expect(list.paths.at(-1)).toEqual([1]);
    expect(texts(list.last())).toEqual(["a", "C", "b"]);
  });

  it("keep within the limits of the list", () => {
    const list = tags(["a"], { min_items: 1, max_items: 2 });
    expect(button(list, "Remove item 1").disabled).toBe(true);
    const add = list.get<HTMLButtonElement>(".hitl-add");
    add.click();
    expect(add.disabled).toBe(true);
    expect(button(list, "Remove item 1").disabled).toBe(false);
  });

  it("cannot move beyond the ends, and the focus stays at hand", () => {
    const list = tags(["a", "b"]);
    expect(button(list, "Move item 1 up").disabled).toBe(true);
    expect(button(list, "Move item 2 down").disabled).toBe(true);
    button(list, "Move item 1 down").focus();
    button(list, "Move item 1 down").click();
    expect(document.activeElement).toBe(button(list, "Move item 2 up"));
  });

  it("follow another view without being drawn anew", () => {
    const list = tags(["a", "b"]);
    const [first] = boxes(list);
    list.control.show(holding([holding("x")]));
    expect(boxes(list)).toEqual([first]);
    expect(first?.value).toBe("x");
    list.control.show(holding([holding("x"), ABSENT]));
    expect(boxes(list).map(({ value }) => value)).toEqual(["x", ""]);
  });
});
