import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import notice, { SETTLES } from "../../src/widgets/waiting";
import { find, press } from "../make";
import { FakeWidget } from "../widget";

const run = (id: string, more = {}) => ({
  id,
  name: `brave-${id}`,
  flow_name: "label-texts",
  created: "2026-11-23T09:00:00Z",
  said: "7 answered, next: Image 8 of 20",
  ...more,
});

interface Traits {
  runs: ReturnType<typeof run>[];
  more: number;
}

/** A notice whose kernel is the test. */
class FakeNotice extends FakeWidget<Traits, { id: string; kind: string; run_id?: string }> {
  constructor(runs: Traits["runs"], more = 0) {
    super({ runs, more });
  }
}

let model: FakeNotice;
let end: AbortController;

function open(...runs: ReturnType<typeof run>[]): HTMLElement {
  return openWith(new FakeNotice(runs));
}

function openWith(made: FakeNotice): HTMLElement {
  model = made;
  end = new AbortController();
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  notice.render({ model, el, signal: end.signal } as unknown as Parameters<typeof notice.render>[0]);
  vi.advanceTimersByTime(SETTLES);
  return find(el, ".hitl-waiting");
}

const rows = (el: Element) => [...el.querySelectorAll("li")];

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-23T12:00:00Z") });
});
afterEach(() => {
  end.abort();
  vi.useRealTimers();
});

describe("the notice of runs that wait", () => {
  it("says how many there are, and of each its name, its flow and since when", () => {
    const el = open(run("otter"), run("heron"));
    expect(find(el, "[role=heading]").textContent).toBe("2 runs of this notebook wait");
    expect([...find(el, "li > div").children].map((part) => part.textContent)).toEqual([
      "brave-otter",
      "flow label-texts",
      "started 10:00:00",
      "7 answered, next: Image 8 of 20",
    ]);
  });

  it("tells how many it does not list", () => {
    const el = openWith(new FakeNotice([run("otter")], 3));
    expect(find(el, "[role=heading]").textContent).toBe("4 runs of this notebook wait");
    expect(find(el, ".hitl-waiting-more").textContent).toBe("The newest are listed, 3 older ones are not.");
  });

  it("is not seen where the next cells take the runs up at once", () => {
    model = new FakeNotice([run("otter")]);
    end = new AbortController();
    const el = document.createElement("div");
    notice.render({ model, el, signal: end.signal } as unknown as Parameters<typeof notice.render>[0]);
    expect(find(el, ".hitl-waiting").hidden).toBe(true);
    model.put({ runs: [] });
    vi.advanceTimersByTime(SETTLES);
    expect(find(el, ".hitl-waiting").hidden).toBe(true);
  });

  it("asks once for the run whose button is pressed, and lets it go when the kernel does", async () => {
    const el = open(run("otter"), run("heron"));
    const button = find<HTMLButtonElement>(rows(el)[1] as Element, "button");
    expect(button.getAttribute("aria-label")).toBe("Take up brave-heron");
    button.click();
    button.click();
    expect(model.sent).toMatchObject([{ kind: "take_up", run_id: "heron" }]);
    await model.reply({ status: "ok" });
    model.put({ runs: [run("otter")] });
    expect(rows(el).map((row) => row.textContent?.slice(0, 11))).toEqual(["brave-otter"]);
    expect(find(el, "[role=heading]").textContent).toBe("1 run of this notebook waits");
    model.put({ runs: [] });
    expect(el.hidden).toBe(true);
  });

  it("says why a run cannot be taken up, and lets the button be pressed again", async () => {
    const el = open(run("otter"));
    find(el, "button").click();
    const message = "Flow 'label-texts' is not defined in this kernel yet. Run cell 3 first.";
    await model.reply({ status: "failed", message });
    expect(find(el, "[role=alert]").textContent).toBe(message);
    find(el, "button").click();
    expect(find(el, "[role=alert]").hidden).toBe(true);
    expect(model.sent.length).toBe(2);
  });

  it("says that the kernel is busy, after a second without a reply", () => {
    const el = open(run("otter"));
    find(el, "button").click();
    vi.advanceTimersByTime(1000);
    expect(find(el, "[role=alert]").textContent).toBe("Taking it up as soon as the kernel is free.");
  });

  it("leaves the text of a row alone while another one goes", async () => {
    const el = open(run("otter"), run("heron"));
    const kept = rows(el)[0];
    model.put({ runs: [run("otter")] });
    expect(rows(el)).toEqual([kept]);
  });

  it("keeps the focus and every key when the row under it goes", () => {
    const heard = vi.fn();
    const el = open(run("otter"), run("heron"));
    document.body.addEventListener("keydown", heard);
    find(el, "button").focus();
    model.put({ runs: [run("heron")] });
    expect(document.activeElement).toBe(el);
    press(el, "x");
    expect(heard).not.toHaveBeenCalled();
    document.body.removeEventListener("keydown", heard);
  });

  it("shows a name as text, whatever is in it", () => {
    const el = open(run("otter", { name: "<img src=x>", flow_name: "<b>b</b>" }));
    expect(el.querySelector("img, b")).toBeNull();
  });

  it("listens to nothing once it is closed", () => {
    open(run("otter"));
    end.abort();
    expect(model.heard).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(document.querySelector(".hitl-waiting")).toBeNull();
  });
});
