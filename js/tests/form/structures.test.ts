import { describe, expect, it } from "vitest";
import { unfolded } from "../../src/form/again";
import { ABSENT, holding, NULL, withoutSecrets } from "../../src/form/cells";
import type { Cell, PlanNode } from "../../src/form/plan";
import { type Drawn, drawn, find, nameOf, node, planOf, press, tick, type } from "../make";

const group = (fields: Record<string, PlanNode>, more: Partial<PlanNode> = {}): PlanNode => {
  const { root } = planOf(fields);
  return { ...root, ...more };
};
const boxes = ({ control }: Drawn) => [
  ...control.element.querySelectorAll<HTMLInputElement>("input[type=text]"),
];
const button = ({ control }: Drawn, name: string) =>
  [...control.element.querySelectorAll("button")].filter((one) => one.textContent === name);

describe("a tuple", () => {
  const pair = node("tuple", {
    title: "Corner",
    fields: [
      { name: "0", node: node("integer", { title: "X", required: true }) },
      { name: "1", node: node("text", { title: "Y", required: true }) },
    ],
    blank: holding([holding("1"), ABSENT]),
  });

  it("is a list on its way, each item at its place", () => {
    const corner = drawn(pair);
    expect(boxes(corner).map((box) => [nameOf(box), box.value])).toEqual([
      ["X", "1"],
      ["Y", ""],
    ]);
    type(boxes(corner)[1] as HTMLInputElement, "b");
    expect(corner.last()).toEqual(holding([holding("1"), holding("b")]));
    expect(corner.paths.at(-1)).toEqual([1]);
  });

  it("has its errors at the item", () => {
    const corner = drawn(pair);
    corner.control.place([{ path: [1], message: "no" }]);
    expect(boxes(corner)[1]?.getAttribute("aria-invalid")).toBe("true");
    expect(boxes(corner)[0]?.getAttribute("aria-invalid")).toBeNull();
  });
});

describe("a set", () => {
  it("says what is there twice", () => {
    const blank = holding([holding("a"), holding("b")]);
    const set = drawn(
      node("list", { hints: { unique: true }, item: node("text", { required: true }), blank }),
    );
    const doubt = () => find(set.control.element, ".hitl-rows + .hitl-doubt").textContent;
    expect(doubt()).toBe("");
    type(boxes(set)[1] as HTMLInputElement, "a");
    expect(doubt()).toBe("Items 1 and 2 are the same: they count once.");
    type(boxes(set)[1] as HTMLInputElement, "");
    expect(doubt()).toBe("");
  });
});

describe("a dictionary", () => {
  const pair = node("tuple", {
    title: "",
    fields: [
      { name: "0", node: node("text", { title: "Key", required: true }) },
      { name: "1", node: node("integer", { title: "Value", required: true }) },
    ],
    blank: holding([ABSENT, ABSENT]),
  });
  const blank = holding([holding([holding("__proto__"), holding("1")])]);

  it("is rows of keys and values, whatever the keys are called", () => {
    const prices = drawn(node("dict", { title: "Prices", item: pair, blank }));
    button(prices, "Add entry")[0]?.click();
    expect(document.activeElement).toBe(boxes(prices)[2]);
    type(boxes(prices)[2] as HTMLInputElement, "constructor");
    type(boxes(prices)[3] as HTMLInputElement, "2");
    expect(prices.last()).toEqual(
      holding([
        holding([holding("__proto__"), holding("1")]),
        holding([holding("constructor"), holding("2")]),
      ]),
    );
    expect(prices.paths.at(-1)).toEqual([1, 1]);
  });

  it("says which keys are the same", () => {
    const prices = drawn(node("dict", { title: "Prices", item: pair, blank }));
    button(prices, "Add entry")[0]?.click();
    type(boxes(prices)[2] as HTMLInputElement, "__proto__");
    expect(prices.control.element.textContent).toContain("Entries 1 and 2 have the same key.");
  });
});

describe("a union", () => {
  const card = group({ number: node("text", { title: "Number", required: true }) }, { title: "" });
  const two = node("union", {
    title: "Payment",
    required: true,
    branches: [
      { label: "Card", node: card },
      { label: "Amount", node: node("integer", { required: true }) },
    ],
  });
  const radios = ({ control }: Drawn) => [
    ...control.element.querySelectorAll<HTMLInputElement>("input[type=radio]"),
  ];

  it("begins with nothing picked, under its own name", () => {
    const payment = drawn(two);
    expect(payment.get("[role=radiogroup]").getAttribute("aria-label")).toBe("Payment");
    expect(radios(payment).some(({ checked }) => checked)).toBe(false);
    expect(boxes(payment)).toEqual([]);
  });

  it("draws the branch that is picked, and keeps what was typed in the others", () => {
    const payment = drawn(two);
    tick(radios(payment)[0] as HTMLInputElement);
    type(boxes(payment)[0] as HTMLInputElement, "4711");
    tick(radios(payment)[1] as HTMLInputElement);
    type(boxes(payment)[0] as HTMLInputElement, "5");
    const number = holding({ number: holding("4711") });
    expect(payment.last()).toEqual(holding({ branch: 1, held: { 0: number, 1: holding("5") } }));
    press(payment.get("[role=radiogroup]"), "1");
    expect(boxes(payment)[0]?.value).toBe("4711");
    expect(payment.last()).toEqual(holding({ branch: 0, held: { 0: number, 1: holding("5") } }));
  });

  it("says which field of the branch was changed, and places errors there", () => {
    const payment = drawn(two, holding({ branch: 0, held: {} }));
    type(boxes(payment)[0] as HTMLInputElement, "1");
    expect(payment.paths.at(-1)).toEqual(["number"]);
    payment.control.place([{ path: ["number"], message: "too short" }]);
    expect(boxes(payment)[0]?.getAttribute("aria-invalid")).toBe("true");
  });

  it("shows its own error while nothing is picked", () => {
    const payment = drawn(two);
    payment.control.place([{ path: [], message: "Please fill this in." }]);
    expect(payment.control.element.classList.contains("hitl-wrong")).toBe(true);
    expect(payment.control.element.textContent).toContain("Please fill this in.");
  });

  it("follows another view", () => {
    const payment = drawn(two);
    payment.control.show(holding({ branch: 1, held: { 1: holding("7") } }));
    expect(boxes(payment).map(({ value }) => value)).toEqual(["7"]);
    payment.control.show(holding({ branch: 0, held: { 0: holding({ number: holding("x") }) } }));
    expect(boxes(payment).map(({ value }) => value)).toEqual(["x"]);
  });

  it("has a list that folds for many branches, and no value where it may have none", () => {
    const branches = ["A", "B", "C", "D", "E"].map((label) => ({ label, node: node("text") }));
    const many = drawn(node("union", { title: "Many", nullable: true, branches, blank: NULL }));
    const none = many.get(".hitl-none input");
    expect(none.checked).toBe(true);
    tick(none, false);
    const select = many.get<HTMLSelectElement>("select");
    expect(select.value).toBe("-1");
    select.value = "4";
    select.dispatchEvent(new Event("change"));
    expect(many.last()).toEqual(holding({ branch: 4, held: { 4: ABSENT } }));
    tick(none);
    expect(many.last()).toEqual(NULL);
  });

  it("gives away no secret of any branch", () => {
    const secret = node("union", {
      branches: [
        { label: "S", node: node("secret") },
        { label: "T", node: node("text") },
      ],
    });
    const typed = holding({ branch: 1, held: { 0: holding("hush"), 1: holding("t") } });
    expect(withoutSecrets(secret, typed)).toEqual(
      holding({ branch: 1, held: { 0: ABSENT, 1: holding("t") } }),
    );
  });
});

describe("a group inside itself", () => {
  const tree = planOf({
    name: node("text", { title: "Name", required: true }),
    left: node("group", { title: "Left", nullable: true, blank: NULL, again: 0 }),
    parts: node("list", { title: "Parts", blank: holding([]), item: node("group", { again: 0 }) }),
  });

  it("is drawn one level at a time, as deep as somebody opens it", () => {
    const root = drawn(unfolded(tree).root);
    expect(boxes(root)).toHaveLength(1);
    tick(root.get(".hitl-none input"), false);
    expect(boxes(root)).toHaveLength(2);
    type(boxes(root)[1] as HTMLInputElement, "leaf");
    expect(root.paths.at(-1)).toEqual(["left", "name"]);
    const leaf = holding({ name: holding("leaf"), left: NULL, parts: holding([]) });
    expect(root.last()).toEqual(holding({ name: ABSENT, left: leaf, parts: holding([]) }));
  });

  it("is a new row with its fields blank", () => {
    const root = drawn(unfolded(tree).root);
    button(root, "Add item").at(-1)?.click();
    const blank = holding({ name: ABSENT, left: NULL, parts: holding([]) });
    expect(root.last()).toEqual(holding({ name: ABSENT, left: NULL, parts: holding([blank]) }));
  });
});

describe("hints of a field", () => {
  const fields = {
    how: node("boolean", { title: "Post", blank: holding(true) }),
    street: node("text", { title: "Street", hints: { show_if: { how: [holding(true)] } } }),
    price: node("text", { title: "Price", blank: holding("9"), hints: { readonly: true } }),
    version: node("text", { title: "Version", blank: holding("v2"), hints: { hidden: true } }),
  };
  const visible = (form: Drawn) =>
    boxes(form)
      .filter((box) => !box.closest("[hidden]"))
      .map(nameOf);

  it("show it only while another has a value, and never where it is hidden", () => {
    const form = drawn(group(fields));
    expect(visible(form)).toEqual(["Street", "Price"]);
    tick(form.get("input[type=checkbox]"), false);
    expect(visible(form)).toEqual(["Price"]);
    expect((form.last() as { value: Record<string, Cell> }).value.version).toEqual(holding("v2"));
    form.control.show(holding({ how: holding(true) }));
    expect(visible(form)).toEqual(["Street", "Price"]);
  });

  it("lock it where it is only for reading", () => {
    const form = drawn(group(fields));
    expect(boxes(form)[1]?.closest("fieldset[disabled]")).not.toBeNull();
  });

  it("leave no error unseen", () => {
    const form = drawn(group(fields, { title: "Order" }));
    tick(form.get("input[type=checkbox]"), false);
    form.control.place([{ path: ["street"], message: "Please fill this in." }]);
    expect(form.control.element.classList.contains("hitl-wrong")).toBe(true);
  });
});
