import { describe, expect, it } from "vitest";
import { ABSENT, holding, NULL } from "../../src/form/cells";
import { joined, parted } from "../../src/form/controls/duration";
import { bytesIn, newUuid } from "../../src/form/controls/line";
import { limitsOf } from "../../src/form/hints";
import { drawn, nameOf, node, press, tick, type } from "../make";

const countries = ["Austria", "Australia", "Fiji", "South Africa", "Sweden"];
const options = [...countries, ...Array.from({ length: 15 }, (_, index) => `Island ${index}`)].map(
  (label) => ({
    label,
  }),
);

function searched(more = {}, cell = ABSENT) {
  const parts = drawn(node("choice", { options, ...more }), cell);
  const box = parts.get("input[role=combobox]");
  const list = parts.get<HTMLElement>("[role=listbox]");
  const listed = () => [...list.querySelectorAll("[data-index]")].map(({ textContent }) => textContent);
  const write = (text: string) => {
    box.value = text;
    box.dispatchEvent(new Event("input"));
  };
  const active = () => document.getElementById(box.getAttribute("aria-activedescendant") ?? "")?.textContent;
  return { ...parts, box, list, listed, write, active };
}

describe("a choice of many", () => {
  it("lists what has the typed words in it, those first that begin with them", () => {
    const { box, listed, write } = searched();
    expect([nameOf(box), box.getAttribute("aria-expanded")]).toEqual(["Size", "false"]);
    write("A");
    expect(listed().slice(0, 3)).toEqual(["Austria", "Australia", "South Africa"]);
    write("aus");
    expect(listed()).toEqual(["Austria", "Australia"]);
    expect(box.getAttribute("aria-expanded")).toBe("true");
  });
  it("is picked with arrows and Enter, which does not send the form", () => {
    const { box, list, write, active, last } = searched();
    write("aus");
    expect(active()).toBe("Austria");
    press(box, "ArrowDown");
    expect(active()).toBe("Australia");
    press(box, "ArrowDown");
    expect(active()).toBe("Austria");
    press(box, "ArrowUp");
    expect(press(box, "Enter").defaultPrevented).toBe(true);
    expect([last(), box.value, list.hidden]).toEqual([holding(1), "Australia", true]);
    expect(press(box, "Enter").defaultPrevented).toBe(false);
  });
  it("is picked with the pointer, from the whole list", () => {
    const { box, list, listed, last } = searched({}, holding(2));
    box.click();
    expect(listed()).toHaveLength(options.length);
    (list.children[4] as HTMLElement).click();
    expect(last()).toEqual(holding(4));
  });
  it("goes back to what was chosen on Escape", () => {
    const { box, write, last } = searched({}, holding(2));
    write("swe");
    press(box, "Escape");
    expect([box.value, last()]).toEqual(["Fiji", undefined]);
  });
  it("takes an option that is typed to the letter, and takes the choice back from an emptied box", () => {
    const { box, write, last } = searched({ nullable: true });
    write("sweden");
    box.dispatchEvent(new Event("blur"));
    expect(last()).toEqual(holding(4));
    write("");
    box.dispatchEvent(new Event("blur"));
    expect(last()).toEqual(NULL);
  });
  it("keeps the form back while something is typed that is no option", () => {
    const { control, list, write } = searched();
    write("Atlantis");
    expect(list.textContent).toBe("Nothing fits.");
    expect(control.unreadable().map(({ message }) => message)).toEqual(["This is none of the options."]);
    write("Fiji");
    expect(control.unreadable()).toEqual([]);
  });
  it("lists a hundred at most, and says how many more there are", () => {
    const all = Array.from({ length: 130 }, (_, index) => ({ label: `Option ${index}` }));
    const { box, list, listed } = searched({ options: all });
    box.click();
    expect(listed()).toHaveLength(100);
    expect(list.lastElementChild?.textContent).toBe("30 more: type to find them.");
  });
});

describe("several options", () => {
  const plan = node("several", { options: options.slice(0, 3), blank: holding([]) });
  it("are named by their labels, and travel as indices in the order in which they were picked", () => {
    const { control, get, last } = drawn(plan);
    const boxes = [...control.element.querySelectorAll("input")];
    expect(boxes.map(nameOf)).toEqual(["Austria", "Australia", "Fiji"]);
    expect(nameOf(get("[role=group]"))).toBe("Size");
    tick(boxes[2] as HTMLInputElement);
    tick(boxes[0] as HTMLInputElement);
    expect(last()).toEqual(holding([2, 0]));
    tick(boxes[2] as HTMLInputElement, false);
    expect(last()).toEqual(holding([0]));
  });
  it("begin empty where *no value* is taken back", () => {
    const { get, last } = drawn({ ...plan, nullable: true, blank: NULL });
    tick(get(".hitl-none input"), false);
    expect(last()).toEqual(holding([]));
  });
});

describe("a length of time", () => {
  it.each([
    ["P1DT2H0M3.5S", ["1", "2", "", "3.5"]],
    ["PT90S", ["", "", "", "90"]],
    ["-P1DT2H", ["-1", "2", "", ""]],
    ["-PT0.000001S", ["-0", "", "", "0.000001"]],
    ["P999999999D", ["999999999", "", "", ""]],
  ])("%s is taken apart", (text, parts) => {
    expect(parted(text)).toEqual(parts);
  });
  it("that has other parts is shown as the text it is", () => {
    expect(drawn(node("duration"), holding("P1Y")).get("input").value).toBe("P1Y");
  });
  it("is put together from its boxes, and absent where all are empty", () => {
    const { control, last } = drawn(node("duration", { required: true }));
    const boxes = [...control.element.querySelectorAll("input")];
    expect(boxes.map(nameOf)).toEqual(["days", "hours", "minutes", "seconds"]);
    type(boxes[1] as HTMLInputElement, "36");
    type(boxes[3] as HTMLInputElement, "0.25");
    expect(last()).toEqual(holding("P0DT36H0M0.25S"));
    type(boxes[1] as HTMLInputElement, "");
    type(boxes[3] as HTMLInputElement, "");
    expect(last()).toEqual(ABSENT);
  });
  it("with a minus before the days is one before all", () => {
    expect(joined(["-1", "2", "", ""])).toBe("-P1DT2H0M0S");
  });
  it("keeps the form back while a box has no number in it", () => {
    const { control } = drawn(node("duration"));
    type(control.element.querySelectorAll("input")[1] as HTMLInputElement, "two");
    expect(control.unreadable().map(({ message }) => message)).toEqual(["The hours are no number."]);
  });
});

describe("a time of day", () => {
  it("with a fraction or a zone is text, so that none of it is lost", () => {
    expect(drawn(node("time"), holding("10:30:00")).get("input").type).toBe("time");
    for (const text of ["10:30:00.000001", "10:30:00+05:30", "soon"]) {
      const { get } = drawn(node("time"), holding(text));
      expect([get("input").type, get("input").value]).toEqual(["text", text]);
    }
  });
});

describe("what is pasted into a box of the browser's own", () => {
  const paste = (box: HTMLInputElement, text: string) => {
    const event = new Event("paste", { cancelable: true });
    Object.assign(event, { clipboardData: { getData: () => text } });
    box.dispatchEvent(event);
    return event.defaultPrevented;
  };
  it.each([
    [node("time"), "10:30:00.000001+02:00"],
    [node("datetime", { hints: { zone: "any" } }), "2026-11-23T10:30:00.000001+02:00"],
    [node("datetime", { hints: { zone: "any" } }), "2026-11-23T10:30:00+02:00"],
  ])("makes it one of text where it could not hold it", (plan, text) => {
    const { get, last } = drawn(plan);
    expect(paste(get("input"), ` ${text} `)).toBe(true);
    expect([get("input").type, get("input").value, last()]).toEqual(["text", text, holding(text)]);
  });
  it.each([
    [node("time"), "10:30"],
    [node("datetime"), "2026-11-23T10:30"],
  ])("is left to the browser where it can", (plan, text) => {
    const { get } = drawn(plan);
    expect(paste(get("input"), text)).toBe(false);
    expect(get("input").type).not.toBe("text");
  });
});

describe("a text with a number of rows", () => {
  it("has so many, and is one line where they are one", () => {
    expect(
      drawn(node("text", { hints: { rows: 7, multiline: true } }))
        .get("textarea")
        .getAttribute("rows"),
    ).toBe("7");
    const one = node("text", { hints: { rows: 1, multiline: false, max_length: 900 } });
    expect(drawn(one).get("input").type).toBe("text");
  });
});

describe("a line of text", () => {
  it("loses the spaces around a paste, but not those of a path", () => {
    const address = drawn(node("line", { required: true, hints: { format: "email" } }));
    type(address.get("input"), " a@example.org ");
    expect(address.last()).toEqual(holding("a@example.org"));
    const path = drawn(node("line", { hints: { format: "code" } }));
    type(path.get("input"), "a ");
    expect(path.last()).toEqual(holding("a "));
  });
  it("that is emptied and may be null has no value", () => {
    const { get, last } = drawn(node("line", { nullable: true, blank: holding("x") }));
    type(get("input[type=text]"), "");
    expect(last()).toEqual(NULL);
  });
  it("can be a new UUID of version 4", () => {
    const { get, last } = drawn(node("line", { hints: { format: "uuid", new: true } }));
    get("button").click();
    const { value } = get("input");
    expect(value).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(last()).toEqual(holding(value));
    expect(newUuid()).not.toBe(value);
  });
  it("that is a size says how many bytes it is", () => {
    expect(bytesIn("1.5kb")).toBe("= 1,500 bytes");
    expect(bytesIn("2 GiB")).toBe("= 2,147,483,648 bytes");
    expect([bytesIn("1500"), bytesIn("many")]).toEqual(["", ""]);
  });
  it("suggests what is known when it is entered, and takes anything else", () => {
    const { control, get, last } = drawn(node("text", { hints: { suggestions: ["Jeff", "Ana"] } }));
    expect(control.element.querySelectorAll("datalist option")).toHaveLength(0);
    get("input").dispatchEvent(new Event("focus"));
    expect([...control.element.querySelectorAll("option")].map(({ value }) => value)).toEqual([
      "Jeff",
      "Ana",
    ]);
    expect(get("input").getAttribute("list")).toBe(get("datalist").id);
    type(get("input"), "Bo");
    expect(last()).toEqual(holding("Bo"));
  });
  it("that is a time zone suggests those that the browser knows", () => {
    const { control, get } = drawn(node("line", { hints: { format: "zone" } }));
    get("input").dispatchEvent(new Event("focus"));
    const known = [...control.element.querySelectorAll("option")].map(({ value }) => value);
    expect(known).toEqual(expect.arrayContaining(["UTC", "Europe/Berlin"]));
  });
});

describe("a whole number within narrow limits", () => {
  const plan = node("integer", { hints: { min: "1", exclusive_max: "11", multiple_of: "3" } });
  it("has a slider for the pointer, which follows the box and is followed by it", () => {
    const { get, last } = drawn(plan);
    const slider = get("input[type=range]");
    expect([slider.min, slider.max, slider.step]).toEqual(["3", "10", "3"]);
    expect([slider.tabIndex, slider.getAttribute("aria-hidden")]).toEqual([-1, "true"]);
    type(slider, "6");
    expect([last(), get("input").value]).toEqual([holding("6"), "6"]);
    type(get("input"), "9");
    expect(slider.value).toBe("9");
  });
  it("has none where the limits are wide, or where it is no whole number", () => {
    for (const other of [
      node("integer", { hints: { min: "0", max: "101" } }),
      node("integer", { hints: { min: "0" } }),
      node("number", { hints: { min: "0", max: "1" } }),
    ]) {
      expect(drawn(other).control.element.querySelector("[type=range]")).toBeNull();
    }
  });
});

describe("the limits in words", () => {
  it.each([
    [node("number", { hints: { max_digits: 5, decimal_places: 2 } }), "at most 5 digits, at most 2 decimals"],
    [node("time", { hints: { exclusive_max: "17:30:00" } }), "before 17:30:00"],
    [node("duration", { hints: { max: "1 day, 12:00:00" } }), "at most 1 day, 12:00:00"],
    [node("several", { hints: { min_items: 1, max_items: 2 } }), "1 to 2 items"],
  ])("of a kind that has some", (plan, words) => {
    expect(limitsOf(plan)).toBe(words);
  });
});
