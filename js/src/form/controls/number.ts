/**
 * Integers and numbers, as text: a number box would round 2**53 + 1, drop the last 0 of 0.10 and hide "1_000".
 *
 * The arrow keys step an integer, as people are used to.
 */

import { h, on } from "../../shared/dom";
import { textOf, typedEntry } from "../cells";
import type { Draw } from "../control";
import type { Hints } from "../plan";
import { leaf } from "./leaf";
import { showText } from "./text";

export const drawNumber: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const whole = node.kind === "integer";
    const control = h("input", {
      class: "hitl-input hitl-number",
      type: "text",
      inputmode: whole ? "numeric" : "decimal",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: node.hints?.placeholder,
    });
    on(control, "input", () => edit(typedEntry(node, control.value)), signal);
    if (whole) {
      on(
        control,
        "keydown",
        (event) => {
          if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return;
          if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
          const next = step(control.value, event.key === "ArrowUp", node.hints ?? {});
          if (next === null) return;
          event.preventDefault();
          control.value = next;
          edit(typedEntry(node, next));
        },
        signal,
      );
    }
    const { slider: ends } = node.hints ?? {};
    const slider = whole ? sliderFor(node.hints ?? {}) : ends ? range(...ends) : null;
    if (slider)
      on(
        slider,
        "input",
        () => {
          control.value = slider.value;
          edit(typedEntry(node, control.value));
        },
        signal,
      );
    const follow = () => {
      const known = control.value.trim() !== "" && Number.isFinite(Number(control.value));
      slider?.classList.toggle("hitl-unset", !known);
      if (slider && known) slider.value = control.value;
    };
    if (slider) for (const kind of ["input", "keyup"] as const) on(control, kind, follow, signal);
    return {
      control,
      row: slider ? [control, slider] : [control],
      show(cell) {
        showText(control, textOf(cell));
        follow();
      },
    };
  });

/** From so many steps on a slider is too coarse to hit a number with. */
const STEPS = 100n;

/** A slider for a number within narrow limits, or wherever one is asked for; for the pointer alone, because the box beside it has arrow keys. */
function sliderFor(hints: Hints): HTMLInputElement | null {
  const { by, least, most } = limits(hints);
  const asked = hints.control === "slider";
  if (least === null || most === null || most <= least || by < 1n || hints.control === "text") return null;
  if (most - least > (asked ? BigInt(Number.MAX_SAFE_INTEGER) : STEPS)) return null;
  const off = ((least % by) + by) % by;
  const min = off === 0n ? least : least + by - off;
  return range(String(min), String(most), String(by));
}

function range(min: string, max: string, step: string): HTMLInputElement {
  return h("input", {
    class: "hitl-slider",
    type: "range",
    min,
    max,
    step,
    value: min,
    tabindex: -1,
    "aria-hidden": "true",
  });
}

const WHOLE = /^[+-]?\d+$/;

/** The next whole number up or down inside the limits; null where the text is none. */
export function step(text: string, up: boolean, hints: Hints): string | null {
  const { by, least, most } = limits(hints);
  const now = text.trim() === "" ? null : asWhole(text);
  if (text.trim() !== "" && now === null) return null;
  let next = now === null ? (least ?? 0n) : now + (up ? by : -by);
  if (most !== null && next > most) next = most;
  if (least !== null && next < least) next = least;
  return next === now ? null : String(next);
}

function limits(hints: Hints): { by: bigint; least: bigint | null; most: bigint | null } {
  return {
    by: asWhole(hints.multiple_of) ?? 1n,
    least: asWhole(hints.min) ?? plus(asWhole(hints.exclusive_min), 1n),
    most: asWhole(hints.max) ?? plus(asWhole(hints.exclusive_max), -1n),
  };
}

function asWhole(text: string | undefined): bigint | null {
  const trimmed = text?.trim();
  return trimmed !== undefined && WHOLE.test(trimmed) ? BigInt(trimmed) : null;
}

function plus(number: bigint | null, by: bigint): bigint | null {
  return number === null ? null : number + by;
}
