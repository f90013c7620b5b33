/** The place of what a question shows, above its fields or beside them; what is in it is a widget of its own. */

import { h } from "../shared/dom";
import { type Manager, show } from "./slots";

/** Which widget shows it, and where. */
export interface ShownRef {
  widget: string;
  at: "above" | "beside";
}

/** What a form takes into its headline; nothing where the question shows nothing. */
export function shownIn(
  ref: ShownRef | null | undefined,
  manager: Manager | undefined,
  signal: AbortSignal,
): { shown?: HTMLElement; beside?: boolean } {
  if (!ref?.widget) return {};
  const shown = h("div", { class: "hitl-shown" });
  show(ref.widget, manager, shown, signal).catch((error: unknown) => {
    console.warn(error);
    shown.textContent = "What this is about cannot be shown here.";
  });
  return { shown, beside: ref.at === "beside" };
}
