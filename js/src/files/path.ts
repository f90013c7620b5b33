/** Completes a path while it is typed, from the files of the kernel's machine. Until it answers, the box is a plain one. */

import type { Services } from "../form/services";
import { whenLetGo } from "../shared/dom";
import { Listbox } from "./listbox";

/** What the host has found: paths that begin with a text, and how many more there are. */
interface Completions {
  paths: readonly string[];
  more: number;
}

/** After so many milliseconds without a key the host is asked. */
export const REST = 120;

/** Gives the list that belongs below the box; `entered` takes what was picked. */
export function completed(
  control: HTMLInputElement,
  services: Services,
  folders: boolean,
  entered: () => void,
  signal: AbortSignal,
): HTMLElement {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let found: readonly string[] = [];
  const list = new Listbox(control, (place) => take(place), signal);
  const show = (paths: readonly string[], active: number, more = 0) => {
    found = paths;
    if (found.length === 0 || (found.length === 1 && found[0] === control.value)) list.close();
    else list.open(found, active, more ? `${more} more: type on to find them.` : "");
  };
  const ask = async (active: number) => {
    const text = control.value;
    const { data } = await services.ask({ kind: "paths", text, folders });
    const answer = data as Completions | undefined;
    // It is late: the person types on, or is elsewhere.
    if (control.value !== text || control.ownerDocument.activeElement !== control || signal.aborted) return;
    show(answer?.paths ?? [], active, answer?.more);
  };
  const close = () => {
    clearTimeout(timer);
    list.close();
  };
  const take = (place: number) => {
    control.value = found[place] ?? control.value;
    close();
    entered();
    // In a folder it goes on; nothing is picked there before the person asks for it.
    if (control.value.endsWith("/")) void ask(-1);
  };
  control.addEventListener(
    "input",
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(0), REST);
      // Enter takes nothing that the person has typed past, however late the answer is.
      const text = control.value.toLowerCase();
      if (list.isOpen)
        show(
          found.filter((path) => path.toLowerCase().startsWith(text)),
          0,
        );
    },
    { signal },
  );
  control.addEventListener("blur", () => whenLetGo(close, signal), { signal });
  control.addEventListener(
    "keydown",
    (event) => {
      const { key, shiftKey, ctrlKey, metaKey, isComposing } = event;
      if (ctrlKey || metaKey || isComposing) return;
      const open = list.isOpen;
      if (key === "ArrowDown" || key === "ArrowUp") {
        if (open) list.step(key === "ArrowDown" ? 1 : -1);
        else void ask(0);
      } else if (open && (key === "Enter" || (key === "Tab" && !shiftKey)) && list.active >= 0)
        take(list.active);
      else if (open && key === "Escape") close();
      else return;
      event.preventDefault();
    },
    { signal },
  );
  return list.element;
}
