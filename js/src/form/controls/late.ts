/** A control whose code comes from the host when it is needed: until it is there, its place says so. */

import { h } from "../../shared/dom";
import type { Control, Draw, Spec } from "../control";
import type { FieldError } from "../plan";

const COMING = "The place for files comes in a moment.";
const MISSING = "Files cannot be sent from here.";

/** Draws a control with code that is on its way. */
export const drawLate: Draw = (given) => {
  const element = h("div", {}, COMING);
  let spec: Spec = given;
  let control: Control | null = null;
  let errors: readonly FieldError[] = [];
  const draw = async () => {
    try {
      const part = await given.services?.files();
      const family = given.node.kind === "list" ? part?.drawFiles : part?.drawFile;
      if (!family) throw new Error(MISSING);
      control = family(spec);
      control.place(errors);
      element.replaceChildren(control.element);
    } catch (error) {
      console.warn("hitl-jupyter: a control could not be drawn.", error);
      element.textContent = `${given.title}: ${MISSING}`;
    }
  };
  void draw();
  return {
    element,
    show(cell) {
      spec = { ...spec, cell };
      control?.show(cell);
    },
    place(placed) {
      errors = placed;
      control?.place(placed);
    },
    rename(title) {
      spec = { ...spec, title };
      control?.rename(title);
    },
    unreadable: () => control?.unreadable() ?? [],
  };
};
