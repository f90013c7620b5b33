/**
 * Files: chosen or dropped, sent by the host at once, and then told by name and size.
 *
 * The browser's own control lies invisible over the place where files are dropped, so that it has the keyboard, the
 * name and the click that people and screen readers know.
 */

import { ABSENT, holding, NULL, rowsOf } from "../form/cells";
import type { Draw, Spec } from "../form/control";
import { leaf } from "../form/controls/leaf";
import { frameSet } from "../form/controls/set";
import { messageOf } from "../form/errors";
import type { Cell, FieldError, Held, PlanNode } from "../form/plan";
import { sizeOf } from "../form/size";
import { h } from "../shared/dom";
import { css } from "./style";
import { drop, send } from "./transfer";

export const drawFile: Draw = (spec) =>
  leaf(spec, (edit) => {
    const files = new Files(spec, spec.node, false, ([cell = ABSENT]) => edit(cell));
    return {
      control: files.input,
      row: [files.element],
      show: (cell) => files.show(cell.is === "value" ? [cell] : []),
      unreadable: () => files.waiting().join("\n") || null,
    };
  });

/** A list of files is one place for all of them. */
export const drawFiles: Draw = (spec) => {
  const files = new Files(spec, spec.node.item as PlanNode, true, (cells) => {
    frame.shown(holding(cells));
    spec.change(holding(cells), []);
  });
  files.input.setAttribute("aria-label", spec.title);
  const frame = frameSet(spec, files.element, {
    whenOff: NULL,
    whenOn: () => holding(files.cells),
    show: (cell) => files.show(rowsOf(cell)),
  });
  frame.show(spec.cell);
  return {
    element: frame.element,
    show: frame.show,
    place(errors) {
      frame.place(errors.filter(({ path }) => !files.cells[Number(path[0])]));
      files.place(errors);
    },
    rename(title) {
      frame.rename(title);
      files.input.setAttribute("aria-label", title);
    },
    unreadable: () => files.waiting().map((message) => ({ path: [], message })),
  };
};

/** One file in the list, or one that was not taken. */
interface Line {
  readonly element: HTMLElement;
  look(): void;
  place(message: string): void;
}

class Files {
  readonly input: HTMLInputElement;
  readonly element: HTMLElement;
  cells: readonly Cell[] = [];
  readonly #spec: Spec;
  readonly #node: PlanNode;
  readonly #many: boolean;
  readonly #change: (cells: readonly Cell[]) => void;
  readonly #list = h("ul", { class: "hitl-files" });
  readonly #aloud = h("div", { class: "hitl-aloud", role: "status" });
  readonly #lines = new Map<string, Line>();
  /** What was chosen and not taken: why, until the person has seen it. */
  #refused: readonly string[] = [];

  constructor(spec: Spec, node: PlanNode, many: boolean, change: (cells: readonly Cell[]) => void) {
    this.#spec = spec;
    this.#node = node;
    this.#many = many;
    this.#change = change;
    this.input = h("input", { type: "file", multiple: many, accept: node.hints?.accept });
    const words = `Choose ${many ? "files" : "a file"}`;
    const zone = h(
      "div",
      { class: "hitl-drop" },
      h("span", { class: "hitl-button", "aria-hidden": "true" }, words),
      h("span", { class: "hitl-help", "aria-hidden": "true" }, `or drop ${many ? "them" : "it"} here`),
      this.input,
    );
    this.element = h("div", { class: "hitl-stack" }, h("style", {}, css), zone, this.#list, this.#aloud);
    this.#listen(zone);
  }

  show(cells: readonly Cell[]): void {
    this.cells = cells;
    this.#draw();
  }

  place(errors: readonly FieldError[]): void {
    this.cells.forEach((cell, index) => {
      const mine = errors.filter(({ path }) => path[0] === index);
      this.#lines.get(heldIn(cell).id)?.place(messageOf(mine.map(({ message }) => ({ path: [], message }))));
    });
  }

  /** Why the form cannot be sent yet. */
  waiting(): string[] {
    const sending = this.cells.flatMap((cell) => {
      const { id, name, size } = heldIn(cell);
      const one = this.#spec.services?.sendings.get(id);
      if (!one || one.done) return [];
      return [
        one.error ||
          `${name} is still being sent (${percent(one.sent, size)}). Send the form when it is here.`,
      ];
    });
    return [...(this.#refused.length > 0 ? [NOT_TAKEN] : []), ...sending];
  }

  #listen(zone: HTMLElement): void {
    const { input } = this;
    const { signal } = this.#spec;
    input.addEventListener(
      "change",
      () => {
        this.#take([...(input.files ?? [])], []);
        // So that the same file can be chosen again.
        input.value = "";
      },
      { signal },
    );
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"] as const)
      zone.addEventListener(
        kind,
        (event) => {
          // The page's own idea of a dropped file is to open it.
          event.preventDefault();
          event.stopPropagation();
          zone.classList.toggle("hitl-over", kind === "dragenter" || kind === "dragover");
          if (kind !== "drop" || input.matches(":disabled")) return;
          const items = [...(event.dataTransfer?.items ?? [])];
          const folders = items.map((item) => !!item.webkitGetAsEntry?.()?.isDirectory);
          this.#take([...(event.dataTransfer?.files ?? [])], folders);
        },
        { signal },
      );
  }

  #take(files: readonly File[], folders: readonly boolean[]): void {
    if (files.length === 0) return;
    const refused: string[] = [];
    const taken: Cell[] = [];
    files.forEach((file, index) => {
      const why = this.#why(file, !!folders[index]);
      if (why) refused.push(why);
      else if (this.#many || taken.length === 0) {
        const { id } = send(file, this.#spec.services as NonNullable<Spec["services"]>);
        taken.push(holding({ id, name: file.name, size: file.size }));
      } else refused.push(`${file.name} was left out: there is room for one file.`);
    });
    this.#refused = refused;
    if (taken.length > 0) {
      if (!this.#many) for (const cell of this.cells) drop(heldIn(cell).id, this.#spec.services);
      this.#put(this.#many ? [...this.cells, ...taken] : taken);
    } else this.#draw();
    this.#say(refused.join(" ") || `${taken.map((cell) => heldIn(cell).name).join(", ")}: being sent.`);
  }

  #why({ name, size, type }: File, folder: boolean): string {
    const { max_bytes: most = Number.POSITIVE_INFINITY, accept = "" } = this.#node.hints ?? {};
    if (!this.#spec.services) return "Files cannot be sent from here.";
    if (folder) return `${name} is a folder. Choose a file.`;
    if (size > most) {
      const [has, limit] = [sizeOf(size), sizeOf(most)];
      const exact =
        has === limit ? [`${size.toLocaleString("en")} bytes`, most.toLocaleString("en")] : [has, limit];
      return `${name} has ${exact[0]}, at most ${exact[1]} are taken. Choose a smaller file.`;
    }
    if (accept && !accepts(accept, name.toLowerCase(), type))
      return `${name} is not of the kind that is taken (${accept}). Choose another file.`;
    return "";
  }

  #put(cells: readonly Cell[]): void {
    this.cells = cells;
    this.#draw();
    this.#change(cells);
  }

  #draw(): void {
    const held = this.cells.map(heldIn);
    const wanted = new Set([...held.map(({ id }) => id), ...this.#refused]);
    for (const [key, { element }] of this.#lines)
      if (!wanted.has(key)) {
        element.remove();
        this.#lines.delete(key);
      }
    for (const one of held) this.#line(one.id, () => this.#fileLine(one));
    for (const why of this.#refused) this.#line(why, () => this.#refusedLine(why));
    this.#list.hidden = wanted.size === 0;
  }

  #line(key: string, make: () => Line): void {
    let line = this.#lines.get(key);
    if (!line) {
      line = make();
      this.#lines.set(key, line);
      this.#list.append(line.element);
    }
    line.look();
  }

  #refusedLine(why: string): Line {
    const [element] = this.#row(h("span", { class: "hitl-error" }, why), "Remove this message", () => {
      this.#refused = this.#refused.filter((one) => one !== why);
      this.#draw();
    });
    return { element, look() {}, place() {} };
  }

  #fileLine({ id, name: given, size, lost, sending: partial }: Held): Line {
    const name = given || "File";
    const bar = h("progress", { max: Math.max(1, size), "aria-label": name });
    const state = h("span", { class: "hitl-help" });
    const error = h("span", { class: "hitl-error" });
    const words = h("span", {}, h("span", { class: "hitl-file" }, name), " ", state, " ", bar, error);
    const [element, button] = this.#row(words, "", () => {
      drop(id, this.#spec.services);
      this.#put(this.cells.filter((cell) => heldIn(cell).id !== id));
    });
    let wrong = "";
    const look = () => {
      const one = this.#spec.services?.sendings.get(id);
      const going = !!one && !one.done && !one.error;
      bar.hidden = !going;
      bar.value = one?.sent ?? 0;
      const far = going ? `${percent(one.sent, size)} of ` : "";
      state.textContent = `${far}${sizeOf(size)}${going && one.silent ? ": goes on when the kernel is free" : ""}`;
      const missing = lost ? GONE : partial && !one ? PARTIAL : "";
      error.textContent = one?.error || wrong || missing;
      button.setAttribute("aria-label", `${going ? "Cancel" : "Remove"} ${name}`);
    };
    const before = this.#spec.services?.sendings.get(id);
    before?.changes.add(() => {
      if (this.#lines.get(id)?.element !== element) return;
      look();
      if (before.error) this.#say(before.error);
      else if (before.done) {
        this.#say(`${name} is here.`);
        // Other pages have heard only that it is on its way.
        this.#change(this.cells);
      }
    }, this.#spec.signal);
    return {
      element,
      look,
      place(message) {
        wrong = message;
        look();
      },
    };
  }

  #row(words: HTMLElement, label: string, remove: () => void): [HTMLElement, HTMLElement] {
    const button = h("button", { type: "button", class: "hitl-tool", "aria-label": label || undefined });
    button.append(h("span", { "aria-hidden": "true" }, "✕"));
    button.addEventListener(
      "click",
      () => {
        // What is taken away loses the focus to the page.
        this.input.focus();
        remove();
      },
      { signal: this.#spec.signal },
    );
    return [h("li", {}, words, button), button];
  }

  #say(words: string): void {
    this.#aloud.textContent = words;
  }
}

const NOT_TAKEN = "Not every file was taken. Choose another one, or remove the message about it.";
const GONE = "It is no longer here. Choose it again.";
const PARTIAL = "Not all of it is here. Choose it again, unless it is being sent from another page.";

function heldIn(cell: Cell): Held {
  return (cell.is === "value" ? cell.value : { id: "", name: "", size: 0 }) as Held;
}

function percent(sent: number, size: number): string {
  return `${size ? Math.floor((100 * sent) / size) : 0} %`;
}

/** As `accept` of the browser's own control has it, which lets anything be dropped. */
function accepts(accept: string, name: string, type: string): boolean {
  return accept
    .toLowerCase()
    .split(",")
    .map((one) => one.trim())
    .some((one) =>
      one.startsWith(".") ? name.endsWith(one) : !type || `${type}`.startsWith(one.replace(/\*.*$/, "")),
    );
}
