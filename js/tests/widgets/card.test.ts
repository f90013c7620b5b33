import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ABSENT, holding } from "../../src/form/cells";
import { REST } from "../../src/form/draft";
import type { Run } from "../../src/widgets/model";
import { SILENCE } from "../../src/widgets/patience";
import { asked, FakeModel, find, node, openCard, planOf, press, RUN, type } from "../make";
import { settled } from "../widget";

const plan = planOf({ name: node("text", { title: "Name", required: true }) });
const plans = { [plan.fingerprint]: plan };
const line = (number: number, message = `line ${number}`, level = 20) => ({
  number,
  at: "2026-11-23T10:00:00Z",
  level,
  message,
  name: `Flow run '${RUN.name}'`,
});

let model: FakeModel;
let end: AbortController;

/** Opens a card as anywidget does; each further view is made by the function it gives. */
function open(
  traits: ConstructorParameters<typeof FakeModel>[0] = {},
): (signal?: AbortSignal) => HTMLElement {
  model = new FakeModel({ plans, ...traits });
  end = new AbortController();
  return openCard(model, end.signal);
}

const formsIn = (el: Element) => [...el.querySelectorAll(".hitl-form")];
const box = (el: Element) => find(el, "input[type=text]");
const send = (el: Element) =>
  find<HTMLFormElement>(el, "form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
const ask = (...ids: string[]) => ({ questions: ids.map((id) => asked(id, plan)) });

beforeEach(() => {
  document.body.replaceChildren();
});
afterEach(() => {
  end.abort();
});

describe("a submit", () => {
  it("carries the whole document and the id of its question", () => {
    const el = open(ask("p1"))();
    type(box(el), "Jeff");
    send(el);
    expect(model.of("submit")).toMatchObject([
      { pause_id: "p1", document: { is: "value", value: { name: { is: "value", value: "Jeff" } } } },
    ]);
  });

  it("that is accepted takes the form away with its question, in whatever order the two come", async () => {
    const el = open(ask("p1"))();
    send(el);
    await model.answer("submit", { status: "accepted" });
    expect(formsIn(el).length).toBe(1);
    model.put(ask());
    expect(formsIn(el).length).toBe(0);

    model.put(ask("p2"));
    send(el);
    model.say({ kind: "closed", pause_id: "p2", outcome: "answered", message: "Answered by you." });
    model.put(ask());
    expect(find(el, ".hitl-submit").textContent).toBe("Sending…");
    await model.answer("submit", { status: "accepted" });
    expect(formsIn(el).length).toBe(0);
    expect(find(el, ".hitl-notice").textContent).toBe("");
  });

  it("whose reply comes twice counts once", async () => {
    const el = open(ask("p1"))();
    send(el);
    const id = model.of("submit")[0]?.id;
    await model.answer("submit", { status: "failed", message: "The disk is full." });
    send(el);
    model.say({ kind: "reply", id, status: "accepted", errors: [], message: null });
    await settled();
    expect(find(el, ".hitl-form").dataset.phase).toBe("sending");
  });
});

describe("an update of the questions", () => {
  it("leaves a form alone that is still in it, with what is typed there", () => {
    const el = open(ask("p1"))();
    const form = find(el, ".hitl-form");
    type(box(el), "Jeff");
    model.put({ questions: [asked("p1", plan, { document: plan.root.blank }), asked("p2", plan)] });
    expect(formsIn(el)[0]).toBe(form);
    expect(box(el).value).toBe("Jeff");
    expect(formsIn(el).length).toBe(2);
  });

  it("shows a question once its plan is there", () => {
    const el = open({ plans: {}, ...ask("p1") })();
    expect(formsIn(el).length).toBe(0);
    model.put({ plans });
    expect(formsIn(el).length).toBe(1);
  });

  it("with a form that this page cannot draw says so, and shows the others", () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const strange = planOf({ h: node("hologram" as "text") }, { fingerprint: "strange" });
    const questions = [asked("p1", strange), asked("p2", plan)];
    const el = open({ plans: { ...plans, strange }, questions })();
    expect(find(el, "[role=alert]").textContent).toContain('cannot draw a control of kind "hologram"');
    expect(formsIn(el).length).toBe(1);
  });

  it("moves the focus on to the next question, by way of the card", () => {
    const el = open(ask("p1"))();
    box(el).focus();
    model.put(ask());
    expect(document.activeElement).toBe(find(el, ".hitl-card"));
    model.put(ask("p2"));
    expect(document.activeElement).toBe(box(el));
  });

  it("moves the focus on also where the reply comes first, or the next question", async () => {
    const el = open(ask("p1"))();
    box(el).focus();
    send(el);
    await model.answer("submit", { status: "accepted" });
    model.put(ask());
    model.put(ask("p2"));
    expect(document.activeElement).toBe(box(el));
    send(el);
    model.put(ask("p3"));
    await model.answer("submit", { status: "accepted" });
    expect(formsIn(el).length).toBe(1);
    expect(document.activeElement).toBe(box(el));
  });

  it("does not lose the focus to the page when a question closes under it", () => {
    const el = open(ask("p1"))();
    type(box(el), "Jeff");
    box(el).focus();
    model.say({ kind: "closed", pause_id: "p1", outcome: "timed_out", message: "Too late." });
    expect(document.activeElement).toBe(find(el, ".hitl-form"));
  });

  it("takes no focus that was elsewhere", () => {
    const el = open(ask("p1"))();
    model.put(ask());
    model.put(ask("p2"));
    expect(el.contains(document.activeElement)).toBe(false);
  });

  it("a hundred times over leaves one form, and as many listeners as before", async () => {
    const el = open(ask("p0"))();
    const heard = model.heard;
    for (let round = 1; round <= 100; round += 1) {
      send(el);
      await model.answer("submit", { status: "accepted" });
      model.put(ask(`p${round}`));
    }
    expect(formsIn(el).length).toBe(1);
    expect(model.heard).toBe(heard);
    expect(model.of("submit").length).toBe(100);
  });
});

describe("a question that closes elsewhere", () => {
  const closed = {
    kind: "closed",
    pause_id: "p1",
    outcome: "answered",
    message: "Answered by ana at 10:42.",
  };

  it("takes an untouched form with it, and says who answered", () => {
    const el = open(ask("p1"))();
    model.say(closed);
    model.put(ask());
    expect(formsIn(el).length).toBe(0);
    expect(find(el, ".hitl-notice").textContent).toBe("Answered by ana at 10:42.");
  });

  it("says no second time what the head says of the run", () => {
    const el = open(ask("p1"))();
    model.say({ ...closed, outcome: "cancelled", message: "Cancelled by ana." });
    model.put(ask());
    expect(find(el, ".hitl-notice").textContent).toBe("Cancelled by ana.");
    const at = "2026-11-23T10:02:00Z";
    const state = { type: "CANCELLED", name: "Cancelled", message: "Cancelled by ana.", timestamp: at };
    const over: Run = { ...RUN, state, ended: at };
    model.put({ run: over });
    expect(find(el, ".hitl-reason").textContent).toBe("Cancelled by ana.");
    expect(find(el, ".hitl-notice").textContent).toBe("");
  });

  it("leaves what was typed to be read, locked, until it is dismissed", () => {
    const el = open(ask("p1"))();
    type(box(el), "Jeff");
    model.say(closed);
    model.put(ask());
    expect(find(el, "[role=alert]").textContent).toBe("Answered by ana at 10:42.");
    expect(find<HTMLFieldSetElement>(el, ".hitl-lock").disabled).toBe(true);
    expect(box(el).value).toBe("Jeff");
    find(el, ".hitl-question > button").click();
    expect(formsIn(el).length).toBe(0);
  });

  it("keeps no more than one such form", () => {
    const el = open(ask("p1"))();
    type(box(el), "one");
    model.put(ask("p2"));
    type(find(formsIn(el)[1] as Element, "input"), "two");
    model.put(ask());
    expect(formsIn(el).map((form) => box(form).value)).toEqual(["two"]);
  });

  it("tells the one whose answer came second", async () => {
    const el = open(ask("p1"))();
    type(box(el), "Jeff");
    send(el);
    model.say(closed);
    model.put(ask());
    await model.answer("submit", { status: "gone", message: "Answered by ana at 10:42." });
    expect(find(el, "[role=alert]").textContent).toBe("Answered by ana at 10:42.");
    expect(box(el).value).toBe("Jeff");
  });

  it("is ignored where it is not on the card, as is what makes no sense", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const el = open(ask("p1"))();
    model.say({ ...closed, pause_id: "p0" });
    model.say({ kind: "reply", id: "from-before", status: "accepted" });
    model.say({ kind: "nonsense" });
    expect(find(el, ".hitl-form").dataset.phase).toBe("open");
    expect(warned).toHaveBeenCalledOnce();
  });
});

describe("two views of a card", () => {
  it("share what is typed and what is refused, and end one by one", async () => {
    const view = open(ask("p1"));
    const first = view();
    const gone = new AbortController();
    const second = view(gone.signal);
    type(box(first), "Jeff");
    expect(box(second).value).toBe("Jeff");
    send(second);
    await model.answer("submit", { status: "refused", errors: [{ path: ["name"], message: "Wrong." }] });
    expect(find(first, ".hitl-error").textContent).toBe("Wrong.");
    gone.abort();
    expect(second.childElementCount).toBe(0);
    expect(box(view()).value).toBe("Jeff");
  });
});

describe("a draft", () => {
  const typed = { is: "value", value: { name: { is: "value", value: "Jeff" } } };

  it("is sent a moment after the last key, once for two views, and needs no reply", () => {
    vi.useFakeTimers();
    const view = open(ask("p1"));
    const el = view();
    view();
    type(box(el), "Je");
    type(box(el), "Jeff");
    vi.advanceTimersByTime(REST);
    expect(model.of("draft")).toMatchObject([{ pause_id: "p1", document: typed }]);
    vi.useRealTimers();
  });

  it.each(["pagehide", "visibilitychange"])("is sent at once on %s", (event) => {
    const el = open(ask("p1"))();
    type(box(el), "Jeff");
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    (event === "pagehide" ? window : document).dispatchEvent(new Event(event));
    expect(model.of("draft")).toMatchObject([{ pause_id: "p1", document: typed }]);
  });

  it("is sent when the card is closed, and never after that", () => {
    const el = open(ask("p1"))();
    type(box(el), "Jeff");
    end.abort();
    window.dispatchEvent(new Event("pagehide"));
    expect(model.of("draft").length).toBe(1);
  });
});

describe("the log", () => {
  it("is asked for once, whatever the number of views, and put in order", async () => {
    const view = open();
    const el = view();
    view();
    model.say({ kind: "log", lines: [line(3)] });
    await model.answer("logs", { status: "ok", lines: [line(1), line(2), line(3)] });
    expect(model.of("logs").length).toBe(1);
    expect([...el.querySelectorAll(".hitl-text")].map((text) => text.textContent)).toEqual([
      "line 1",
      "line 2",
      "line 3",
    ]);
  });

  it("names the level, the local time, and the run of a line that is not the card's own", () => {
    const el = open()();
    model.say({ kind: "log", lines: [{ ...line(1, "<b>hi</b>", 30), name: "Task run 'pack-0'" }] });
    const row = find(el, ".hitl-log");
    expect(row.dataset.level).toBe("WARNING");
    expect(row.textContent).toBe("11:00:00.000WARNINGTask run 'pack-0' <b>hi</b>");
  });

  it("names the card's own run on no line, also if the run's name comes after the line", () => {
    const el = open({ run: {} })();
    model.say({ kind: "log", lines: [line(1)] });
    expect(find(el, ".hitl-text").textContent).toContain("Flow run");
    model.put({ run: RUN });
    expect(find(el, ".hitl-text").textContent).toBe("line 1");
  });

  it("keeps the last thousand lines and no more", () => {
    const el = open()();
    model.say({ kind: "log", lines: Array.from({ length: 1500 }, (_, index) => line(index)) });
    model.say({ kind: "log", lines: [line(1500)] });
    const rows = el.querySelectorAll(".hitl-text");
    expect(rows.length).toBe(1000);
    expect(rows[0]?.textContent).toBe("line 501");
    expect(find(el, ".hitl-logs .hitl-count").textContent).toBe("last 1000");
  });
});

describe("a card", () => {
  it("keeps every key from the notebook, also between two questions", () => {
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    const el = open()();
    press(find(el, ".hitl-card"), "x");
    press(find(el, "summary"), "d");
    expect(heard).not.toHaveBeenCalled();
    document.body.removeEventListener("keydown", heard);
  });

  it("says so when the kernel gives no sign, and takes it back when it does", async () => {
    vi.useFakeTimers();
    const el = open()();
    vi.advanceTimersByTime(SILENCE);
    expect(find(el, ".hitl-notice").textContent).toContain("The kernel has not answered yet");
    vi.useRealTimers();
    await model.answer("hello", { status: "ok" });
    expect(find(el, ".hitl-notice").textContent).toBe("");
  });

  it("gives no sign before somebody sees it, and one however many do", () => {
    const view = open();
    expect(model.sent).toEqual([]);
    view();
    view();
    expect(model.of("hello").length).toBe(1);
  });

  it("of a run that is over asks for no sign of life", () => {
    open({ run: { ...RUN, ended: "2026-11-23T10:02:00Z" } })();
    expect(model.of("hello")).toEqual([]);
  });

  it("without a run yet is there all the same, and says of which flow", () => {
    expect(find(open({ run: { flow_name: "greet" } })(), ".hitl-who").textContent).toBe("Startingflow greet");
  });

  it("names the run that asks where it is not the card's own", () => {
    const el = open({ questions: [asked("p1", plan, { run_name: "calm-heron" })] })();
    expect(find(el, ".hitl-subject").textContent).toBe("Asked by calm-heron");
  });

  it.each([
    ["by its key where it has no words of its own", { key: "budget" }, "budget"],
    ["and by who asks", { key: "budget", run_name: "calm-heron" }, "Asked by calm-heron: budget"],
    ["but not by a number that the flow did not give", { key: "2" }, undefined],
    ["nor where its description says it", { key: "budget", description: "How much?" }, undefined],
  ])("tells a question from others %s", (_, more, told) => {
    const el = open({ questions: [asked("p1", plan, more)] })();
    expect(el.querySelector(".hitl-subject")?.textContent).toBe(told);
  });

  it("says until when a question can be answered", () => {
    const deadline = new Date(Date.now() + 90_500).toISOString();
    const otherwise = "goes on with its default (Size: <b>M</b>)";
    const el = open({ questions: [asked("p1", plan, { deadline, otherwise })] })();
    expect(find(el, ".hitl-deadline").textContent).toMatch(
      /^Answer by .* \(1 min 30 s left\)\. Without an answer the flow goes on with its default \(Size: <b>M<\/b>\)\.$/,
    );
  });

  it("listens to nothing once its model is gone", () => {
    open(ask("p1"))();
    end.abort();
    expect(model.heard).toBe(0);
  });
});

describe("what a run makes", () => {
  const made = (id: string, data: string, created = "2026-11-23T10:00:00Z") => ({
    id,
    kind: "markdown",
    key: null,
    description: null,
    created,
    data,
  });
  const texts = (el: Element) => {
    find<HTMLDetailsElement>(el, ".hitl-artifacts").open = true;
    find(el, ".hitl-artifacts").dispatchEvent(new Event("toggle"));
    return [...el.querySelectorAll(".hitl-artifact p")].map((one) => one.textContent);
  };

  it("comes with messages, and what was there before with the log", async () => {
    const el = open()();
    model.say({ kind: "artifact", artifact: made("a2", "newer", "2026-11-23T10:00:02Z") });
    model.say({ kind: "artifact", artifact: { nonsense: true } });
    await model.answer("logs", {
      status: "ok",
      lines: [],
      artifacts: [made("a1", "first"), made("a2", "older"), 5],
    });
    expect(texts(el)).toEqual(["first", "newer"]);
  });

  it("is a hundred things at most, the newest", () => {
    const el = open()();
    for (let n = 100; n < 202; n += 1)
      model.say({ kind: "artifact", artifact: made(`a${n}`, `text ${n}`, `2026-11-23T10:00:00.${n}Z`) });
    expect(texts(el).length).toBe(100);
    expect(texts(el)[0]).toBe("text 102");
    expect(find(el, ".hitl-artifacts .hitl-count").textContent).toBe("last 100");
  });

  it("shows how far it is, until the run is over", () => {
    const going = {
      id: "b1",
      title: "Loop",
      progress: 50,
      count: 1,
      total: 2,
      left: null,
      state: "going" as const,
    };
    const el = open({ bars: [going] })();
    expect(find(el, "[role=progressbar]").getAttribute("aria-valuenow")).toBe("50");
    model.put({ bars: [{ ...going, progress: 75 }] });
    expect(find(el, "[role=progressbar]").getAttribute("aria-valuenow")).toBe("75");
    model.put({ run: { ...RUN, ended: "2026-11-23T10:02:00Z" } });
    expect(find(el, ".hitl-bars").hidden).toBe(true);
  });
});

describe("what a background run prints", () => {
  it("stands on the card in a widget of its own as soon as there is any, in each view", async () => {
    const manager = {
      get_model: async (id: string) => id,
      create_view: async (id: unknown) => {
        const el = document.createElement("output");
        el.textContent = String(id);
        return { el, remove: vi.fn() };
      },
    };
    const show = open({ widget_manager: manager });
    const el = show();
    await settled();
    const place = find(el, ".hitl-output");
    expect(place.childElementCount).toBe(0);
    model.put({ output: "IPY_MODEL_7" });
    await settled();
    expect(place.textContent).toBe("7");
    const again = show();
    await settled();
    expect(find(again, ".hitl-output").textContent).toBe("7");
  });

  it("is said not to be there where the page has no means to show it", async () => {
    const el = open({ output: "IPY_MODEL_7" })();
    await settled();
    expect(find(el, ".hitl-output").textContent).toContain("cannot be shown");
  });
});

describe("an ipywidget in a question", () => {
  it("stands in its field, and what it is moved to is on the card and kept as a draft", async () => {
    vi.useFakeTimers();
    const widget = document.createElement("output");
    const plan = planOf({
      level: node("integer", { title: "Level" }),
      note: node("text", { title: "Note" }),
    });
    const manager = {
      get_model: async () => null,
      create_view: async () => ({ el: widget, remove: vi.fn() }),
    };
    const filled = holding({ level: { ...ABSENT, at: "k1" }, note: ABSENT });
    const show = open({
      plans: { [plan.fingerprint]: plan },
      questions: [asked("p1", plan, { document: filled, places: [".level"], slots: { k1: "IPY_MODEL_7" } })],
      widget_manager: manager,
    });
    const el = show();
    await settled();
    expect(el.querySelector(".hitl-slot")?.contains(widget)).toBe(true);
    expect(model.of("shown")).toMatchObject([{ pause_id: "p1", slots: ["k1"] }]);
    const cells = [{ path: [], cell: { ...holding("8"), at: "k1" } }];
    model.say({ kind: "cells", pause_id: "elsewhere", cells });
    model.say({ kind: "cells", pause_id: "p1", cells });
    vi.advanceTimersByTime(REST);
    vi.useRealTimers();
    const [draft] = model.of("draft");
    expect(draft?.document).toEqual(holding({ level: { ...holding("8"), at: "k1" }, note: ABSENT }));
    expect(model.of("draft")).toHaveLength(1);
    model.say({ kind: "slots", pause_id: "p1", slots: { k1: null } });
    await settled();
    expect(el.querySelector(".hitl-slot")).toBe(null);
    expect(el.querySelector<HTMLInputElement>("[inputmode=numeric]")?.value).toBe("8");
  });
});
