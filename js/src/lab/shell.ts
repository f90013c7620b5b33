/**
 * The part of JupyterLab and Notebook 7 that is used, found by its shape.
 *
 * Nothing is imported from them: what stands in their windows is asked of the shell, so that the extension runs in
 * every version that has these parts, and takes no package of theirs with it.
 */

interface Signal<T> {
  connect(slot: (sender: unknown, args: T) => void): boolean;
}

export interface Widget {
  readonly id: string;
  readonly node: HTMLElement;
  readonly title: { dataset: Record<string, string> };
  readonly isDisposed: boolean;
  parent: Widget | null;
}

export interface Cell {
  readonly node: HTMLElement;
  outputHidden?: boolean;
}

export interface Context {
  readonly sessionContext?: { readonly statusChanged: Signal<string> };
}

/** A window of the main area; of a notebook also its cells. */
export interface Main extends Widget {
  readonly context?: Context;
  readonly content?: {
    readonly widgets?: readonly Cell[];
    activeCellIndex?: number;
    scrollToItem?(index: number, align?: string): Promise<void>;
  };
  readonly contentHeader?: Widget;
  readonly layout?: { addWidget?(widget: Widget): void } | null;
}

export interface Shell {
  readonly currentWidget: Main | null;
  readonly currentChanged?: Signal<unknown>;
  widgets(area: "main"): Iterable<Main>;
  activateById(id: string): void;
}

type WidgetClass = new (options: { node: HTMLElement }) => Widget;

/** The class of all widgets, found above that of one of them. */
export function classOf(widget: Widget): WidgetClass {
  let type = widget.constructor;
  for (let above = type; above !== Function.prototype; above = Object.getPrototypeOf(above))
    type = above as typeof type;
  return type as unknown as WidgetClass;
}
