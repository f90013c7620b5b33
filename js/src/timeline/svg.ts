/** Building SVG, and how each look is filled: a pattern of its own, so that nothing is said by colour alone. */

import { uniqueId } from "../shared/dom";
import { LOOKS, type Look } from "./data";

type Attributes = Record<string, string | number>;

export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Lines across a square of this many pixels, that goes on from one to the next. */
const SQUARE = 6;
const RISING = "M-1,1l2,-2M0,6l6,-6M5,7l2,-2";
const FALLING = "M-1,5l2,2M0,0l6,6M5,-1l2,2";
const LINES: Partial<Record<Look, string>> = {
  running: "M0,1.5h6M0,4.5h6",
  waiting: RISING,
  failed: RISING + FALLING,
  cancelled: FALLING,
};

/** One path for all that looks the same: moving two thousand bars is moving six of these. */
export class Paths {
  readonly elements: SVGElement[] = [];
  readonly #paths = new Map<Look, SVGPathElement>();

  constructor() {
    const patterns = s("defs");
    this.elements.push(patterns);
    for (const look of Object.keys(LOOKS) as Look[]) {
      const path = s("path", { class: "hitl-tl-fill", "data-look": look });
      const lines = LINES[look];
      if (lines) {
        const pattern = s("pattern", {
          id: uniqueId(),
          width: SQUARE,
          height: SQUARE,
          patternUnits: "userSpaceOnUse",
        });
        pattern.append(
          s("rect", { class: "hitl-tl-ground", "data-look": look, width: SQUARE, height: SQUARE }),
          s("path", { class: "hitl-tl-line", "data-look": look, d: lines }),
        );
        patterns.append(pattern);
        path.setAttribute("fill", `url(#${pattern.id})`);
      }
      this.#paths.set(look, path);
      this.elements.push(path);
    }
  }

  show(drawn: ReadonlyMap<Look, string>): void {
    for (const [look, path] of this.#paths) path.setAttribute("d", drawn.get(look) ?? "");
  }
}

/** A piece of the legend. */
export function swatch(look: Look): SVGSVGElement {
  const paths = new Paths();
  paths.show(new Map([[look, "M0.5,0.5h20v11h-20z"]]));
  return piece(...paths.elements);
}

export function swatchOfNow(): SVGSVGElement {
  return piece(s("path", { class: "hitl-tl-now", d: "M10.5,0v12" }));
}

function piece(...drawn: SVGElement[]): SVGSVGElement {
  return s("svg", { class: "hitl-tl-swatch", width: 21, height: 12, "aria-hidden": "true" }, ...drawn);
}
