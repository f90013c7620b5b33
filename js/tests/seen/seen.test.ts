import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Foot } from "../../src/seen/foot";
import { SETTLES, Seen } from "../../src/seen/seen";
import { markTitle } from "../../src/seen/title";
import type { Board, Question, Source } from "../../src/shared/board";
import { h } from "../../src/shared/dom";
import { settled } from "../widget";

/** Stands in for the browser, which here draws nothing: forms are in view when a test says so. */
class Window {
  static last: Window;
  readonly watched = new Set<Element>();
  readonly #told: (entries: object[]) => void;

  constructor(told: (entries: object[]) => void) {
    this.#told = told;
    Window.last = this;
  }

  observe(element: Element): void {
    this.watched.add(element);
  }

  unobserve(element: Element): void {
    this.watched.delete(element);
  }

  show(target: Element, pixels: number, height = 300): void {
    this.#told([
      {
        target,
        isIntersecting: pixels > 0,
        intersectionRect: { height: pixels },
        boundingClientRect: { height },
      },
    ]);
  }
}

const asked = (id: string, opened = id): Question => ({ id, subject: `Question ${id}`, opened });

let board: Board;
let seen: Seen;

/** A card that asks these questions, each drawn once, with the elements of its forms. */
function card(...questions: Question[]) {
  const source: Source = { manager: null, questions, views: new Set() };
  const forms = questions.map(({ id }) => {
    const element = document.body.appendChild(h("div", {}, id));
    source.views.add({ id, element, focus: vi.fn() });
    return element;
  });
  board.cards.add(source);
  board.read?.();
  return { source, forms };
}

const ids = () => seen.away.map(({ id }) => id);
const wait = () => vi.advanceTimersByTime(SETTLES);
/** Says for each of these forms that nothing of it is in view. */
const scrollAway = (...forms: Element[]) => {
  for (const form of forms) Window.last.show(form, 0);
  wait();
};
function hide(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IntersectionObserver", Window);
  document.body.replaceChildren();
  document.title = "book.ipynb";
  board = { cards: new Set(), read: null };
  seen = new Seen(board);
});
afterEach(() => {
  hide(false);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a question", () => {
  it("is told of once its form is out of view for a moment, and no longer at once when it is back", () => {
    const { forms } = card(asked("1"));
    const form = forms[0] as Element;
    expect(ids()).toEqual([]);
    Window.last.show(form, 0);
    expect(ids()).toEqual([]);
    wait();
    expect(ids()).toEqual(["1"]);
    Window.last.show(form, 300);
    expect(ids()).toEqual([]);
  });

  it.each([
    [63, 300, ["1"]],
    [64, 300, []],
    [30, 60, []],
    [29, 60, ["1"]],
  ])("of which %i pixels of %i are to be seen is off the screen: %j", (pixels, height, away) => {
    const { forms } = card(asked("1"));
    Window.last.show(forms[0] as Element, pixels, height);
    wait();
    expect(ids()).toEqual(away);
  });

  it("of which the browser has said nothing yet is not told of", () => {
    card(asked("1"));
    wait();
    expect(ids()).toEqual([]);
  });

  it("whose form is drawn, but not in the page, is off the screen", () => {
    const { forms } = card(asked("1"));
    forms[0]?.remove();
    board.read?.();
    wait();
    expect(ids()).toEqual(["1"]);
  });

  it("counts once, however many cards and views it has, and not while one of them is in view", () => {
    const one = card(asked("1"));
    const other = card(asked("1"));
    scrollAway(...one.forms, ...other.forms);
    expect(ids()).toEqual(["1"]);
    Window.last.show(other.forms[0] as Element, 300);
    expect(ids()).toEqual([]);
  });

  it("leaves when it is answered, its card goes, its form is drawn nowhere, or its kernel ends", () => {
    const ends = [
      (source: Source) => Object.assign(source, { questions: [] }),
      (source: Source) => board.cards.delete(source),
      (source: Source) => source.views.clear(),
      (source: Source) => seen.forget((one) => one === source),
    ];
    for (const end of ends) {
      const { source, forms } = card(asked("1"));
      scrollAway(...forms);
      expect(ids()).toEqual(["1"]);
      end(source);
      board.read?.();
      expect(ids()).toEqual([]);
      source.views.clear();
      board.read?.();
      expect(Window.last.watched.size).toBe(0);
    }
  });

  it("that was there before its reader is told of, too", () => {
    const { forms } = card(asked("1"));
    seen = new Seen(board);
    scrollAway(...forms);
    expect(ids()).toEqual(["1"]);
  });
});

describe("several questions", () => {
  it("are gone to from the oldest on, one after the other, and from the last to the first again", async () => {
    const { forms } = card(asked("b", "2026-11-23"), asked("c", "2026-11-24"), asked("a", "2026-11-22"));
    scrollAway(...forms);
    const order = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const { next } = seen;
      order.push(next?.id);
      if (next) void seen.go(next);
      await settled();
    }
    expect(order).toEqual(["a", "b", "c", "a"]);
  });

  it("are gone to with the focus, which moves at no other time", async () => {
    const { source, forms } = card(asked("1"));
    const form = forms[0] as HTMLElement;
    const [view] = source.views;
    scrollAway(form);
    expect(view?.focus).not.toHaveBeenCalled();
    vi.spyOn(form, "getClientRects").mockReturnValue([{}] as unknown as DOMRectList);
    const steps: string[] = [];
    seen.host = { reveal: async () => void steps.push("revealed"), stand: () => undefined };
    form.scrollIntoView = () => void steps.push("scrolled");
    await seen.go(asked("1"));
    expect(steps).toEqual(["revealed", "scrolled"]);
    expect(view?.focus).toHaveBeenCalledOnce();
  });
});

describe("the title", () => {
  it("carries the count in front of what the host says, and nothing when nothing waits", async () => {
    markTitle(seen);
    const { forms } = card(asked("1"), asked("2"));
    scrollAway(...forms);
    expect(document.title).toBe("(2) ● book.ipynb");
    document.title = "other.ipynb";
    await settled();
    expect(document.title).toBe("(2) ● other.ipynb");
    Window.last.show(forms[0] as Element, 300);
    expect(document.title).toBe("(1) ● other.ipynb");
    Window.last.show(forms[1] as Element, 300);
    expect(document.title).toBe("other.ipynb");
  });

  it("counts what is in view, too, while the tab of the browser is hidden", () => {
    markTitle(seen);
    const { forms } = card(asked("1"));
    Window.last.show(forms[0] as Element, 300);
    hide(true);
    expect(document.title).toBe("(1) ● book.ipynb");
    hide(false);
    expect(document.title).toBe("book.ipynb");
  });
});

describe("the line at the foot", () => {
  const line = () => document.querySelector<HTMLElement>(".hitl-away");
  const said = () => document.querySelector("[role=status]")?.textContent;

  it("says what waits, as text, and is said aloud once for each question", () => {
    new Foot(seen);
    const { forms } = card({ ...asked("1"), subject: "<b>Bold</b>" }, asked("2"));
    Window.last.show(forms[0] as Element, 0);
    wait();
    expect(line()?.querySelector("span")?.textContent).toBe("A question waits: <b>Bold</b>");
    expect(said()).toBe("A question waits: <b>Bold</b>");
    scrollAway(forms[1] as Element);
    expect(said()).toBe("2 questions wait. Question 2");
    Window.last.show(forms[1] as Element, 300);
    expect(said()).toBe("2 questions wait. Question 2");
    expect(line()?.hidden).toBe(false);
    Window.last.show(forms[0] as Element, 300);
    expect(line()?.hidden).toBe(true);
    expect(said()).toBe("");
  });

  it("stands where the host puts it", () => {
    const stand = vi.fn();
    seen.host = { reveal: async () => undefined, stand };
    new Foot(seen);
    scrollAway(...card(asked("1")).forms);
    expect(stand).toHaveBeenCalled();
    expect(line()).toBeNull();
  });
});
