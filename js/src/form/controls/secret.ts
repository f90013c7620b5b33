/**
 * A secret: typed blind, never shown, never part of the widget's state.
 *
 * It lives in the page's memory until it has been sent, and in no trait, draft or saved notebook.
 */

import { h } from "../../shared/dom";
import { ABSENT, holding, textOf } from "../cells";
import type { Draw } from "../control";
import { leaf } from "./leaf";
import { showText } from "./text";

export const drawSecret: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const control = h("input", {
      class: "hitl-input",
      type: "password",
      // Browsers ignore "off" for passwords and would offer to fill in, or to keep, one that is not theirs.
      autocomplete: "new-password",
      spellcheck: "false",
      // A preset secret is not sent to the browser, so an empty box must say that it does not mean "none".
      placeholder: node.required || node.nullable ? undefined : "Leave empty to keep what is set",
    });
    control.addEventListener("input", () => edit(control.value === "" ? ABSENT : holding(control.value)), {
      signal,
    });
    return {
      control,
      show(cell) {
        showText(control, textOf(cell));
      },
    };
  });
