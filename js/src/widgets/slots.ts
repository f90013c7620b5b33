/** Shows any ipywidget at its place in a form, with the means of the page that shows the form itself. */

import type { Place, Plan, PlanNode } from "../form/plan";
import { atEnd, atLeaving } from "../shared/ends";
import { Listeners } from "../shared/listeners";

/** The part of a page's widget manager that is used. */
export interface Manager {
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown): Promise<View>;
}

/** The part of a widget's model that is used. What it has yet to send no public name tells. */
interface Inner {
  readonly attributes?: object;
  readonly comm_live?: boolean;
  readonly _pending_msgs?: number;
  readonly _msg_buffer?: object | null;
}

/** The part of a view that is used; its Lumino widget is what the host's own outputs would attach. */
interface View {
  readonly el: HTMLElement;
  readonly luminoWidget?: Lumino;
  readonly pWidget?: Lumino;
  remove(): void;
}

interface Lumino {
  readonly constructor: { attach?: (widget: Lumino, host: HTMLElement) => void };
}

/** The widgets of a form by the tokens of their places; null is one that the kernel could not make. */
export type References = Record<string, string | null>;

const REFERENCE = "IPY_MODEL_";
const NOT_SHOWN = "This control cannot be shown here.";
const COMES = "The control comes as soon as the kernel is free.";

export class Slots {
  readonly #manager: Manager | undefined;
  readonly #shown: ((token: string) => void) | undefined;
  readonly #changes = new Listeners<null>();
  #references: References;

  /** `shown` is told of each place at which a widget is to be seen. */
  constructor(references: References, manager: Manager | undefined, shown?: (token: string) => void) {
    this.#references = references;
    this.#manager = manager;
    this.#shown = shown;
  }

  /** The kernel has made widgets, or let go of them. */
  follow(references: References): void {
    this.#references = references;
    this.#changes.tell(null);
  }

  /** The same plan, with these widgets at the places of these names. */
  on(plan: Plan, names: readonly string[]): Plan {
    if (names.length === 0) return plan;
    const put = (node: PlanNode, name: string): PlanNode => {
      if (names.includes(name)) return { ...node, place: this.#place };
      const { fields, item, branches } = node;
      const copy = { ...node };
      if (fields) copy.fields = fields.map((one) => ({ ...one, node: put(one.node, `${name}.${one.name}`) }));
      if (item) copy.item = put(item, `${name}.*`);
      if (branches)
        copy.branches = branches.map((one, index) => ({ ...one, node: put(one.node, `${name}|${index}`) }));
      return copy;
    };
    return { ...plan, root: put(plan.root, ""), placed: true };
  }

  /** Asks once the kernel has taken in what was entered in these widgets, or the page is about to go. */
  settled<T>(ask: () => Promise<T>): Promise<T> {
    if (!Object.values(this.#references).some(Boolean)) return ask();
    const end = new AbortController();
    return new Promise<void>((settle) => {
      atLeaving(end.signal, settle);
      this.#takenIn(end.signal).then(settle, settle);
    }).then(() => {
      end.abort();
      return ask();
    });
  }

  async #takenIn(signal: AbortSignal): Promise<void> {
    const models = Object.values(this.#references).map((one) => one && this.#manager?.get_model(idOf(one)));
    const all = withInner(await Promise.all(models));
    while (!signal.aborted && all.some(isOwing)) await new Promise((next) => setTimeout(next, 5));
  }

  readonly #place: Place = (element, signal, usual) => {
    let token = "";
    let drawn: string | undefined;
    let end = new AbortController();
    const look = () => {
      const reference = this.#references[token];
      if (reference === null) usual(token);
      else if (reference && reference !== drawn) {
        drawn = reference;
        end.abort();
        end = new AbortController();
        this.#show(reference, token, element, AbortSignal.any([signal, end.signal]));
      } else if (!drawn) element.textContent = COMES;
    };
    this.#changes.add(look, signal);
    return (at) => {
      if (at === token) return;
      token = at;
      drawn = undefined;
      end.abort();
      look();
    };
  };

  #show(reference: string, token: string, element: HTMLElement, signal: AbortSignal): void {
    show(reference, this.#manager, element, signal)
      .then(() => signal.aborted || this.#shown?.(token))
      .catch((error: unknown) => {
        console.warn("hitl-jupyter: a control could not be shown.", error);
        element.textContent = NOT_SHOWN;
      });
  }
}

/** Shows an ipywidget in an element of the page. */
export async function show(
  reference: string,
  manager: Manager | undefined,
  element: HTMLElement,
  signal: AbortSignal,
): Promise<void> {
  if (!manager) throw new Error("This page has no widget manager.");
  const model = await manager.get_model(idOf(reference));
  const view = await manager.create_view(model);
  atEnd(signal, () => letGo(view, element));
  // Many widgets measure themselves when they are attached, and that must be to the page.
  while (!element.isConnected && !signal.aborted) await new Promise(requestAnimationFrame);
  if (signal.aborted) {
    view.remove();
    return;
  }
  element.replaceChildren();
  const lumino = view.luminoWidget ?? view.pWidget;
  const attach = lumino?.constructor.attach;
  if (lumino && attach) attach(lumino, element);
  else element.append(view.el);
}

function idOf(reference: string): string {
  return reference.replace(REFERENCE, "");
}

/**
 * Whether the kernel has yet to take in a change of a widget. ipywidgets sends one at a time and holds back what comes
 * meanwhile, and a kernel may hear one widget before another: what is asked after a change may overtake it.
 */
function isOwing({ comm_live, _pending_msgs, _msg_buffer }: Inner): boolean {
  return comm_live !== false && Boolean(_pending_msgs || _msg_buffer);
}

/** Widgets with those that they are made of. */
function withInner(widgets: readonly unknown[]): Inner[] {
  const all = new Set<Inner>();
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit);
    const { attributes } = (value ?? {}) as Inner;
    if (!attributes || all.has(value as Inner)) return;
    all.add(value as Inner);
    Object.values(attributes).forEach(visit);
  };
  visit(widgets);
  return [...all];
}

/** Lumino lets go only of what is on the page, and the form around it may have left that already. */
function letGo(view: View, element: HTMLElement): void {
  let top: Element = element;
  while (top.parentElement) top = top.parentElement;
  const gone = !element.isConnected;
  if (gone) document.body.append(top);
  view.remove();
  if (gone) top.remove();
}
