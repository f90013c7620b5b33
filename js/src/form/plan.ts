/**
 * The words of a form: what Python's plan says is to be drawn, and the cells in which answers travel.
 *
 * These types are the contract with `hitl_jupyter/forms`. A plan never changes; cells are never changed in place, so
 * they can be shared between views and sent as they are.
 */

export type Kind =
  | "text"
  | "integer"
  | "number"
  | "boolean"
  | "choice"
  | "date"
  | "datetime"
  | "time"
  | "duration"
  | "line"
  | "file"
  | "several"
  | "group"
  | "list"
  | "tuple"
  | "dict"
  | "union"
  | "json"
  | "secret"
  | "constant";

/** What the browser may tell a person before they send. It is never a verdict: only Python judges. */
export interface Hints {
  min?: string;
  max?: string;
  exclusive_min?: string;
  exclusive_max?: string;
  multiple_of?: string;
  min_length?: number;
  max_length?: number;
  min_items?: number;
  max_items?: number;
  /** Of a set: what is there twice counts once. */
  unique?: boolean;
  /** In the plan for Python alone: the field is not drawn. */
  hidden?: boolean;
  readonly?: boolean;
  /** The field is asked only while other fields of its group hold one of these cells. */
  show_if?: { [name: string]: Cell[] };
  max_digits?: number;
  decimal_places?: number;
  multiline?: boolean;
  rows?: number;
  placeholder?: string;
  /** Of a line of text: what it stands for. */
  format?: "email" | "url" | "uuid" | "code" | "zone" | "bytes" | "color" | "path" | "folder";
  /** Of a file: the kinds that are taken, as a browser's own control has them, and the most bytes. */
  accept?: string;
  max_bytes?: number;
  /** A new one can be made up in the page. */
  new?: boolean;
  suggestions?: string[];
  /** A built-in control in place of the usual one. */
  control?: "slider" | "switch" | "radio" | "select" | "checkboxes" | "text" | "textarea";
  /** Where a slider for a number with digits behind the point begins and ends, and its step. */
  slider?: [string, string, string];
  /** What a number counts, behind its box. */
  unit?: string;
  /** Fields of one name stand in one frame. */
  group?: string;
  /** Columns of twelve, where there is room. */
  width?: number;
  zone?: "naive" | "aware" | "any";
}

export interface PlanNode {
  kind: Kind;
  title: string;
  description: string | null;
  required: boolean;
  nullable: boolean;
  /** What a fresh control holds: the default, and what a new row of a list begins with. */
  blank: Cell;
  hints?: Hints;
  options?: { label: string }[];
  fields?: { name: string; node: PlanNode }[];
  item?: PlanNode;
  /** A group that is one of those around it, so many groups from the root. */
  again?: number;
  /** The number of a node that comes again inside itself, and there the number of the node that is meant. */
  anchor?: number;
  echo?: number;
  branches?: Branch[];
  text?: string;
  /** Not from Python: the host draws this control. */
  place?: Place | undefined;
}

/**
 * Lets the host put its controls into an element of the form: what it gives is called with the token of each place that
 * the element shows. The host calls `usual` where it has none.
 */
export type Place = (
  element: HTMLElement,
  signal: AbortSignal,
  usual: (token: string) => void,
) => (token: string) => void;

/** One of the types of a union. */
export interface Branch {
  label: string;
  node: PlanNode;
}

export interface Plan {
  version: number;
  fingerprint: string;
  title: string;
  description: string | null;
  root: PlanNode;
  /** Not from Python: some of its controls are the host's. */
  placed?: boolean;
}

export type Fields = { readonly [name: string]: Cell };

/** Numbers and moments are text, so that no digit is lost; a choice is the index of its option. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Fields
  | readonly Cell[]
  | readonly number[]
  | Chosen
  | Held;

/** A file: its bytes are in the kernel. `lost`: no longer; `sending`: not all of them. */
export interface Held {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly lost?: boolean;
  readonly sending?: boolean;
}

/** One branch of a union, and what was filled in in each: "0", "2", ... */
export interface Chosen {
  readonly branch: number;
  readonly held: Fields;
}

/** At the place of a control of the host's, `at` is the token by which that is known. */
export type Cell = { readonly at?: string } & (
  | { readonly is: "absent" }
  | { readonly is: "null" }
  | { readonly is: "value"; readonly value: Value }
);

export type Path = readonly (string | number)[];

/** A message beside a field; an empty path means the whole form. */
export interface FieldError {
  path: Path;
  message: string;
  /** Nobody has pressed Submit: it is said only at a field that somebody has typed in and left. */
  soft?: boolean;
}
