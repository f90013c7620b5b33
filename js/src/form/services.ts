/** What a control may ask of the host that shows the form, while it is filled in. A host may lack it. */

import type { Listeners } from "../shared/listeners";
import type { Draw } from "./control";

export type Question =
  | { kind: "upload"; upload: string; name: string; size: number; offset: number }
  | { kind: "drop"; upload: string }
  | { kind: "paths"; text: string; folders: boolean };

export interface Answer {
  readonly status: string;
  readonly message: string | null;
  /** What was found. */
  readonly data?: unknown;
}

export interface Services {
  /** Asks whoever takes the answers. */
  ask(question: Question, buffers?: ArrayBuffer[]): Promise<Answer>;
  /** The files that were chosen on this page, by id. */
  readonly sendings: Map<string, Sending>;
  /** What files and paths need, which few forms have. */
  files(): Promise<FilesPart>;
}

/** `js/src/files` */
export interface FilesPart {
  readonly drawFile: Draw;
  readonly drawFiles: Draw;
  /** Gives the list of what the path in a box may become. */
  completed(
    box: HTMLInputElement,
    services: Services,
    folders: boolean,
    entered: () => void,
    signal: AbortSignal,
  ): HTMLElement;
}

/** A file on its way. */
export interface Sending {
  readonly id: string;
  /** How many bytes have arrived. */
  readonly sent: number;
  /** All of it has arrived. */
  readonly done: boolean;
  /** Why it will not arrive, "" if nothing is wrong. */
  readonly error: string;
  /** Nothing was heard for so long that the person must be told. */
  readonly silent: boolean;
  readonly changes: Listeners<void>;
  cancel(): void;
}
