/** Shows any ipywidget at its place in a form, with the means of the page that shows the form itself. */

import type { Place, Plan, PlanNode } from "../form/plan";

/** The part of a page's widget manager that is used. */
export interface Manager {
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown): Promise<View>;
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

const REFERENCE = "IPY_MODEL_";
const NOT_SHOWN = "This control cannot be shown here.";

/** The same plan, with the widgets of these slots (references by dotted path) at their places. */
export function withSlots(plan: Plan, slots: Record<string, string>, manager: Manager | undefined): Plan {
  const put = (node: PlanNode, path: string): PlanNode => {
    const reference = slots[path];
    if (reference !== undefined) return { ...node, place: placeOf(reference, manager) };
    if (node.kind !== "group") return node;
    const fields = node.fields?.map(({ name, node: field }) => ({
      name,
      node: put(field, path ? `${path}.${name}` : name),
    }));
    return fields ? { ...node, fields } : node;
  };
  return Object.keys(slots).length > 0 ? { ...plan, root: put(plan.root, "") } : plan;
}

function placeOf(reference: string, manager: Manager | undefined): Place {
  return (element, signal) => {
    show(reference, manager, element, signal).catch((error: unknown) => {
      console.warn("hitl-jupyter: a control could not be shown.", error);
      element.textContent = NOT_SHOWN;
    });
  };
}

/** Shows an ipywidget in an element of the page. */
export async function show(
  reference: string,
  manager: Manager | undefined,
  element: HTMLElement,
  signal: AbortSignal,
): Promise<void> {
  if (!manager) throw new Error("This page has no widget manager.");
  const model = await manager.get_model(reference.replace(REFERENCE, ""));
  const view = await manager.create_view(model);
  signal.addEventListener("abort", () => letGo(view, element), { once: true });
  // Many widgets measure themselves when they are attached, and that must be to the page.
  while (!element.isConnected && !signal.aborted) await new Promise(requestAnimationFrame);
  if (signal.aborted) {
    view.remove();
    return;
  }
  const lumino = view.luminoWidget ?? view.pWidget;
  const attach = lumino?.constructor.attach;
  if (lumino && attach) attach(lumino, element);
  else element.append(view.el);
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
