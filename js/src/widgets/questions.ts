/** The forms of the questions that are open, each mounted once and left alone until its question closes. */

import { type FormView, type Headline, mount } from "../form/form";
import type { FormState } from "../form/state";
import { button, h, hasFocus } from "../shared/dom";
import { atEnd, every } from "../shared/ends";
import { clock, duration } from "../shared/time";
import { shownIn } from "./exhibits";
import type { Asked, Run } from "./model";
import { named, putForm } from "./seen";
import type { CardState, Open } from "./state";

/** The place of a form that was sent is kept for so long: the next question usually follows at once. */
const HOLD = 400;

interface Mounted {
  readonly form: FormState;
  readonly view: FormView;
  readonly end: AbortController;
}

export class Questions {
  readonly element = h("div", { class: "hitl-questions" });
  readonly #card: CardState;
  /** What takes the focus between two questions, so that no key reaches the notebook. */
  readonly #rest: HTMLElement;
  readonly #mounted = new Map<string, Mounted>();
  #held: ReturnType<typeof setTimeout> | undefined;

  constructor(card: CardState, rest: HTMLElement, signal: AbortSignal) {
    this.#card = card;
    this.#rest = rest;
    atEnd(signal, () => {
      clearTimeout(this.#held);
      for (const { end } of this.#mounted.values()) end.abort();
    });
  }

  show(): void {
    const open = new Map(this.#card.questions.map((question) => [question.asked.pause_id, question]));
    for (const [id, mounted] of this.#mounted) if (!open.has(id)) this.#unmount(id, mounted);
    for (const [id, question] of open) if (!this.#mounted.has(id)) this.#mount(id, question);
    // Whoever answered one question from the keyboard goes on with the next.
    if (this.#rest.ownerDocument.activeElement !== this.#rest) return;
    this.#first()?.view.focus();
  }

  /** Puts the focus on the first open question. */
  resume(): void {
    this.#first()?.view.focus();
  }

  #first(): Mounted | undefined {
    const next = this.#card.questions.find(({ form }) => form.phase === "open");
    return next && this.#mounted.get(next.asked.pause_id);
  }

  #mount(id: string, question: Open): void {
    const end = new AbortController();
    const { asked, form } = question;
    const place = h("div", { class: "hitl-question" });
    this.element.append(place);
    atEnd(end.signal, () => place.remove());
    const { description } = asked;
    const subject = subjectOf(asked, this.#card.run);
    const aside = asked.deadline ? deadline(new Date(asked.deadline), asked.otherwise, end.signal) : null;
    const shown = shownIn(asked.shown, this.#card.manager, end.signal);
    const view = mountOrSay(place, form, { description, subject, ...shown, aside }, end.signal);
    const dismiss = button("Dismiss", { hidden: true });
    dismiss.addEventListener("click", () => this.#card.dismiss(id), { signal: end.signal });
    place.append(dismiss);
    const follow = () => {
      dismiss.hidden = form.phase !== "gone";
      aside?.toggleAttribute("hidden", /gone|done/.test(form.phase));
    };
    form.changes.add(follow, end.signal);
    follow();
    putForm(this.#card, { id, element: place, focus: () => view.focus() }, end.signal);
    this.#mounted.set(id, { form, view, end });
    this.#release();
  }

  #unmount(id: string, { end }: Mounted): void {
    if (hasFocus(this.element)) this.#rest.focus({ preventScroll: true });
    // The page must not jump up and down between one question and the next.
    if (this.#mounted.size === 1) {
      this.element.style.minHeight = `${this.element.offsetHeight}px`;
      clearTimeout(this.#held);
      this.#held = setTimeout(() => this.#release(), HOLD);
    }
    end.abort();
    this.#mounted.delete(id);
  }

  #release(): void {
    clearTimeout(this.#held);
    this.element.style.minHeight = "";
  }
}

/** Which of several questions this is: a question without words of its own goes by the name that the flow gave it. */
function subjectOf({ run_name, key, description }: Asked, run: Run | null): string | null {
  const asker = run_name === run?.name ? null : `Asked by ${run_name}`;
  const name = description ? null : named(key);
  return [asker, name].filter(Boolean).join(": ") || null;
}

/** Mounts a form. One that cannot be drawn must not take the rest of the card with it, nor wait unseen. */
function mountOrSay(place: HTMLElement, form: FormState, headline: Headline, signal: AbortSignal): FormView {
  try {
    return mount(place, form, headline, signal);
  } catch (error) {
    console.warn("hitl-jupyter: a form could not be drawn.", error);
    const reason = error instanceof Error ? error.message : String(error);
    const element = h(
      "div",
      { class: "hitl-alert", role: "alert" },
      `This question cannot be shown. ${reason}`,
    );
    place.append(element);
    return { element, focus: () => undefined };
  }
}

/** "Answer by 11:42:03 (59 min 12 s left). Without an answer the flow goes on with its default (Size: M)." */
function deadline(at: Date, otherwise: string, signal: AbortSignal): HTMLElement {
  const element = h("p", { class: "hitl-deadline" });
  const tick = () => {
    const now = new Date();
    const left = Number(at) - Number(now);
    element.textContent =
      left > 0
        ? `Answer by ${clock(at, now)} (${duration(left)} left). Without an answer the flow ${otherwise}.`
        : "The time to answer is over.";
    element.classList.toggle("hitl-soon", left < 60_000);
  };
  tick();
  every(1000, tick, signal);
  return element;
}
