/** Log lines as elements: what is searched for is marked, and very long ones open when asked to. */

import { button, h } from "../shared/dom";
import { levelName } from "../shared/levels";
import { clockOfLog } from "../shared/time";

/** A line, as `hitl_jupyter/engine/runpage` gives it. */
export interface Line {
  number: number;
  at: string;
  level: number;
  message: string;
  /** Characters of the message that stayed in the kernel. */
  left_out?: number;
  name: string;
  run_name: string;
}

/** Characters of a message that are shown at once. */
export const LONG = 1000;

export class Lines {
  /** The run of the page: lines of other runs say whose they are. */
  of = "";
  /** What is marked. */
  search = "";
  readonly #opened = new Set<number>();
  /** What a row shows, to tell whether it is still right. */
  readonly #shown = new WeakMap<HTMLElement, string>();

  /** `changed` is called when a line has been opened. */
  constructor(changed: () => void, signal: AbortSignal) {
    this.#changed = changed;
    this.#signal = signal;
  }

  readonly #changed: () => void;
  readonly #signal: AbortSignal;

  /** The row of a line, or an empty one for a line that is not here yet; `drawn` if that is it. */
  draw(line: Line | undefined, drawn: HTMLElement | undefined): HTMLElement {
    const what = line ? [line.number, this.#opened.has(line.number), this.of, this.search].join(" ") : "";
    if (drawn && this.#shown.get(drawn) === what) return drawn;
    const row = line ? this.#row(line) : h("div", { class: "hitl-log", "aria-hidden": true }, "\u00a0");
    this.#shown.set(row, what);
    return row;
  }

  #row(line: Line): HTMLElement {
    const when = new Date(line.at);
    const label = levelName(line.level);
    const text = h("span", { class: "hitl-text" });
    const row = h(
      "div",
      { class: "hitl-log", "data-level": label },
      h("time", { datetime: line.at, title: when.toString() }, clockOfLog(when)),
      h("span", { class: "hitl-level" }, label),
      text,
    );
    if (line.name && !line.name.includes(`'${this.of}'`))
      text.append(h("span", { class: "hitl-source" }, line.name), " ");
    const { message, left_out = 0 } = line;
    const whole = message.length <= LONG || this.#opened.has(line.number);
    text.append(...marked(whole ? message : message.slice(0, LONG), this.search));
    if (!whole) text.append("… ", this.#opener(line, message.length + left_out));
    else if (left_out > 0)
      text.append(
        h("span", { class: "hitl-source" }, ` … and ${left_out.toLocaleString("en")} characters more`),
      );
    return row;
  }

  #opener({ number }: Line, length: number): HTMLElement {
    const opener = button(`Show all ${length.toLocaleString("en")} characters`, { class: "hitl-link" });
    opener.addEventListener(
      "click",
      () => {
        this.#opened.add(number);
        this.#changed();
      },
      { signal: this.#signal },
    );
    return opener;
  }
}

/** A text in pieces, each place where the search is found in a mark. */
function marked(text: string, search: string): (string | Node)[] {
  if (search === "") return [text];
  const found = new RegExp(search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  const pieces: (string | Node)[] = [];
  let end = 0;
  for (const match of text.matchAll(found)) {
    pieces.push(text.slice(end, match.index), h("mark", {}, match[0]));
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)];
}
