/** One line of text that stands for something else: an address, a path, an identifier, a colour. Python reads it. */

import { h, on } from "../../shared/dom";
import { textOf, typedEntry } from "../cells";
import type { Draw } from "../control";
import { leaf } from "./leaf";
import { suggested } from "./suggestions";
import { showText } from "./text";

const MONOSPACE = ["code", "uuid", "color", "path", "folder"];

export const drawLine: Draw = (spec) =>
  leaf(spec, (edit) => {
    const { node, signal, services } = spec;
    const { format = "", placeholder, new: fresh } = node.hints ?? {};
    const control = h("input", {
      class: `hitl-input${MONOSPACE.includes(format) ? " hitl-code" : ""}`,
      type: "text",
      inputmode: format === "email" || format === "url" ? format : undefined,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      placeholder,
    });
    const isPath = format === "path" || format === "folder";
    const row: HTMLElement[] = [control, ...suggested(control, node, signal)];
    const entered = (text = control.value) => {
      // A paste brings spaces along; only of a path or a pattern they may be part.
      edit(typedEntry(node, format === "code" || isPath ? text : text.trim()));
      look();
    };
    const put = (text: string) => {
      control.value = text;
      entered();
    };
    on(control, "input", () => entered(), signal);
    const echo = format === "bytes" ? h("span", { class: "hitl-help", role: "status" }) : null;
    const swatch = format === "color" ? h("input", { type: "color", "aria-label": "Pick a colour" }) : null;
    const look = () => {
      if (echo) echo.textContent = bytesIn(control.value);
      if (!swatch) return;
      swatch.value = hexOf(control.value);
      swatch.classList.toggle("hitl-unset", control.value.trim() === "");
    };
    if (isPath && services) {
      const place = h("div", { class: "hitl-stack" }, control);
      row[0] = place;
      // Without it the box is a plain one.
      services
        .files()
        .then((part) =>
          place.append(part.completed(control, services, format === "folder", () => entered(), signal)),
        )
        .catch(() => {});
    }
    if (echo) row.push(echo);
    if (swatch) {
      on(swatch, "input", () => put(swatch.value), signal);
      row.push(swatch);
    }
    if (fresh) {
      const named = { type: "button", class: "hitl-button", "aria-label": "Make a new one" };
      const button = h("button", named, "New");
      on(button, "click", () => put(newUuid()), signal);
      row.push(button);
    }
    return {
      control,
      row,
      show(cell) {
        showText(control, textOf(cell));
        look();
      },
    };
  });

const SIZE = /^(\d*\.?\d+)\s*([kmgtpe]?)(i?)(b?)$/i;

/** "= 1,500 bytes" for a size in another unit; "" where nothing is to be said. */
export function bytesIn(text: string): string {
  const [, number, unit = "", binary] = SIZE.exec(text.trim()) ?? [];
  if (!number || !unit) return "";
  const size = Number(number) * (binary ? 1024 : 1000) ** ("kmgtpe".indexOf(unit.toLowerCase()) + 1);
  return `= ${Math.trunc(size).toLocaleString("en")} bytes`;
}

/** A colour as the browser's own control takes it; black where the text is none. */
function hexOf(text: string): string {
  const brush = h("canvas").getContext("2d");
  if (!brush) return "#000000";
  brush.fillStyle = text.trim();
  return /^#[\da-f]{6}$/.test(brush.fillStyle) ? brush.fillStyle : "#000000";
}

/** A random UUID. The browser's own function is missing where a server is reached without https. */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
