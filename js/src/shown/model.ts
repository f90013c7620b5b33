/** What crosses between the kernel and the page: the messages of `hitl_jupyter/widgets/shown.py`, checked here once. */

import type { Manager } from "../widgets/slots";

export interface Captioned {
  alt: string;
  caption: string | null;
  mime?: string;
  /** Fetched by the page itself, where there are no bytes. */
  url?: string;
}

export interface Picture extends Captioned {
  kind: "image";
  width?: number;
  height?: number;
  /** Pixels of the image for each pixel of the page. */
  scale: number;
}

export interface Rows {
  kind: "table";
  head: string[];
  index: (string | null)[] | null;
  /** null is an empty cell. */
  rows: (string | null)[][];
  /** Which columns hold numbers. */
  numbers: boolean[];
  total: number;
  width: number;
  caption: string | null;
}

/** The sign is " ", "-", "+", or "…" with the number of lines left out; a piece is a text and whether it has changed. */
export type Line = [string, [string, boolean][]];

export interface Difference {
  kind: "diff";
  names: [string, string];
  rows: Line[];
  note: string;
}

export type Item =
  | { kind: "markdown" | "text" | "problem"; text: string }
  | { kind: "html"; text: string; title: string; height: number }
  | Picture
  | ({ kind: "audio" | "video" } & Captioned)
  | Rows
  | Difference
  | { kind: "widget"; ref: string };

/** `sizes` says how many bytes belong to each item, `parts` to which of them each buffer of this message does. */
export interface Contents {
  kind: "contents";
  number: number;
  items: Item[];
  sizes: number[];
  parts: number[];
}

export interface More {
  kind: "more";
  number: number;
  parts: number[];
}

type Heard = (content: unknown, buffers: DataView[]) => void;

export interface ShownModel {
  on(event: "msg:custom", callback: Heard): void;
  off(event: "msg:custom", callback: Heard): void;
  send(content: { kind: "hello" }): void;
  readonly widget_manager?: Manager;
}

export function isContents(content: unknown): content is Contents {
  const { kind, number, items, sizes, parts } = (content ?? {}) as Record<string, unknown>;
  return kind === "contents" && typeof number === "number" && [items, sizes, parts].every(Array.isArray);
}

export function isMore(content: unknown): content is More {
  const { kind, number, parts } = (content ?? {}) as Record<string, unknown>;
  return kind === "more" && typeof number === "number" && Array.isArray(parts);
}
