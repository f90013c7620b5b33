/** Building DOM without a framework: elements, ids that are unique on the page, and focus. */

type Attributes = Record<string, string | number | boolean | undefined>;

/** An element with attributes and children. Strings become text nodes: nothing here ever parses HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** Has a function called for each event of a kind, until the signal. */
export function on<K extends keyof HTMLElementEventMap>(
  target: HTMLElement,
  kind: K,
  callback: (event: HTMLElementEventMap[K]) => void,
  signal: AbortSignal,
): void {
  target.addEventListener(kind, callback, { signal });
}

/** A button with a text on it; `more` are other attributes, or another look. */
export function button(text = "", more: Attributes = {}): HTMLButtonElement {
  return h("button", { type: "button", class: "hitl-button", ...more }, text);
}

// Every widget loads its own copy of this script, so that a counter alone would repeat itself on one page.
const page = Math.random().toString(36).slice(2, 9);
let made = 0;

/** An id no other view on this page has. */
export function uniqueId(): string {
  made += 1;
  return `hitl-${page}-${made}`;
}

const FOCUSABLE =
  "input:not(:disabled), select:not(:disabled), textarea:not(:disabled), button:not(:disabled), [tabindex='0']";

/** Puts the focus on the first control inside an element; of toggle buttons, on the chosen one. */
export function focusFirst(element: Element): boolean {
  const first = element.querySelector<HTMLElement>(FOCUSABLE);
  if (!first) return false;
  const chosen =
    first instanceof HTMLInputElement && first.type === "radio"
      ? first.closest("[role=radiogroup]")?.querySelector<HTMLElement>("input:checked")
      : null;
  (chosen ?? first).focus();
  return true;
}

/**
 * Calls back at once or, while a pointer is pressed, when it is let go.
 *
 * What stands below and moves meanwhile would be let go of beside the place where it was pressed, and get no click.
 */
export function whenLetGo(callback: () => void, signal: AbortSignal): void {
  if (!document.querySelector(":active")) callback();
  else addEventListener("pointerup", () => setTimeout(callback), { once: true, signal });
}

/** Whether the focus is on an element or inside it. */
export function hasFocus(element: HTMLElement): boolean {
  return element.contains(element.ownerDocument.activeElement);
}
