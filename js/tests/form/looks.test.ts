import { describe, expect, it } from "vitest";
import { unfolded } from "../../src/form/again";
import { ABSENT, holding, NULL } from "../../src/form/cells";
import type { Hints, PlanNode } from "../../src/form/plan";
import { drawn, find, node, planOf, type } from "../make";

const range: Hints = { min: "0", max: "1", slider: ["0", "1", "0.01"] };

describe("a slider for a number with digits", () => {
  it("moves the number beside it, and follows it", () => {
    const share = drawn(node("number", { hints: range }), holding("0.25"));
    const slider = share.get(".hitl-slider");
    expect([slider.min, slider.max, slider.step, slider.value]).toEqual(["0", "1", "0.01", "0.25"]);
    slider.value = "0.5";
    slider.dispatchEvent(new Event("input"));
    expect([share.get("[type=text]").value, share.last()]).toEqual(["0.5", holding("0.5")]);
    type(share.get("[type=text]"), "0.75");
    expect(slider.value).toBe("0.75");
  });

  it("leaves what is typed as it is", () => {
    const share = drawn(node("number", { hints: range }));
    for (const text of ["0.123456789012345678", "7", "1e-30", "words"]) {
      type(share.get("[type=text]"), text);
      expect([share.get("[type=text]").value, share.last()]).toEqual([text, holding(text)]);
    }
  });

  it("says that nothing is chosen yet", () => {
    const share = drawn(node("number", { hints: range }));
    expect(share.get(".hitl-slider").classList.contains("hitl-unset")).toBe(true);
  });

  it("is there only where it is asked for", () => {
    const share = drawn(node("number", { hints: { min: "0", max: "1" } }));
    expect(share.control.element.querySelector(".hitl-slider")).toBeNull();
  });
});

describe("a slider for a whole number", () => {
  it("is there for wide limits where it is asked for, and is not where a box is", () => {
    const slider = (hints: Hints) =>
      drawn(node("integer", { hints })).control.element.querySelector<HTMLInputElement>(".hitl-slider");
    expect(slider({ min: "0", max: "1000" })).toBeNull();
    expect(slider({ min: "0", max: "1000", control: "slider" })?.max).toBe("1000");
    expect(slider({ min: "0", max: "9".repeat(20), control: "slider" })).toBeNull();
    expect(slider({ min: "0", max: "10", control: "text" })).toBeNull();
  });
});

describe("another control", () => {
  it("for yes or no is a switch that says so", () => {
    const on = drawn(node("boolean", { hints: { control: "switch" } }), holding(false));
    const box = on.get("[role=switch]");
    box.click();
    expect([box.checked, on.last()]).toEqual([true, holding(true)]);
  });

  it("for yes or no is a list, with no value in it", () => {
    const pick = drawn(node("boolean", { nullable: true, hints: { control: "select" } }), NULL);
    const select = pick.get<HTMLSelectElement>("select");
    expect([...select.options].map((one) => one.textContent)).toEqual(["Yes", "No", "No value"]);
    type(select, "1");
    expect(pick.last()).toEqual(holding(false));
    pick.control.show(holding(true));
    expect(select.value).toBe("0");
  });

  it("for a choice is a column of radio buttons, or a list", () => {
    const options = [{ label: "a" }, { label: "b" }];
    const radio = drawn(node("choice", { options, hints: { control: "radio" } }));
    expect(radio.get("[role=radiogroup]").className).toBe("hitl-radios");
    const list = drawn(node("choice", { options, hints: { control: "select" } }));
    expect(list.get("select").children.length).toBe(3);
  });
});

describe("a unit", () => {
  it("stands behind the box, and is read with it", () => {
    const weight = drawn(node("number", { hints: { unit: "kg" }, description: "Net" }));
    const box = weight.get("[type=text]");
    expect(box.nextElementSibling?.textContent).toBe("kg");
    const read = (box.getAttribute("aria-describedby") ?? "").split(" ");
    expect(read.map((id) => document.getElementById(id)?.textContent)).toEqual(["kg", "Net"]);
    weight.control.place([{ path: [], message: "no" }]);
    expect(box.getAttribute("aria-describedby")?.split(" ").length).toBe(3);
  });
});

describe("fields of one group", () => {
  const field = (hints: Hints) => node("text", { hints });
  const group = () =>
    drawn({
      ...planOf({
        street: field({ group: "Address", width: 8 }),
        zip: field({ group: "Address", width: 4, show_if: { other: [holding("x")] } }),
        other: field({}),
      }).root,
    });

  it("stand in one frame with its name, in their order", () => {
    const { control } = group();
    const frame = find<HTMLElement>(control.element, "fieldset fieldset");
    expect(frame.querySelector("legend")?.textContent).toBe("Address");
    expect(frame.querySelectorAll(".hitl-field").length).toBe(2);
    expect(control.element.querySelectorAll(".hitl-field").length).toBe(3);
  });

  it("have their width, and whoever is hidden takes no room", () => {
    const frame = find<HTMLElement>(group().control.element, ".hitl-columns");
    const [street, zip] = frame.querySelectorAll<HTMLElement>("[style]");
    expect(street?.style.getPropertyValue("--hitl-width")).toBe("8");
    expect(zip?.hidden).toBe(true);
  });
});

describe("an alias that holds itself", () => {
  const echo = node("union", { title: "", required: true, echo: 1 });
  const alias = node("union", {
    title: "Tree",
    required: true,
    anchor: 1,
    branches: [
      { label: "Number", node: node("integer", { title: "", required: true }) },
      { label: "List", node: node("list", { title: "", item: echo, blank: holding([]) }) },
    ],
  });

  it("goes round in a circle, and is drawn as far as it is filled in", () => {
    const plan = unfolded(planOf({ tree: alias }));
    const tree = plan.root.fields?.[0]?.node as PlanNode;
    expect(tree.branches?.[1]?.node.item?.branches).toBe(tree.branches);
    const seven = holding({ branch: 0, held: { 0: holding("7") } });
    const inner = holding({ branch: 1, held: { 1: holding([seven]) } });
    const form = drawn(tree, holding({ branch: 1, held: { 1: holding([inner]) } }));
    expect(form.get("input[type=text]").value).toBe("7");
    expect(drawn(tree, ABSENT).control.element.querySelectorAll("fieldset").length).toBe(0);
  });
});
