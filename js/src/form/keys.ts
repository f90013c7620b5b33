/**
 * Keys typed in a form stay in the form.
 *
 * In JupyterLab the key "x" on a select, checkbox or button would cut the cell that holds the form, and Shift+Enter
 * would run it again. The browser's own meaning of each key is left alone.
 */

import { on } from "../shared/dom";
/** Stops every key at `element`, except the one that saves the notebook. */
export function keepKeys(element: HTMLElement, signal: AbortSignal): void {
  on(
    element,
    "keydown",
    (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") return;
      event.stopPropagation();
    },
    signal,
  );
}
