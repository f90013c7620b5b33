/** The outputs of a cell as JupyterLab keeps them: what belongs there is added as the cell's own page would have. */

/** One output as the file has it. */
export interface Output {
  readonly output_type: string;
  readonly data?: Record<string, unknown>;
  readonly [field: string]: unknown;
}

interface OutputModel {
  readonly trusted: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  toJSON(): Output;
}

/** What all views of one cell draw. */
export interface Outputs {
  readonly length: number;
  readonly contentFactory: { createOutputModel(options: object): unknown };
  get(index: number): OutputModel;
  set(index: number, output: Output): void;
  add(output: Output): number;
  clear(wait?: boolean): void;
}

/** What a kernel sends of a cell. */
export interface Message {
  readonly header: { readonly msg_type: string; readonly msg_id: string };
  readonly parent_header: { readonly msg_id?: string; readonly session?: string };
  readonly content: Record<string, unknown>;
}

/** A card that the kernel has under a cell: the widgets of which one shows it, the first alone, and words for it. */
export interface Card {
  readonly views: readonly string[];
  readonly words: string;
}

const VIEW = "application/vnd.jupyter.widget-view+json";
const ADDED = new Set(["stream", "display_data", "execute_result", "error"]);
const HEARD = new Set([...ADDED, "clear_output", "update_display_data", "status"]);

/** Whether a message may change the outputs of a cell, or ends it. */
export function isHeard({ header }: Message): boolean {
  return HEARD.has(header.msg_type);
}

/** What stands below a cell: its outputs with the names by which they can be replaced. */
export interface Transcript {
  readonly outputs: readonly { readonly output: Output; readonly name: string | null }[];
  readonly clears_next: boolean;
}

/** The outputs of one cell while one request of it is answered. */
export class Filed {
  readonly #outputs: Outputs;
  /** Where the outputs are that can be replaced by their name. */
  readonly #named = new Map<string, number[]>();

  constructor(outputs: Outputs) {
    this.#outputs = outputs;
  }

  /** Shows what the page would have shown that is gone, in place of what the file has of an earlier time. */
  replay({ outputs, clears_next }: Transcript): void {
    this.#clear(false);
    for (const { output, name } of outputs) this.#add(output, name);
    if (clears_next) this.#clear(true);
  }

  /** Does what the page would have done that sent the request. */
  take({ header, content }: Message): void {
    const type = header.msg_type;
    const name = (content.transient as { display_id?: string } | undefined)?.display_id ?? null;
    if (type === "clear_output") this.#clear(content.wait === true);
    else if (type === "update_display_data") {
      const { transient: _, ...output } = content;
      for (const index of this.#named.get(name ?? "") ?? [])
        if (index < this.#outputs.length)
          trusting(this.#outputs, () => this.#outputs.set(index, { ...output, output_type: "display_data" }));
    } else if (ADDED.has(type)) this.#add({ ...content, output_type: type }, name);
  }

  #add(output: Output, name: string | null): void {
    trusting(this.#outputs, () => this.#outputs.add(output));
    if (name !== null && output.output_type === "display_data")
      this.#named.set(name, [...(this.#named.get(name) ?? []), this.#outputs.length - 1]);
  }

  #clear(wait: boolean): void {
    this.#named.clear();
    this.#outputs.clear(wait);
  }
}

/**
 * Has a card among the outputs of its cell; gives whether there was anything to do.
 *
 * `all` are those of the whole notebook: a cell may have been copied, or its card have been saved with it.
 */
export function putCard(card: Card, outputs: Outputs, all: Iterable<Outputs>): boolean {
  for (const some of all) {
    for (let index = 0; index < some.length; index += 1) {
      const output = some.get(index);
      const id = (output.data[VIEW] as { model_id?: string } | undefined)?.model_id;
      if (id === undefined || !card.views.includes(id)) continue;
      if (output.trusted) return false;
      // It is the kernel's, whoever wrote the file; what stands around it is not.
      trusting(some, () => some.set(index, output.toJSON()));
      return true;
    }
  }
  const view = { version_major: 2, version_minor: 0, model_id: card.views[0] };
  const data = { "text/plain": card.words, [VIEW]: view };
  trusting(outputs, () => outputs.add({ output_type: "display_data", data, metadata: {} }));
  return true;
}

/** Makes a change whose new outputs are drawn in full, as those of cells that were run here are; the others stay. */
function trusting(outputs: Outputs, change: () => void): void {
  const factory = outputs.contentFactory;
  const make = factory.createOutputModel;
  factory.createOutputModel = (options) => make.call(factory, { ...options, trusted: true });
  try {
    change();
  } finally {
    factory.createOutputModel = make;
  }
}
