import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ABSENT, holding } from "../../src/form/cells";
import { REST } from "../../src/form/draft";
import { FormState, type Host, PATIENCE, type Reply } from "../../src/form/state";
import { node, planOf } from "../make";
import { settled } from "../widget";

const plan = planOf({ name: node("text", { required: true }), key: node("secret") });
const reply = (status: Reply["status"], more: Partial<Reply> = {}): Reply => ({
  status,
  errors: [],
  message: null,
  ...more,
});

/** A host that answers when the test says so. */
class Slow implements Host {
  readonly sent: unknown[] = [];
  answer: (reply: Reply) => void = () => undefined;
  readonly kept: unknown[] = [];
  /** What is wrong with what is typed. */
  doubts: Reply["errors"] = [];

  submit(document: unknown, seconds: number): Promise<Reply> {
    this.sent.push([document, seconds]);
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  async keep(document: unknown, check: boolean): Promise<Reply> {
    this.kept.push(document);
    return reply("ok", { errors: check ? this.doubts : [] });
  }
}

describe("a question", () => {
  let host: Slow;
  let state: FormState;
  const typed = holding({ name: holding("Jeff"), key: holding("hush") });

  beforeEach(() => {
    vi.useFakeTimers();
    host = new Slow();
    state = new FormState(plan, plan.root.blank, host);
    state.shown();
    state.edit(typed, ["name"], {});
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is sent once, however often Submit is pressed", async () => {
    void state.submit();
    void state.submit();
    expect(host.sent.length).toBe(1);
    expect(state.phase).toBe("sending");
    host.answer(reply("accepted"));
    await settled();
    void state.submit();
    expect(host.sent.length).toBe(1);
  });

  it("sends the whole document, and how long it was on the screen since it was first shown", () => {
    vi.advanceTimersByTime(2500);
    state.shown();
    void state.submit();
    expect(host.sent).toEqual([[typed, 2.5]]);
  });

  it("is checked when a field was left, and what was refused counts more", async () => {
    host.doubts = [
      { path: ["name"], message: "Too short." },
      { path: ["key"], message: "Missing." },
    ];
    state.refuse([{ path: ["name"], message: "Wrong." }]);
    await state.left();
    expect(host.kept).toEqual([holding({ name: holding("Jeff"), key: ABSENT })]);
    expect(state.errors).toEqual([
      { path: ["name"], message: "Wrong." },
      { path: ["key"], message: "Missing.", soft: true },
    ]);
    await state.left();
    expect(host.kept.length).toBe(1);
  });

  it("is not told of what is no longer there", async () => {
    host.doubts = [{ path: ["name"], message: "Too short." }];
    const left = state.left();
    state.edit(holding({ name: holding("Mary"), key: ABSENT }), ["name"], {});
    await left;
    expect(state.errors).toEqual([]);
    const again = state.left();
    void state.submit();
    await again;
    expect(state.errors).toEqual([]);
  });

  it("says that the kernel is busy after a second without a reply, and not before", () => {
    void state.submit();
    vi.advanceTimersByTime(PATIENCE - 1);
    expect(state.phase).toBe("sending");
    vi.advanceTimersByTime(1);
    expect(state.phase).toBe("busy");
  });

  it("does not say so when the reply was in time", async () => {
    void state.submit();
    host.answer(reply("accepted"));
    await settled();
    vi.advanceTimersByTime(10 * PATIENCE);
    expect(state.phase).toBe("done");
  });

  it("that is refused keeps what was typed and can be sent again", async () => {
    void state.submit();
    const errors = [{ path: ["name"], message: "Wrong." }];
    host.answer(reply("refused", { errors }));
    await settled();
    expect([state.phase, state.document, state.errors]).toEqual(["open", typed, errors]);
    void state.submit();
    expect(host.sent.length).toBe(2);
  });

  it("that could not be saved keeps what was typed, says why and can be sent again", async () => {
    void state.submit();
    host.answer(reply("failed", { message: "The disk is full." }));
    await settled();
    expect([state.phase, state.document, state.message]).toEqual(["open", typed, "The disk is full."]);
  });

  it("hands over what was typed once no key has come for a moment, the last of it only and no secret", () => {
    vi.advanceTimersByTime(REST - 1);
    state.edit(holding({ name: holding("Jeff B."), key: holding("hush") }), ["name"], {});
    vi.advanceTimersByTime(REST - 1);
    expect(host.kept).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(host.kept).toEqual([holding({ name: holding("Jeff B."), key: ABSENT })]);
  });

  it("hands it over at once when the page is left, and not a second time", () => {
    state.leave();
    state.leave();
    vi.advanceTimersByTime(2 * REST);
    expect(host.kept).toEqual([holding({ name: holding("Jeff"), key: ABSENT })]);
  });

  it("hands over nothing of an answer that is on its way or through", async () => {
    void state.submit();
    state.leave();
    host.answer(reply("accepted"));
    await settled();
    vi.advanceTimersByTime(2 * REST);
    expect(host.kept).toEqual([]);
  });

  it("hands over an answer that came back", async () => {
    void state.submit();
    host.answer(reply("failed", { message: "The disk is full." }));
    await settled();
    vi.advanceTimersByTime(REST);
    expect(host.kept).toEqual([holding({ name: holding("Jeff"), key: ABSENT })]);
  });

  it("hands over what is typed into a model within itself, too", () => {
    const again = node("group", { again: 0, nullable: true });
    const recursive = planOf({ name: node("text"), key: node("secret"), inner: again });
    const inside = (inner: object) => holding({ name: holding("Jeff"), key: ABSENT, inner } as never);
    state = new FormState(recursive, recursive.root.blank, host);
    state.edit(inside(inside({ is: "null" })), ["inner", "name"], {});
    vi.advanceTimersByTime(REST);
    expect(host.kept.at(-1)).toEqual(inside(inside({ is: "null" })));
  });

  it("that nobody has touched hands over nothing", () => {
    state.close("Not this one.");
    const other = new FormState(plan, plan.root.blank, host);
    other.shown();
    other.leave();
    vi.advanceTimersByTime(2 * REST);
    expect(host.kept).toEqual([]);
  });

  it("forgets its secrets once it is answered, here or elsewhere", async () => {
    void state.submit();
    host.answer(reply("accepted"));
    await settled();
    expect(state.document).toEqual(holding({ name: holding("Jeff"), key: ABSENT }));
    const other = new FormState(plan, typed, host);
    other.close("Answered by ana.");
    expect(other.document).toEqual(holding({ name: holding("Jeff"), key: ABSENT }));
  });

  it("that somebody else answered says who, and cannot be sent", async () => {
    void state.submit();
    host.answer(reply("gone", { message: "Answered by ana at 10:42." }));
    await settled();
    expect([state.phase, state.message]).toEqual(["gone", "Answered by ana at 10:42."]);
    void state.submit();
    expect(host.sent.length).toBe(1);
  });

  it("that is gone without a word still says that it is", async () => {
    void state.submit();
    host.answer(reply("gone"));
    await settled();
    expect(state.message).toBe("This question is no longer open.");
  });

  it("that was accepted is not closed a second time", async () => {
    void state.submit();
    host.answer(reply("accepted"));
    await settled();
    state.close("Answered by you.");
    expect([state.phase, state.message]).toEqual(["done", null]);
  });

  it("loses the error of a field that is typed in, and no other", () => {
    const errors = [
      { path: ["name"], message: "one" },
      { path: ["key"], message: "two" },
      { path: [], message: "whole" },
    ];
    state.refuse(errors);
    state.edit(typed, ["name"], {});
    expect(state.errors.map(({ message }) => message)).toEqual(["two", "whole"]);
  });

  it("loses the errors of a list whose rows have moved", () => {
    state.refuse([{ path: ["tags", 1, "name"], message: "Wrong." }]);
    state.edit(typed, ["tags"], {});
    expect(state.errors).toEqual([]);
  });
});
