import { beforeEach, describe, expect, it, vi } from "vitest";
import { holding } from "../../src/form/cells";
import { mount } from "../../src/form/form";
import { FormState, type Reply } from "../../src/form/state";
import { find, node, planOf, press, type } from "../make";
import { settled } from "../widget";

const plan = planOf({
  name: node("text", { title: "Name", required: true }),
  size: node("choice", { title: "Size", required: true, options: [{ label: "small" }, { label: "large" }] }),
  notes: node("text", { title: "Notes", hints: { multiline: true } }),
});
const accepted: Reply = { status: "accepted", errors: [], message: null };

let place: HTMLElement;
let submit: ReturnType<typeof vi.fn<(...given: unknown[]) => Promise<Reply>>>;

beforeEach(() => {
  place = document.createElement("div");
  document.body.replaceChildren(place);
  submit = vi.fn(async () => accepted);
});

const state = (of: typeof plan | null = plan) =>
  new FormState(of, of?.root.blank ?? null, {
    submit,
    keep: () => Promise.resolve({ status: "ok", errors: [], message: null }),
  });
const show = (of: FormState, description: string | null = null, signal = new AbortController().signal) =>
  mount(place, of, { description }, signal).element;
const submitOf = (form: Element) => find<HTMLButtonElement>(form, "button[type=submit]");
const enter = (form: Element) =>
  find<HTMLFormElement>(form, "form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));

describe("a form", () => {
  it("has Prefect's heading and sentence, and its button", () => {
    const form = show(state());
    expect(find(form, "[role=heading]").textContent).toBe("Resume Flow Run");
    expect(form.textContent).toContain("Flow requires input. Please fill out the form below to resume.");
    expect([...form.querySelectorAll(".hitl-foot button")].map((one) => one.textContent)).toEqual(["Submit"]);
  });

  it("without fields has a Resume button and sends no document", async () => {
    const form = show(state(null));
    expect(submitOf(form).textContent).toBe("Resume");
    enter(form);
    await settled();
    expect(submit.mock.calls[0]?.[0]).toBeNull();
  });

  it("says what is wrong with a field that was typed in and left, there alone and quietly", async () => {
    vi.useFakeTimers();
    const wrong = ["name", "notes"].map((name) => ({ path: [name], message: `${name} is short.` }));
    const keep = vi.fn(async () => ({ status: "ok" as const, errors: wrong, message: null }));
    const form = show(new FormState(plan, plan.root.blank, { submit, keep }));
    const name = find(form, "input");
    const leave = async () => {
      name.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
      await vi.runAllTimersAsync();
    };
    const said = () => [...form.querySelectorAll(".hitl-error, .hitl-alert")].map((one) => one.textContent);
    await leave();
    expect(keep).not.toHaveBeenCalled();
    type(name, "J");
    await leave();
    expect(said().filter(Boolean)).toEqual(["name is short."]);
    expect(name.getAttribute("aria-invalid")).toBe("true");
    expect(find(form, ".hitl-alert").hidden).toBe(true);
    type(name, "Je");
    expect(said().filter(Boolean)).toEqual([]);
    vi.useRealTimers();
  });

  it("shows the description as Markdown and never as HTML", () => {
    const form = show(state(), "**Look** <script>alert(1)</script>");
    expect(find(form, "strong").textContent).toBe("Look");
    expect(form.querySelector("script")).toBeNull();
  });

  it.each([
    ["x", {}],
    ["Enter", { shiftKey: true }],
    ["d", {}],
    ["Escape", {}],
  ])("keeps the key %s from the notebook, wherever in it the focus is", (key, more) => {
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard, { once: true });
    const form = show(state());
    for (const control of form.querySelectorAll("input, textarea, button")) press(control, key, more);
    expect(heard).not.toHaveBeenCalled();
    document.body.removeEventListener("keydown", heard);
  });

  it("lets the key through that saves the notebook", () => {
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard, { once: true });
    press(find(show(state()), "input"), "s", { ctrlKey: true });
    expect(heard).toHaveBeenCalledOnce();
  });

  it("is sent by Ctrl+Enter and Cmd+Enter from any control, and not by plain Enter in a long text", () => {
    const form = show(state());
    press(find(form, "textarea"), "Enter");
    expect(submit).not.toHaveBeenCalled();
    press(find(form, "textarea"), "Enter", { ctrlKey: true });
    press(find(show(state()), "textarea"), "Enter", { metaKey: true });
    expect(submit).toHaveBeenCalledTimes(2);
  });

  it("locks its fields while it is sent, and keeps the focus on Submit", () => {
    submit.mockReturnValue(new Promise(() => undefined));
    const form = show(state());
    find(form, "input").focus();
    enter(form);
    expect(find<HTMLFieldSetElement>(form, ".hitl-lock").disabled).toBe(true);
    expect(document.activeElement).toBe(submitOf(form));
    expect(submitOf(form).textContent).toBe("Sending…");
    expect(submitOf(form).getAttribute("aria-disabled")).toBe("true");
  });

  it("says that a busy kernel keeps the answer", () => {
    vi.useFakeTimers();
    submit.mockReturnValue(new Promise(() => undefined));
    const form = show(state());
    enter(form);
    expect(find(form, "[role=status]").textContent).toBe("");
    vi.advanceTimersByTime(1000);
    expect(find(form, ".hitl-status").textContent).toBe(
      "The kernel is busy or out of reach. Your answer is kept here and goes through when it can.",
    );
    vi.useRealTimers();
  });
});

describe("a refused form", () => {
  const refused: Reply = {
    status: "refused",
    errors: [
      { path: ["size"], message: "Please choose one." },
      { path: ["name"], message: "Please fill this in." },
      { path: [], message: "Together wrong." },
    ],
    message: null,
  };

  it("has the focus in the first wrong field of the page, and a summary with links to all", async () => {
    submit.mockResolvedValue(refused);
    const form = show(state());
    enter(form);
    await settled();
    expect(document.activeElement).toBe(find(form, "input[type=text]"));
    const alert = find(form, "[role=alert]");
    expect(alert.textContent).toBe("Together wrong.2 fields need attention: Name, Size");
    find<HTMLButtonElement>(alert, "button:last-of-type").click();
    expect(document.activeElement).toBe(find(form, "input[type=radio]"));
  });

  it("calls what is wrong in a branch by the name of its union, which is the one that is to be seen", async () => {
    submit.mockResolvedValue({ ...refused, errors: [{ path: ["amount"], message: "Please fill this in." }] });
    const branches = [
      { label: "Whole number", node: node("integer", { title: "Whole number", required: true }) },
      { label: "Text", node: node("text", { title: "Text", required: true }) },
    ];
    const amount = node("union", { title: "Amount", required: true, branches });
    const form = show(state(planOf({ amount })));
    find<HTMLInputElement>(form, "input[type=radio]").click();
    enter(form);
    await settled();
    expect(find(form, "[role=alert]").textContent).toBe("One field needs attention: Amount");
  });

  it("has the message beside its field, and loses it when the field is typed in", async () => {
    submit.mockResolvedValue(refused);
    const form = show(state());
    enter(form);
    await settled();
    const name = find(form, "input[type=text]");
    expect(name.closest(".hitl-field")?.textContent).toContain("Please fill this in.");
    type(name, "Jeff");
    expect(name.hasAttribute("aria-invalid")).toBe(false);
    expect(find(form, "[role=radiogroup]").getAttribute("aria-invalid")).toBe("true");
  });

  it("does not take the focus in the view that did not send it", async () => {
    submit.mockResolvedValue(refused);
    const shared = state();
    const form = show(shared);
    show(shared);
    enter(form);
    await settled();
    expect(form.contains(document.activeElement)).toBe(true);
  });

  it("is not sent at all while a date lacks its year", () => {
    const dated = planOf({ day: node("date", { title: "Day" }) });
    const form = show(
      new FormState(dated, dated.root.blank, {
        submit,
        keep: () => Promise.resolve({ status: "ok", errors: [], message: null }),
      }),
    );
    Object.defineProperty(find(form, "input"), "validity", { value: { badInput: true } });
    enter(form);
    expect(submit).not.toHaveBeenCalled();
    expect(find(form, ".hitl-error").textContent).toBe("This date is not complete.");
  });
});

describe("two views of one question", () => {
  it("show what is typed in either", () => {
    const shared = state();
    const [first, second] = [show(shared), show(shared)];
    type(find(first, "input[type=text]"), "Jeff");
    expect(find(second, "input[type=text]").value).toBe("Jeff");
  });

  it("one closed and drawn again shows what was typed", () => {
    const shared = state();
    const end = new AbortController();
    type(find(show(shared, null, end.signal), "input[type=text]"), "Jeff");
    end.abort();
    expect(place.childElementCount).toBe(0);
    expect(find(show(shared), "input[type=text]").value).toBe("Jeff");
    expect(shared.document).toMatchObject(holding({ name: holding("Jeff") }));
  });
});
