/**
 * Which open questions are off the screen, on this page.
 *
 * Cards put on the board what is open on them and where its forms are. Whoever shows that somebody is waited for (the
 * mark in the title, the line at the foot, the badge in JupyterLab) listens here. A question on two cards, or in two views, is one.
 */

import type { Board, Question, Source, View } from "../shared/board";
import { Listeners } from "../shared/listeners";

/** The cards that a question is on, and what is drawn of it. */
export interface Place {
  readonly sources: readonly Source[];
  readonly views: readonly View[];
}

/** What only the application around the page can do. */
export interface Host {
  /** Brings the place of a question to the front. */
  reveal(place: Place): Promise<void>;
  /** Puts the line at the foot of what is in front; hidden, it takes no room. */
  stand(line: HTMLElement): void;
}

/** What is asked in view, or scrolled past, need not be told of. */
export const SETTLES = 400;
/** A form of which less is to be seen, in pixels, is not in view; a low one is when half of it is. */
const ENOUGH = 64;
const STEPS = Array.from({ length: 41 }, (_, step) => step / 40);
/** How long it may take until a form is drawn that was out of the page, in frames. */
const FRAMES = 300;

export class Seen {
  readonly changes = new Listeners<void>();
  host: Host | null = null;
  readonly #board: Board;
  /** Whether forms are in view; null until the browser has said. */
  readonly #inView = new Map<Element, boolean | null>();
  readonly #observer = new IntersectionObserver((entries) => this.#look(entries), { threshold: STEPS });
  #away: readonly Question[] = [];
  #unseen: readonly Question[] = [];
  #last: Question | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(board: Board) {
    this.#board = board;
    board.read = () => this.update();
    document.addEventListener("visibilitychange", () => this.update());
    this.update();
  }

  /** The questions whose form is not in view, oldest first. */
  get away(): readonly Question[] {
    return this.#away;
  }

  /** Likewise; nothing is in view on a page that is not. */
  get unseen(): readonly Question[] {
    return this.#unseen;
  }

  /** The one to go to now: after the last one the next, so that nobody goes to and fro between two. */
  get next(): Question | null {
    const last = this.#last;
    return this.#away.find((one) => last && byAge(last, one) < 0) ?? this.#away[0] ?? null;
  }

  /** Where a question is, as long as it is open. */
  place(id: string): Place | null {
    const sources = [...this.#board.cards].filter(({ questions }) => questions.some((one) => one.id === id));
    const views = sources.flatMap((source) => [...source.views]).filter((view) => view.id === id);
    return sources.length > 0 ? { sources, views } : null;
  }

  /** A kernel is gone: its cards ask nothing any more, whatever they show. */
  forget(isGone: (source: Source) => boolean): void {
    for (const source of [...this.#board.cards]) if (isGone(source)) this.#board.cards.delete(source);
    this.update();
  }

  /** Goes to a question and puts the focus into its form. */
  async go(question: Question): Promise<void> {
    this.#last = question;
    this.changes.tell();
    const place = this.place(question.id);
    if (!place) return;
    await this.host?.reveal(place);
    for (let frame = 0; frame < FRAMES; frame += 1) {
      const shown = this.place(question.id)?.views.find(({ element }) => element.getClientRects().length > 0);
      if (shown) return goTo(shown);
      await nextFrame();
    }
  }

  /** Finds out anew what is off the screen: what no longer is leaves at once, what is new is told of in a moment. */
  update(): void {
    this.#observe();
    const away = this.#find((element) => this.#isOff(element));
    const still = away.filter(({ id }) => this.#away.some((one) => one.id === id));
    clearTimeout(this.#timer);
    if (still.length < away.length)
      this.#timer = setTimeout(() => this.#tell(this.#find((element) => this.#isOff(element))), SETTLES);
    this.#tell(still);
  }

  #tell(away: readonly Question[]): void {
    const unseen = document.hidden ? this.#find(() => true) : away;
    if (areSame(away, this.#away) && areSame(unseen, this.#unseen)) return;
    this.#away = away;
    this.#unseen = unseen;
    this.changes.tell();
  }

  #find(isAway: (element: Element) => boolean): Question[] {
    const all = [...this.#board.cards].flatMap(({ questions }) => questions);
    const open = new Map(all.map((question) => [question.id, question]));
    const found = [...open.values()].filter(({ id }) => {
      const views = this.place(id)?.views ?? [];
      // What is drawn nowhere cannot be gone to: its cell was deleted, its output cleared.
      return views.length > 0 && views.every(({ element }) => isAway(element));
    });
    return found.sort(byAge);
  }

  /** The browser says nothing of what is not in the page, as cells of a windowed notebook are not. */
  #isOff(element: Element): boolean {
    return this.#inView.get(element) === false || !element.isConnected;
  }

  /** Follows the forms that are drawn, and no others. */
  #observe(): void {
    const views = [...this.#board.cards].flatMap((source) => [...source.views]);
    const drawn = new Set<Element>(views.map(({ element }) => element));
    for (const element of this.#inView.keys()) {
      if (drawn.has(element)) continue;
      this.#observer.unobserve(element);
      this.#inView.delete(element);
    }
    for (const element of drawn) {
      if (this.#inView.has(element)) continue;
      this.#inView.set(element, null);
      this.#observer.observe(element);
    }
  }

  #look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, intersectionRect, boundingClientRect } of entries) {
      const enough = Math.min(ENOUGH, boundingClientRect.height / 2);
      if (this.#inView.has(target))
        this.#inView.set(target, isIntersecting && intersectionRect.height >= enough);
    }
    this.update();
  }
}

function areSame(some: readonly Question[], others: readonly Question[]): boolean {
  return some.length === others.length && some.every(({ id }, index) => id === others[index]?.id);
}

function byAge(one: Question, other: Question): number {
  return one.opened.localeCompare(other.opened) || one.id.localeCompare(other.id);
}

function goTo(view: View): void {
  const { element } = view;
  view.focus();
  // A form that is higher than the window begins at its top.
  const fits = element.offsetHeight < window.innerHeight * 0.7;
  element.scrollIntoView({ block: fits ? "center" : "start" });
}

export function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
