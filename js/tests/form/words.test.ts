import { describe, expect, it } from "vitest";
import { below, isUnder, messageOf } from "../../src/form/errors";
import { limitsOf } from "../../src/form/hints";
import { node } from "../make";

describe("the limits of a field in words", () => {
  it.each([
    ["1 to 10", node("integer", { hints: { min: "1", max: "10" } })],
    ["more than 0, at most 5", node("number", { hints: { exclusive_min: "0", max: "5" } })],
    ["at least 1, a multiple of 5", node("integer", { hints: { min: "1", multiple_of: "5" } })],
    [
      "from 2026-01-01, before 2027-01-01",
      node("date", { hints: { min: "2026-01-01", exclusive_max: "2027-01-01" } }),
    ],
    ["exactly 5 characters", node("text", { hints: { min_length: 5, max_length: 5 } })],
    ["at least 1 item", node("list", { hints: { min_items: 1 } })],
    ["at most 3 items", node("list", { hints: { min_items: 0, max_items: 3 } })],
    ["", node("boolean")],
  ])("are %j", (words, plan) => {
    expect(limitsOf(plan)).toBe(words);
  });
});

describe("errors on their way down", () => {
  it("lose one step of their path at a time", () => {
    const errors = [
      { path: ["a", 0], message: "one" },
      { path: ["b"], message: "two" },
    ];
    expect(below(errors, "a")).toEqual([{ path: [0], message: "one" }]);
  });
  it("name the rest of a path that goes on inside a control", () => {
    expect(messageOf([{ path: ["x", 1], message: "Wrong." }])).toBe("x.1: Wrong.");
  });
  it("tell a list index from a field of the same name", () => {
    expect(isUnder([0], ["0"])).toBe(false);
    expect(isUnder(["a", 1], ["a"])).toBe(true);
  });
});
