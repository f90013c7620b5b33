import { describe, expect, it } from "vitest";
import { doubtOf } from "../../src/form/controls/json";
import { step } from "../../src/form/controls/number";
import { localOffset, takeApart } from "../../src/form/controls/zones";

describe("a moment taken apart", () => {
  it.each([
    ["2026-11-23T10:00:00", ["2026-11-23T10:00:00", "", ""]],
    ["2026-11-23T10:00:00.123456+05:30", ["2026-11-23T10:00:00", ".123456", "+05:30"]],
    ["2026-11-23T10:00Z", ["2026-11-23T10:00", "", "Z"]],
    ["2026-11-23 10:00:00z", ["2026-11-23T10:00:00", "", "Z"]],
  ])("%s", (text, [local, fraction, zone]) => {
    expect(takeApart(text)).toEqual({ local, fraction, zone });
  });
  it("is nothing where the text is no moment", () => {
    expect(takeApart("tomorrow")).toBeNull();
    expect(takeApart("2026-11-23")).toBeNull();
  });
  it("has the local offset of its own day, which is another one in summer", () => {
    expect(localOffset("2026-11-23T12:00")).toBe("+01:00");
    expect(localOffset("2026-07-01T12:00")).toBe("+02:00");
  });
});

describe("a step with the arrow keys", () => {
  it("is exact beyond what a double can hold", () => {
    expect(step("9007199254740992", true, {})).toBe("9007199254740993");
  });
  it("begins at the least value, and stays inside the limits", () => {
    expect(step("", true, { min: "3" })).toBe("3");
    expect(step("9", true, { exclusive_max: "10" })).toBeNull();
    expect(step("7", true, { max: "10", multiple_of: "5" })).toBe("10");
    expect(step("99", false, { max: "10" })).toBe("10");
  });
  it("leaves text alone that is no whole number", () => {
    expect(step("1e3", true, {})).toBeNull();
  });
});

describe("the doubt about JSON", () => {
  it("is raised for what is no JSON, and not for an empty box", () => {
    expect(doubtOf("{'a': 1}")).toContain("does not look like JSON");
    expect(doubtOf('{"a": 1}')).toBe("");
    expect(doubtOf("  ")).toBe("");
  });
});
