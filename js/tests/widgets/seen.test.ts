import { afterEach, describe, expect, it } from "vitest";
import { boardHere } from "../../src/shared/board";
import card from "../../src/widgets/card";
import { subjectOf } from "../../src/widgets/seen";
import { asked, FakeModel, node, planOf } from "../make";

const plan = planOf({ note: node("text") });

afterEach(() => {
  const board = boardHere();
  board.cards.clear();
  board.read = null;
});

/** A card with these questions, as anywidget makes and draws it. */
function opened(...questions: ReturnType<typeof asked>[]) {
  const model = new FakeModel({ plans: { [plan.fingerprint]: plan }, questions });
  const end = new AbortController();
  const view = new AbortController();
  const entry = card();
  entry.initialize({ model, signal: end.signal });
  entry.render({ el: document.body.appendChild(document.createElement("div")), signal: view.signal });
  return { model, end, view };
}

const names = () => [...boardHere().cards].map(({ questions }) => questions.map(({ id }) => id));
const drawn = () => [...boardHere().cards].map(({ views }) => [...views].map(({ id }) => id));

describe("a card", () => {
  it("puts what it asks on the board of the page, and takes off what is answered", () => {
    const { model } = opened(asked("p1", plan), asked("p2", null));
    expect(names()).toEqual([["p1", "p2"]]);
    expect(drawn()).toEqual([["p1", "p2"]]);
    model.put({ questions: [asked("p2", null)] });
    expect(names()).toEqual([["p2"]]);
    expect(drawn()).toEqual([["p2"]]);
  });

  it("does not wait for an answer that is on its way", () => {
    const { model } = opened(asked("p1", null));
    const [source] = boardHere().cards;
    expect(source?.questions.length).toBe(1);
    const [view] = source?.views ?? [];
    view?.element.querySelector<HTMLElement>("button[type=submit]")?.click();
    expect(model.of("submit").length).toBe(1);
    expect(names()).toEqual([[]]);
  });

  it("asks nothing any more once its kernel has been restarted, or it is closed", () => {
    const { model } = opened(asked("p1", plan));
    const other = opened(asked("p2", plan));
    model.tell("comm_live_update");
    expect(names()).toEqual([["p2"]]);
    other.end.abort();
    expect(names()).toEqual([]);
  });

  it("that is drawn no longer has no forms, though it still asks", () => {
    const { view } = opened(asked("p1", plan));
    view.abort();
    expect(names()).toEqual([["p1"]]);
    expect(drawn()).toEqual([[]]);
  });
});

describe("a question is called", () => {
  it.each([
    ["# Is **it** `broken`?\n\nLook.", "Is it broken?"],
    ["\n> Quoted", "Quoted"],
    [null, "Order"],
    ["", "Order"],
  ])("by the first line of its description %j, or by what is asked for: %s", (description, subject) => {
    expect(subjectOf(asked("p1", plan, { description }), plan.title)).toBe(subject);
  });

  it("by its name where it has one and no description", () => {
    expect(subjectOf(asked("p1", plan, { key: "the editor" }), plan.title)).toBe("the editor");
  });

  it("by its run where nothing is asked for, or a type that has no name of its own", () => {
    expect(subjectOf(asked("p1", null))).toBe("Resume brave-otter");
    expect(subjectOf(asked("p1", plan), "boolAutomaticRunInput")).toBe("Resume brave-otter");
  });
});
