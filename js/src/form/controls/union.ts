/**
 * One of several types: a person picks which, then fills in that one.
 *
 * Each branch keeps what was entered in it, also on its way to Python and back, so that looking at another one costs
 * nothing.
 */

import { h, on } from "../../shared/dom";
import { blankOf, chosenIn, holding, NULL } from "../cells";
import type { Control, Draw, Spec } from "../control";
import type { Branch, Cell } from "../plan";
import { frameSet } from "./set";
import { makeToggle } from "./toggle";

/** More branches than this, or longer names, go into a list that folds. */
const TABS = 4;
const LETTERS = 48;

export function drawUnionWith(draw: Draw): Draw {
  return (spec) => {
    const branches = spec.node.branches ?? [];
    const body = h("div", { class: "hitl-branch" });
    let current = spec.cell;
    let control: Control | null = null;
    let drawn = -1;
    let end: AbortController | null = null;

    const blankAt = (branch: number): Cell => blankOf((branches[branch] as Branch).node);
    const held = (): Cell => {
      const chosen = chosenIn(current);
      return chosen?.held[chosen.branch] ?? blankAt(chosen?.branch ?? 0);
    };
    const put = (branch: number, cell: Cell, path: Parameters<Spec["change"]>[1]) => {
      current = holding({ branch, held: { ...chosenIn(current)?.held, [branch]: cell } });
      frame.shown(current);
      spec.change(current, path);
    };
    const open = () => {
      const branch = chosenIn(current)?.branch ?? -1;
      selector.show(branch);
      const picked = branches[branch];
      if (picked && branch === drawn) {
        control?.show(held());
        return;
      }
      end?.abort();
      end = new AbortController();
      drawn = branch;
      control = picked
        ? draw({
            node: picked.node,
            title: picked.label,
            cell: held(),
            change: (cell, path) => put(branch, cell, path),
            signal: AbortSignal.any([spec.signal, end.signal]),
            services: spec.services,
          })
        : null;
      body.replaceChildren(...(control ? [control.element] : []));
    };
    const selector = selectorOf(spec, (branch) => {
      const before = chosenIn(current)?.held[branch];
      put(branch, before ?? blankAt(branch), []);
      open();
    });
    const frame = frameSet(spec, h("div", {}, selector.element, body), {
      whenOff: NULL,
      whenOn: () => ({ is: "absent" }),
      show(cell) {
        current = cell;
        open();
      },
    });
    frame.show(spec.cell);
    return {
      element: frame.element,
      show: frame.show,
      place(errors) {
        frame.place(control ? [] : errors);
        control?.place(errors);
      },
      rename(title) {
        frame.rename(title);
        selector.element.setAttribute("aria-label", title);
      },
      unreadable: () => (control && current.is === "value" ? control.unreadable() : []),
    };
  };
}

function selectorOf({ node, title, signal }: Spec, pick: (branch: number) => void) {
  const labels = (node.branches ?? []).map(({ label }) => label);
  if (labels.length <= TABS && labels.join("").length <= LETTERS) {
    const toggle = makeToggle(
      labels.map((label) => ({ label })),
      pick,
      signal,
    );
    toggle.element.setAttribute("aria-label", title);
    return toggle;
  }
  const element = h("select", { class: "hitl-input", "aria-label": title });
  const unchosen = h("option", { value: "-1" }, "Choose…");
  element.append(...labels.map((label, index) => h("option", { value: index }, label)));
  on(element, "change", () => pick(Number(element.value)), signal);
  return {
    element,
    show(branch: number) {
      if (branch < 0) element.prepend(unchosen);
      else unchosen.remove();
      element.value = String(branch);
    },
  };
}
