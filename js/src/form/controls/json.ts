/** Whatever has no control of its own: a box that takes JSON. Python says whether it fits. */

import { h, on, uniqueId, whenLetGo } from "../../shared/dom";
import { textOf, typedEntry } from "../cells";
import type { Draw } from "../control";
import { leaf } from "./leaf";
import { showText } from "./text";

export const drawJson: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const control = h("textarea", {
      class: "hitl-input hitl-code",
      rows: Math.min(12, Math.max(3, textOf(spec.cell).split("\n").length)),
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "off",
      placeholder: node.hints?.placeholder ?? "JSON",
    });
    const doubt = h("div", { class: "hitl-doubt", id: uniqueId(), role: "status" });
    const look = () => {
      doubt.textContent = doubtOf(control.value);
    };
    on(
      control,
      "input",
      () => {
        edit(typedEntry(node, control.value));
        if (doubt.textContent) look();
      },
      signal,
    );
    on(control, "change", () => whenLetGo(look, signal), signal);
    return {
      control,
      row: [h("div", { class: "hitl-stack" }, control, doubt)],
      show(cell) {
        showText(control, textOf(cell));
      },
    };
  });

/** A hint for text that is not JSON; "" if it is, or if nothing is there yet. */
export function doubtOf(text: string): string {
  if (text.trim() === "") return "";
  try {
    JSON.parse(text);
    return "";
  } catch {
    return 'This does not look like JSON. Text needs double quotes, as in "text".';
  }
}
