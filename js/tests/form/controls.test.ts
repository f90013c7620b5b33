import { beforeEach, describe, expect, it } from "vitest";
import { ABSENT, holding, NULL } from "../../src/form/cells";
import type { PlanNode } from "../../src/form/plan";
import { descriptionOf, drawn, nameOf, node, press, tick, type } from "../make";

const options = [{ label: "small" }, { label: "large" }];
const many = ["a", "b", "c", "d", "e"].map((label) => ({ label }));
const inner = [{ name: "zip", node: node("text", { title: "Zip" }) }];

/** Each way to draw each kind, and the element that must have the name. */
const KINDS: [string, PlanNode, string][] = [
  ["text", node("text"), "input[type=text]"],
  ["long text", node("text", { hints: { multiline: true } }), "textarea"],
  ["integer", node("integer"), "input[inputmode=numeric]"],
  ["number", node("number"), "input[inputmode=decimal]"],
  ["boolean with a default", node("boolean", { blank: holding(true) }), "input[type=checkbox]"],
  ["boolean without", node("boolean", { required: true }), "[role=radiogroup]"],
  ["short choice", node("choice", { options }), "[role=radiogroup]"],
  ["long choice", node("choice", { options: many }), "select"],
  ["date", node("date"), "input[type=date]"],
  ["datetime", node("datetime", { hints: { zone: "any" } }), "input[type=datetime-local]"],
  ["time", node("time"), "input[type=time]"],
  ["duration", node("duration"), "[role=group]"],
  ["duration in text", node("duration", { blank: holding("P1Y") }), "input.hitl-code"],
  ["line", node("line"), "input[type=text]"],
  ["line with a button", node("line", { hints: { format: "uuid", new: true } }), "input[type=text]"],
  ["several", node("several", { options }), "[role=group]"],
  ["choice of many", node("choice", { options: [...many, ...many, ...many, ...many] }), "[role=combobox]"],
  ["number with a slider", node("integer", { hints: { min: "1", max: "9" } }), "input[inputmode=numeric]"],
  ["json", node("json"), "textarea"],
  ["secret", node("secret"), "input[type=password]"],
  ["constant", node("constant", { text: "v1", blank: holding(null) }), "output"],
];

describe.each(KINDS)("a control for %s", (_, plan, selector) => {
  it("is named by its title alone, also where it is required", () => {
    expect(nameOf(drawn(plan).get(selector))).toBe("Size");
    const { control } = drawn({ ...plan, required: true });
    expect(nameOf(control.element.querySelector("[aria-labelledby], [aria-required]") as Element)).toBe(
      "Size",
    );
  });

  it("is described by its description", () => {
    const { get } = drawn({ ...plan, description: "In cm." });
    expect(descriptionOf(get(selector))).toMatch(/^In cm\./);
  });

  it("shows an error beside itself, says so to a screen reader, and takes it away again", () => {
    const { control, get } = drawn(plan);
    control.place([{ path: [], message: "Wrong." }]);
    expect(get(".hitl-error").textContent).toBe("Wrong.");
    expect(get(selector).getAttribute("aria-invalid")).toBe("true");
    expect(descriptionOf(get(selector))).toContain("Wrong.");
    control.place([]);
    expect(get(".hitl-error").hidden).toBe(true);
    expect(get(selector).hasAttribute("aria-invalid")).toBe(false);
    expect(descriptionOf(get(selector))).not.toContain("Wrong.");
  });

  it("has an id that no second view of it has", () => {
    const first = drawn(plan);
    const second = drawn(plan);
    document.body.append(first.control.element, second.control.element);
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("changes nothing by being drawn", () => {
    expect(drawn(plan).last()).toBeUndefined();
  });
});

describe.each([
  ["group", node("group", { fields: inner })],
  ["list", node("list", { item: node("text", { title: "Tag" }), blank: holding([holding("x")]) })],
])("a %s", (_, plan) => {
  it("is a fieldset named by its legend", () => {
    const { control, get } = drawn(plan);
    expect(control.element.tagName).toBe("FIELDSET");
    expect(get("legend").textContent).toBe("Size");
  });

  it("shows an error of its own at its head, and those of its fields at the fields", () => {
    const step = plan.kind === "group" ? "zip" : 0;
    const { control, get } = drawn(plan);
    control.place([
      { path: [], message: "Together wrong." },
      { path: [step], message: "Wrong." },
      { path: ["unknown", 3], message: "Somewhere." },
    ]);
    expect(get("fieldset > .hitl-error, .hitl-set > .hitl-error").textContent).toBe(
      "Together wrong.\nunknown.3: Somewhere.",
    );
    expect(get(".hitl-field .hitl-error").textContent).toBe("Wrong.");
  });

  it("can have no value, and gets back what it had", () => {
    const blank = plan.kind === "group" ? holding({ zip: holding("1") }) : holding([holding("x")]);
    const { get, last } = drawn({ ...plan, nullable: true, blank });
    const off = get(".hitl-none input");
    expect(nameOf(off)).toBe("No value");
    tick(off);
    expect(last()).toEqual(NULL);
    expect(get(".hitl-fields, .hitl-rows").closest("[hidden]")).not.toBeNull();
    tick(off, false);
    expect(last()).toEqual(blank);
  });
});

describe("text", () => {
  it("has bold words, code and links in its description, and no HTML", () => {
    const { get } = drawn(node("text", { description: "As **in** `x`, see [a](https://a.b/) <b>c</b>" }));
    const parts = [...get(".hitl-help").querySelectorAll("*")].map(({ localName }) => localName);
    expect(parts).toEqual(["span", "strong", "code", "a"]);
    expect(get(".hitl-help").textContent).toBe("As in x, see a <b>c</b>");
  });
  it("keeps line breaks that are there already", () => {
    expect(drawn(node("text"), holding("a\nb")).get("textarea").value).toBe("a\nb");
  });
  it("that may be null has a switch, which typing takes back", () => {
    const { get, last } = drawn(node("text", { nullable: true, blank: NULL }));
    const off = get("input[type=checkbox]");
    expect(off.checked).toBe(true);
    type(get("input[type=text]"), "x");
    expect(off.checked).toBe(false);
    tick(off);
    expect(last()).toEqual(NULL);
    expect(get("input[type=text]").value).toBe("");
    tick(off, false);
    expect(last()).toEqual(holding("x"));
  });
});

describe("a number", () => {
  it("that is emptied and may be null has no value, and its switch says so", () => {
    const { get, last } = drawn(node("integer", { nullable: true, blank: holding("5") }));
    type(get("input[type=text]"), "");
    expect(last()).toEqual(NULL);
    expect(get("input[type=checkbox]").checked).toBe(true);
  });
  it("steps with the arrow keys", () => {
    const { get, last } = drawn(node("integer", { blank: holding("5") }));
    press(get("input"), "ArrowUp");
    expect(last()).toEqual(holding("6"));
  });
});

describe("yes or no", () => {
  it("is neither where nothing was said, and can be typed", () => {
    const { get, last, control } = drawn(node("boolean", { required: true }));
    expect(control.element.querySelectorAll("input:checked").length).toBe(0);
    press(get("[role=radiogroup]"), "n");
    expect(last()).toEqual(holding(false));
    press(get("[role=radiogroup]"), "y");
    expect(last()).toEqual(holding(true));
  });
  it("has a third button where it may have no value", () => {
    const { control, last } = drawn(node("boolean", { nullable: true, blank: NULL }));
    const buttons = [...control.element.querySelectorAll("input")];
    expect(buttons.map(nameOf)).toEqual(["Yes", "No", "No value"]);
    expect(buttons[2]?.checked).toBe(true);
    tick(buttons[1] as HTMLInputElement);
    expect(last()).toEqual(holding(false));
  });
});

describe("a choice", () => {
  it("has nothing chosen until somebody chooses, by digit too", () => {
    const { control, get, last } = drawn(node("choice", { required: true, options }));
    expect(control.element.querySelectorAll("input:checked").length).toBe(0);
    press(get("[role=radiogroup]"), "2");
    expect(last()).toEqual(holding(1));
  });
  it("takes the option that is called by a digit, and none by its place then", () => {
    const named = ["7", "0", "?"].map((label) => ({ label }));
    const { get, last } = drawn(node("choice", { options: named }));
    press(get("[role=radiogroup]"), "0");
    expect(last()).toEqual(holding(1));
    press(get("[role=radiogroup]"), "1");
    expect(last()).toEqual(holding(1));
    press(get("[role=radiogroup]"), "?");
    expect(last()).toEqual(holding(2));
    press(get("[role=radiogroup]"), "7");
    expect(last()).toEqual(holding(0));
  });

  it("does not take a digit that belongs to a shortcut", () => {
    const { get, last } = drawn(node("choice", { required: true, options }));
    press(get("[role=radiogroup]"), "2", { ctrlKey: true });
    expect(last()).toBeUndefined();
  });
  it("from a list is not chosen at first, and travels as an index", () => {
    const { get, last } = drawn(node("choice", { required: true, options: many }));
    const select = get<HTMLSelectElement>("select");
    expect(select.selectedOptions[0]?.textContent).toBe("Choose…");
    type(select, "3");
    expect(last()).toEqual(holding(3));
  });
  it("tells options of the same label apart", () => {
    const { control, last } = drawn(node("choice", { options: [{ label: "1" }, { label: "1" }] }));
    tick(control.element.querySelectorAll("input")[1] as HTMLInputElement);
    expect(last()).toEqual(holding(1));
  });
  it("of long options is a list that folds", () => {
    const long = [{ label: "x".repeat(30) }, { label: "y".repeat(30) }];
    expect(drawn(node("choice", { options: long })).get("select")).not.toBeNull();
  });
  it("that may have none offers it among its options", () => {
    const { get, last } = drawn(node("choice", { nullable: true, options: many, blank: holding(0) }));
    type(get<HTMLSelectElement>("select"), "null");
    expect(last()).toEqual(NULL);
  });
});

describe("a date", () => {
  it("that Python would refuse is shown as the text it is", () => {
    expect(drawn(node("date"), holding("someday")).get("input").type).toBe("text");
  });
});

describe("a moment", () => {
  const aware = node("datetime", { hints: { zone: "aware" } });
  it("keeps its microseconds and its zone when another part changes", () => {
    const { get, last } = drawn(aware, holding("2026-11-23T10:00:00.123456+05:30"));
    const box = get("input");
    expect([box.type, box.value]).toEqual(["text", "2026-11-23T10:00:00.123456"]);
    type(box, "2026-11-24T10:00:00.123456");
    expect(last()).toEqual(holding("2026-11-24T10:00:00.123456+05:30"));
  });
  it("keeps an offset that no list has", () => {
    const { get } = drawn(aware, holding("1890-01-01T00:00:00+00:19"));
    expect(get<HTMLSelectElement>("select").value).toBe("+00:19");
  });
  it("keeps an offset that came with it through the seasons", () => {
    const { get, last } = drawn(aware, holding("2026-11-23T10:00:00+01:00"));
    type(get("input"), "2026-07-01T10:00");
    expect(last()).toEqual(holding("2026-07-01T10:00+01:00"));
  });
  it("without a zone has none", () => {
    const { control, get, last } = drawn(node("datetime", { hints: { zone: "naive" } }));
    expect(control.element.querySelector("select")).toBeNull();
    type(get("input"), "2026-11-23T10:00");
    expect(last()).toEqual(holding("2026-11-23T10:00"));
  });
  it("that needs a zone gets the local one of its day", () => {
    const { get, last } = drawn(aware);
    type(get("input"), "2026-07-01T10:00");
    expect(last()).toEqual(holding("2026-07-01T10:00+02:00"));
    expect(get<HTMLSelectElement>("select").selectedOptions[0]?.textContent).toBe("Local (UTC+02:00)");
  });
  it("that may have a zone has none until one is chosen", () => {
    const { get, last } = drawn(node("datetime", { hints: { zone: "any" } }));
    type(get("input"), "2026-07-01T10:00");
    expect(last()).toEqual(holding("2026-07-01T10:00"));
    type(get<HTMLSelectElement>("select"), "Z");
    expect(last()).toEqual(holding("2026-07-01T10:00Z"));
  });
  it("does not get a second zone where one was typed, nor one where there is no moment", () => {
    const { get, last } = drawn(aware, holding("2026-11-23T10:00:00.5Z"));
    type(get("input"), "2026-11-23T10:00:00.5+02:00");
    expect(last()).toEqual(holding("2026-11-23T10:00:00.5+02:00"));
    type(get("input"), "tomorrow");
    expect(last()).toEqual(holding("tomorrow"));
  });
});

describe("JSON", () => {
  it("that does not look like it is doubted when the box is left, and sent all the same", () => {
    const { get, last } = drawn(node("json", { required: true }));
    type(get("textarea"), "{'a': 1}");
    expect(get(".hitl-doubt").textContent).toContain("does not look like JSON");
    expect(last()).toEqual(holding("{'a': 1}"));
    type(get("textarea"), "[1]");
    expect(get(".hitl-doubt").textContent).toBe("");
  });
});

describe("a secret", () => {
  it("that is emptied is absent: what is set stays, and is never shown", () => {
    const { get, last } = drawn(node("secret"));
    type(get("input"), "hush");
    expect(last()).toEqual(holding("hush"));
    expect(get("input").outerHTML).not.toContain("hush");
    type(get("input"), "");
    expect(last()).toEqual(ABSENT);
    expect(get("input").placeholder).toBe("Leave empty to keep what is set");
  });
});

describe("a constant", () => {
  it("is shown and cannot be changed", () => {
    const { control, get } = drawn(node("constant", { text: "v1", blank: holding(null) }));
    expect(get("output").textContent).toBe("v1");
    expect(control.element.querySelector("input, select, textarea")).toBeNull();
  });
});

describe("a group", () => {
  let parts: ReturnType<typeof drawn>;
  beforeEach(() => {
    parts = drawn(
      node("group", { fields: [...inner, { name: "city", node: node("text", { title: "City" }) }] }),
    );
  });
  it("puts what was entered into its own cell, and says where", () => {
    type(parts.get("input"), "123");
    expect(parts.last()).toEqual(holding({ zip: holding("123"), city: ABSENT }));
    expect(parts.paths.at(-1)).toEqual(["zip"]);
  });
  it("shows what came from elsewhere", () => {
    parts.control.show(holding({ zip: holding("9"), city: ABSENT }));
    expect(parts.get("input").value).toBe("9");
    expect(parts.last()).toBeUndefined();
  });
});

describe("a kind that this page does not know", () => {
  it("is an error that names it, and no form with a hole", () => {
    expect(() => drawn(node("hologram" as "text"))).toThrow('"hologram"');
  });
});
