/**
 * Date and time, with the zone beside it where the field takes one.
 *
 * The browser's box holds whole seconds at most; a value with a fraction is shown as text, so that none of it is lost.
 */

import { h, on } from "../../shared/dom";
import { textOf, typedEntry } from "../cells";
import type { Draw, Spec } from "../control";
import { leaf } from "./leaf";
import { begun, pastedAsText, showText } from "./text";
import { localOffset, type Moment, OFFSETS, takeApart } from "./zones";

/** Seconds that say something. */
const SECONDS = /:\d\d:(?!00)\d\d$/;

export const drawDatetime: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal } = spec;
    const text = textOf(spec.cell);
    const moment = takeApart(text);
    const native = text === "" || (moment !== null && moment.fraction === "");
    const control = h("input", {
      class: "hitl-input hitl-when",
      type: native ? "datetime-local" : "text",
      autocomplete: "off",
      // Without this the box has no place for seconds; with it, they must be filled in.
      step: native && moment && SECONDS.test(moment.local) ? 1 : undefined,
    });
    if (native) control.max = "9999-12-31T23:59:59";
    const zone = node.hints?.zone === "naive" ? null : zoneOf(spec);
    const entered = () => {
      zone?.follow(control.value);
      edit(typedEntry(node, control.value && withZone(control.value, zone?.offset(control.value) ?? "")));
    };
    on(control, "input", entered, signal);
    const holds = (pasted: string) => {
      const parts = takeApart(pasted);
      return parts?.fraction === "" && parts.zone === "";
    };
    pastedAsText(control, holds, entered, signal);
    if (zone) on(zone.element, "change", entered, signal);
    return {
      control,
      row: zone ? [control, zone.element] : [control],
      show(cell) {
        const shown = textOf(cell);
        const parts = takeApart(shown);
        showText(control, parts ? parts.local + parts.fraction : shown);
        if (parts) zone?.show(parts);
      },
      unreadable: () => begun(control, "date and time"),
    };
  });

interface Zone {
  readonly element: HTMLSelectElement;
  /** Names the local offset of that day. */
  follow(local: string): void;
  offset(local: string): string;
  show(moment: Moment): void;
}

function zoneOf({ node, cell }: Spec): Zone {
  const here = h("option", { value: "local" });
  const element = h("select", { class: "hitl-input hitl-zone", "aria-label": "Time zone" });
  if (node.hints?.zone !== "aware") element.append(h("option", { value: "" }, "No time zone"));
  element.append(here, h("option", { value: "Z" }, "UTC"));
  element.append(...OFFSETS.map((offset) => h("option", { value: offset }, `UTC${offset}`)));
  const follow = (local: string) => {
    here.textContent = `Local (UTC${localOffset(local)})`;
  };
  const offset = (local: string) => (element.value === "local" ? localOffset(local) : element.value);
  const choose = (zone: string) => {
    if (![...element.options].some(({ value }) => value === zone)) {
      element.append(h("option", { value: zone }, zone === "" ? "No time zone" : `UTC${zone}`));
    }
    element.value = zone;
  };
  const show = ({ local, zone }: Moment) => {
    follow(local);
    if (offset(local) !== zone) choose(zone);
  };
  follow("");
  const moment = takeApart(textOf(cell));
  // An offset that came with the value is meant, also where it is the local one: it does not change with the season.
  choose(moment ? moment.zone : node.hints?.zone === "aware" ? "local" : "");
  return { element, follow, offset, show };
}

/**
 * The moment as it is sent. A zone typed into the text box counts; what is no whole moment goes to Python as it is,
 * which has the words for what is wrong with it.
 */
function withZone(text: string, zone: string): string {
  const moment = takeApart(text);
  return moment && !moment.zone ? text + zone : text;
}
