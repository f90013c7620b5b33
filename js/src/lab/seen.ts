/** Where questions are in JupyterLab and Notebook 7: in which window, and in which of its cells, on the page or not. */

import { type Host, nextFrame, type Place, type Seen } from "../seen/seen";
import type { Source } from "../shared/board";
import { type Context, classOf, type Main, type Shell, type Widget } from "./shell";

/** After these the kernel that asked is no longer there. */
const ENDS = new Set(["restarting", "autorestarting", "dead", "terminating"]);

/** A window, and the number of a cell in it. */
interface Seat {
  readonly main: Main;
  readonly cell: number;
}

export class LabHost implements Host {
  readonly #seen: Seen;
  readonly #shell: Shell;
  readonly #heard = new WeakSet<Context>();
  #foot: Widget | null = null;
  #line: HTMLElement | null = null;

  constructor(seen: Seen, shell: Shell) {
    this.#seen = seen;
    this.#shell = shell;
    seen.host = this;
    seen.changes.add(() => this.#badge());
    shell.currentChanged?.connect(() => this.#line && this.stand(this.#line));
  }

  async reveal(place: Place): Promise<void> {
    const seat = this.#seat(place);
    if (!seat) return;
    const { main, cell: index } = seat;
    this.#shell.activateById(main.id);
    const cell = main.content?.widgets?.[index];
    if (cell && main.content) {
      if (cell.outputHidden) cell.outputHidden = false;
      main.content.activeCellIndex = index;
      await main.content.scrollToItem?.(index);
    }
    // The window that comes to the front takes the focus for its cell, in its own time.
    await nextFrame();
    await nextFrame();
  }

  stand(line: HTMLElement): void {
    this.#line = line;
    const main = line.hidden ? null : this.#shell.currentWidget;
    if (this.#foot?.isDisposed) this.#foot = null;
    if (!main?.contentHeader || !main.layout?.addWidget) {
      if (this.#foot) this.#foot.parent = null;
      return;
    }
    this.#foot ??= new (classOf(main))({ node: line });
    if (this.#foot.parent !== main) main.layout.addWidget(this.#foot);
  }

  /** On each window how many of its questions are not in view. */
  #badge(): void {
    const counts = new Map<Main, number>();
    for (const { id } of this.#seen.unseen) {
      const place = this.#seen.place(id);
      const main = place && this.#seat(place)?.main;
      if (main) counts.set(main, (counts.get(main) ?? 0) + 1);
    }
    for (const main of this.#shell.widgets("main")) {
      const { "hitl-waiting": shown, "hitl-words": _, ...rest } = main.title.dataset;
      const count = counts.get(main);
      if (shown === (count && String(count))) continue;
      const words = count === 1 ? "1 question waits" : `${count} questions wait`;
      main.title.dataset = count ? { ...rest, "hitl-waiting": String(count), "hitl-words": words } : rest;
    }
  }

  #seat({ views, sources }: Place): Seat | null {
    const mains = [...this.#shell.widgets("main")];
    for (const source of sources) this.#hear(source);
    for (const { element } of views) {
      for (const main of mains) {
        // A cell that is scrolled away may be out of the page, with all that is in it.
        const cell = main.content?.widgets?.findIndex(({ node }) => node.contains(element)) ?? -1;
        if (cell >= 0 || main.node.contains(element)) return { main, cell };
      }
    }
    return null;
  }

  /** A kernel that ends takes its questions with it. */
  #hear(source: Source): void {
    const context = contextOf(source);
    if (!context?.sessionContext || this.#heard.has(context)) return;
    this.#heard.add(context);
    context.sessionContext.statusChanged.connect((_, status) => {
      if (ENDS.has(status)) this.#seen.forget((one) => contextOf(one) === context);
    });
  }
}

/** The document that a card's manager of widgets belongs to, in JupyterLab. */
function contextOf({ manager }: Source): Context | undefined {
  return (manager as { context?: Context } | undefined)?.context;
}
