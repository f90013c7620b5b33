import { describe, expect, it } from "vitest";
import { ABSENT, fieldsOf, holding, NULL, typedEntry, typedText, withoutSecrets } from "../../src/form/cells";
import { node, planOf } from "../make";

describe("an emptied text", () => {
  it("is absent where the text is required", () => {
    expect(typedText(node("text", { required: true }), "")).toEqual(ABSENT);
  });
  it("is the empty text where there is a default", () => {
    expect(typedText(node("text"), "")).toEqual(holding(""));
  });
  it("is the empty text where it may be null, because null has a switch of its own", () => {
    expect(typedText(node("text", { required: true, nullable: true }), "")).toEqual(holding(""));
  });
});

describe("an emptied number, moment or JSON", () => {
  it("is null where it may be null", () => {
    expect(typedEntry(node("integer", { nullable: true, required: true }), " ")).toEqual(NULL);
  });
  it("is absent where it is required", () => {
    expect(typedEntry(node("date", { required: true }), "")).toEqual(ABSENT);
  });
  it("never turns into the default in silence", () => {
    expect(typedEntry(node("integer"), "")).toEqual(holding(""));
  });
  it("keeps every digit of what was typed", () => {
    expect(typedEntry(node("integer"), "9007199254740993")).toEqual(holding("9007199254740993"));
    expect(typedEntry(node("number"), "0.10")).toEqual(holding("0.10"));
  });
});

describe("the fields of a group", () => {
  it("are blank where the cell lacks them, also one called constructor", () => {
    const plan = planOf({ constructor: node("text", { blank: holding("c") }), a: node("text") });
    const cells = fieldsOf(plan.root, holding({ a: holding("x") }));
    expect(cells).toEqual({ constructor: holding("c"), a: holding("x") });
  });
});

describe("an answer without its secrets", () => {
  it("has none at any depth, and everything else", () => {
    const login = node("group", {
      fields: [
        { name: "user", node: node("text") },
        { name: "key", node: node("secret") },
      ],
    });
    const root = planOf({ logins: node("list", { item: login }), plain: node("text") }).root;
    const cell = holding({
      logins: holding([holding({ user: holding("ana"), key: holding("hush") })]),
      plain: holding("p"),
    });
    expect(withoutSecrets(root, cell)).toEqual(
      holding({ logins: holding([holding({ user: holding("ana"), key: ABSENT })]), plain: holding("p") }),
    );
  });
});
