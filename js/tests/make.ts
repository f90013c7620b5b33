/** Short ways to plans, controls and kernels for tests. */

import { ABSENT, holding } from "../src/form/cells";
import type { Control } from "../src/form/control";
import { draw } from "../src/form/draw";
import type { Cell, Kind, Path, Plan, PlanNode } from "../src/form/plan";
import makeCard from "../src/widgets/card";
import type { Asked, Model, Request, Run, Traits } from "../src/widgets/model";
import type { Manager } from "../src/widgets/slots";
import { FakeWidget } from "./widget";

export function node(kind: Kind, more: Partial<PlanNode> = {}): PlanNode {
  const base = { kind, title: "Size", description: null, required: false, nullable: false, blank: ABSENT };
  return { ...base, ...more };
}

/** A plan with these fields, each named by its key. */
export function planOf(fields: Record<string, PlanNode>, more: Partial<Plan> = {}): Plan {
  const entries = Object.entries(fields).map(([name, field]) => ({ name, node: field }));
  const blank = holding(Object.fromEntries(entries.map(({ name, node: field }) => [name, field.blank])));
  const root = node("group", { title: "Order", required: true, blank, fields: entries });
  return { version: 1, fingerprint: "plan-1", title: "Order", description: null, root, ...more };
}

export interface Drawn {
  control: Control;
  /** The last cell the person made. */
  last(): Cell | undefined;
  paths: Path[];
  /** The first element in the control that matches. */
  get<T extends HTMLElement = HTMLInputElement>(selector: string): T;
}

/** Draws one control on the page. */
export function drawn(plan: PlanNode, cell: Cell = plan.blank): Drawn {
  const cells: Cell[] = [];
  const paths: Path[] = [];
  const change = (changed: Cell, path: Path) => {
    cells.push(changed);
    paths.push(path);
  };
  const control = draw({ node: plan, title: plan.title, cell, change, signal: new AbortController().signal });
  document.body.replaceChildren(control.element);
  return {
    control,
    last: () => cells.at(-1),
    paths,
    get: (selector) => find(control.element, selector),
  };
}

export function find<T extends HTMLElement = HTMLInputElement>(element: Element, selector: string): T {
  const found = element.querySelector<T>(selector);
  if (!found) throw new Error(`There is no ${selector} in ${element.innerHTML}`);
  return found;
}

/** Enters text the way a person does who replaces all of it. */
export function type(
  control: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement,
  text: string,
): void {
  control.value = text;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

export function tick(box: HTMLInputElement, checked = true): void {
  box.checked = checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

export function press(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
}

/** The accessible name of a control, from its label or from what it refers to. */
export function nameOf(control: Element): string {
  const ids = control.getAttribute("aria-labelledby");
  if (ids)
    return ids
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "?")
      .join(" ");
  const label = control.id ? document.querySelector(`label[for="${control.id}"]`) : control.closest("label");
  return label?.textContent ?? control.getAttribute("aria-label") ?? "";
}

/** The text that describes a control. */
export function descriptionOf(control: Element): string {
  const ids = control.getAttribute("aria-describedby")?.split(" ") ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent ?? "?").join(" ");
}

export const RUN: Run = {
  id: "r1",
  name: "brave-otter",
  flow_name: "greet",
  state: { type: "PAUSED", name: "Paused", message: null, timestamp: "2026-11-23T10:01:00Z" },
  created: "2026-11-23T10:00:00Z",
  started: "2026-11-23T10:00:00Z",
  ended: null,
  answered: 0,
  seconds_paused: 0,
  taken_up: null,
  failed: false,
};

export function asked(pauseId: string, plan: Plan | null, more: Partial<Asked> = {}): Asked {
  return {
    pause_id: pauseId,
    key: "1",
    run_name: RUN.name,
    plan: plan?.fingerprint ?? null,
    description: null,
    document: plan?.root.blank ?? null,
    opened: null,
    deadline: null,
    otherwise: "gets a timeout",
    ...more,
  };
}

/** A card whose kernel is the test. */
export class FakeModel extends FakeWidget<Traits, Request> implements Model {
  readonly widget_manager?: Manager;

  constructor({ widget_manager, ...traits }: Partial<Traits> & { widget_manager?: Manager } = {}) {
    super({ run: RUN, plans: {}, questions: [], bars: [], ...traits });
    if (widget_manager) this.widget_manager = widget_manager;
  }

  /** The requests of one kind. */
  of<K extends Request["kind"]>(kind: K): Extract<Request, { kind: K }>[] {
    return this.sent.filter((one): one is Extract<Request, { kind: K }> => one.kind === kind);
  }

  /** Replies to the last request of a kind, and waits until the page has taken it in. */
  answer(kind: Request["kind"], more: object): Promise<void> {
    return this.reply(more, this.of(kind).at(-1));
  }
}

/** Opens a card as anywidget does; each further view is made by the function it gives. */
export function openCard(model: FakeModel, end: AbortSignal): (signal?: AbortSignal) => HTMLElement {
  const card = makeCard();
  card.initialize({ model, signal: end });
  return (signal = end) => {
    const el = document.createElement("div");
    document.body.append(el);
    card.render({ el, signal });
    return el;
  };
}
