/**
 * A form on the page: heading, description, fields, Submit, and what has to be said about them.
 *
 * It draws a `FormState` and knows no host; the state does. Mounting the same state twice gives two views of one
 * question.
 */

import { focusFirst, h, hasFocus, on, uniqueId, whenLetGo } from "../shared/dom";
import { atEnd } from "../shared/ends";
import { drawFields, type FieldsOfGroup } from "./controls/group";
import { draw } from "./draw";
import { keepKeys } from "./keys";
import { FORM_LEVEL, markdown } from "./markdown";
import type { FieldError } from "./plan";
import type { FormState } from "./state";

/** What stands above the fields. */
export interface Headline {
  /** Markdown that the flow gave for the whole form. */
  readonly description: string | null;
  /** Which question this is, where the card alone does not tell. */
  readonly subject?: string | null;
  /** The title of a form that no run waits for. */
  readonly title?: string;
  /** Something of the host's, such as the time left. */
  readonly aside?: HTMLElement | null;
  /** What the question is about, drawn by the host; above the fields, or beside them where there is room. */
  readonly shown?: HTMLElement;
  readonly beside?: boolean;
}

export interface FormView {
  readonly element: HTMLElement;
  /** Puts the focus where a person begins. */
  focus(): void;
}

const TITLE = "Resume Flow Run";
const ASK = "Flow requires input. Please fill out the form below to resume.";
const ASK_BARE = "The flow is paused. It goes on when you resume it.";
const SENT = "Sent. It can be changed and sent again.";
const BUSY = "The kernel is busy or out of reach. Your answer is kept here and goes through when it can.";

export function mount(
  parent: HTMLElement,
  state: FormState,
  headline: Headline,
  signal: AbortSignal,
): FormView {
  const view = new View(state, headline, signal);
  parent.append(view.element);
  atEnd(signal, () => view.element.remove());
  state.shown();
  return view;
}

class View implements FormView {
  readonly element: HTMLElement;
  readonly #state: FormState;
  readonly #fields: FieldsOfGroup | null;
  readonly #lock = h("fieldset", { class: "hitl-lock", role: "presentation" });
  readonly #alert = h("div", { class: "hitl-alert", role: "alert", hidden: true });
  readonly #status = h("div", { class: "hitl-status", role: "status" });
  readonly #submit: HTMLButtonElement;
  readonly #verb: string;
  #placed: readonly FieldError[] = [];
  /** This view sent the answers; another one of the same question must not take the focus. */
  #sender = false;

  constructor(state: FormState, headline: Headline, signal: AbortSignal) {
    this.#state = state;
    const { plan, document } = state;
    this.#verb = plan ? "Submit" : "Resume";
    this.#submit = h("button", { type: "submit", class: "hitl-button hitl-submit" }, this.#verb);
    this.#fields =
      plan && document
        ? drawFields(
            { node: plan.root, cell: document, signal, services: state.services },
            draw,
            (cell, path) => state.edit(cell, path, this),
          )
        : null;
    if (this.#fields) this.#lock.append(this.#fields.element);
    this.#lock.hidden = !this.#fields;
    const foot = h("div", { class: "hitl-foot" }, this.#submit, this.#status);
    const form = h("form", { novalidate: true, autocomplete: "off" }, this.#alert, this.#lock, foot);
    const title = h(
      "div",
      { class: "hitl-title", role: "heading", "aria-level": FORM_LEVEL, id: uniqueId() },
      headline.title ?? TITLE,
    );
    this.element = h("div", { class: "hitl-form", role: "group", tabindex: -1 }, title);
    this.element.setAttribute("aria-labelledby", title.id);
    this.element.append(...this.#intro(headline), ...(headline.shown ? [headline.shown] : []), form);
    this.element.classList.toggle("hitl-beside", headline.beside === true);
    this.#listen(form, signal);
    this.#draw();
  }

  focus(): void {
    if (!this.#fields || !focusFirst(this.#fields.element)) this.#submit.focus();
  }

  #intro({ title, description, subject, aside }: Headline): HTMLElement[] {
    const { plan } = this.#state;
    const intro: HTMLElement[] = [];
    if (title === undefined) intro.push(h("p", { class: "hitl-ask" }, plan ? ASK : ASK_BARE));
    if (subject) intro.push(h("p", { class: "hitl-subject" }, subject));
    if (aside) intro.push(aside);
    if (description) intro.push(markdown(description));
    if (plan?.description) intro.push(h("p", { class: "hitl-about" }, plan.description));
    return intro;
  }

  #listen(form: HTMLFormElement, signal: AbortSignal): void {
    keepKeys(this.element, signal);
    on(
      form,
      "submit",
      (event) => {
        event.preventDefault();
        this.#send();
      },
      signal,
    );
    on(
      this.element,
      "keydown",
      (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
        event.preventDefault();
        this.#send();
      },
      signal,
    );
    // Not while a pointer is pressed, nor before what it presses: that may be Submit.
    on(form, "focusout", () => setTimeout(() => whenLetGo(() => void this.#state.left(), signal)), signal);
    this.#state.changes.add((change) => {
      if (change.what === "progress") this.#draw();
      else if (change.by !== this && this.#state.document) this.#fields?.show(this.#state.document);
    }, signal);
  }

  #send(): void {
    if (this.#state.phase !== "open") return;
    const unreadable = this.#fields?.unreadable() ?? [];
    this.#sender = true;
    if (unreadable.length > 0) {
      this.#state.refuse(unreadable);
      return;
    }
    // The fields are locked until the reply. A control that is locked while it has the focus drops it on the page,
    // where the next key would be one of the notebook's.
    if (hasFocus(this.element)) this.#submit.focus({ preventScroll: true });
    void this.#state.submit();
  }

  #draw(): void {
    const { phase, message, errors } = this.#state;
    const over = phase === "done" || phase === "gone";
    this.element.dataset.phase = phase;
    this.#lock.disabled = phase !== "open";
    this.#submit.textContent = phase === "open" ? this.#verb : phase === "done" ? "Sent" : "Sending…";
    // Not `disabled`: the button would lose the focus, and a screen reader its place.
    this.#submit.setAttribute("aria-disabled", String(phase !== "open"));
    // What is hidden loses the focus to the page, and the next key is the notebook's.
    if (phase === "gone" && hasFocus(this.element)) this.element.focus({ preventScroll: true });
    this.#submit.hidden = phase === "gone";
    const status = this.#state.sent ? SENT : phase === "busy" ? BUSY : "";
    if (this.#status.textContent !== status) this.#status.textContent = status;
    if (errors !== this.#placed) {
      this.#placed = errors;
      this.#fields?.place(errors);
    }
    this.#say(message, errors, over);
    if (phase === "open" && this.#sender && (message || isRefused(errors))) {
      this.#sender = false;
      const [first] = this.#wrong();
      if (first) focusFirst(first);
    }
  }

  /** The summary: what concerns the whole form, and the way to each wrong field. */
  #say(message: string | null, errors: readonly FieldError[], over: boolean): void {
    const whole = errors.filter((error) => !error.soft && !this.#fields?.owns(error));
    const lines = [...(message ? [message] : []), ...whole.map((error) => error.message)];
    const wrong = isRefused(errors) ? this.#wrong() : [];
    this.#alert.classList.toggle("hitl-told", over);
    // A screen reader reads each change of an alert aloud, so words that stay the same are left alone.
    const words = JSON.stringify([lines, wrong.map(titleOf)]);
    if (this.#alert.dataset.words === words) return;
    this.#alert.dataset.words = words;
    this.#alert.replaceChildren(...lines.map((line) => h("div", {}, line)));
    if (wrong.length > 0) this.#alert.append(linksTo(wrong));
    this.#alert.hidden = lines.length === 0 && wrong.length === 0;
  }

  /** The fields with a message, in the order of the page. */
  #wrong(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(".hitl-wrong")];
  }
}

/** Whether something is wrong with what was sent, and not only with what is typed. */
function isRefused(errors: readonly FieldError[]): boolean {
  return errors.some(({ soft }) => !soft);
}

function linksTo(wrong: readonly HTMLElement[]): HTMLElement {
  const count = wrong.length === 1 ? "One field needs" : `${wrong.length} fields need`;
  const line = h("div", { class: "hitl-links" }, h("span", {}, `${count} attention: `));
  wrong.forEach((field, index) => {
    const link = h("button", { type: "button", class: "hitl-link" }, titleOf(field));
    link.addEventListener("click", () => focusFirst(field));
    line.append(index > 0 ? ", " : "", h("wbr"), link);
  });
  return line;
}

function titleOf(field: HTMLElement): string {
  const around = field.parentElement;
  // The title of a branch is not to be seen: it goes by the name of its union.
  if (around?.matches(".hitl-branch"))
    return titleOf(around.closest<HTMLElement>(".hitl-set") as HTMLElement);
  return field.querySelector("legend > :first-child, .hitl-label > :first-child")?.textContent ?? "";
}
