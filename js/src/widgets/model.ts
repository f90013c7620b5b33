/**
 * What crosses between the kernel and the card: the traits of `hitl_jupyter/widgets/card.py`, and the messages.
 *
 * Messages from the kernel are checked here, once; behind this border they are what their types say.
 */

import type { Cell, FieldError, Path, Plan } from "../form/plan";
import type { Question as ServiceQuestion } from "../form/services";
import type { Reply } from "../form/state";
import type { ShownRef } from "./exhibits";
import type { Origin } from "./page";
import type { Parts } from "./services";
import type { Manager, References } from "./slots";

export interface Run {
  id: string;
  name: string;
  flow_name: string;
  state: { type: string; name: string; message: string | null; timestamp: string } | null;
  created: string | null;
  started: string | null;
  ended: string | null;
  answered: number;
  /** How long the run waited for people, up to the beginning of its present state. */
  seconds_paused: number;
  /** Since when the run of a card waits for people, or one that it called does. */
  paused_since?: string | null;
  /** When the run was last taken up again, after its kernel had gone. */
  taken_up: string | null;
  /** Whether it is over and did not complete. */
  failed: boolean;
}

/** One value by its name; an answer that is one plain value has none. */
export interface Said {
  name: string;
  value: string;
}

/** What a run had been given, the last answer first. */
export interface Cause {
  /** Null where they are in no record. */
  parameters: Said[] | null;
  answers: { question: string; run_name: string; said: Said[]; by: string }[];
}

export interface Asked {
  pause_id: string;
  key: string;
  run_name: string;
  /** The fingerprint of its plan; null for a bare Resume. */
  plan: string | null;
  description: string | null;
  document: Cell | null;
  opened: string | null;
  deadline: string | null;
  /** What the flow does when nobody has answered by then. */
  otherwise: string;
  /** What it is about, in a widget of its own. */
  shown?: ShownRef | null;
  /** Where there are fields with a widget of their own, and those widgets by the tokens in the cells. */
  places?: string[];
  slots?: References;
}

/** A cell that was filled in elsewhere. */
export interface Filled {
  path: Path;
  cell: Cell;
}

/** How far a loop is, or what a flow says of its own progress. */
export interface Bar {
  id: string;
  title: string;
  /** Per cent; null where nobody knows how much there is. */
  progress: number | null;
  count: number | null;
  total: number | null;
  /** The estimate of the seconds left. */
  left: number | null;
  state: "going" | "done" | "stopped";
}

/** What a run has called. */
export interface Tree {
  /** How many task runs are in each type of state. */
  tasks: Record<string, number>;
  /** The flow runs below it, each before those that it called; and how many there are besides. */
  runs: (Run & { depth: number })[];
  more: number;
}

export interface Table {
  head: (string | null)[] | null;
  /** The first rows; null is an empty cell. */
  rows: (string | null)[][];
  /** Which columns hold numbers. */
  numbers: boolean[];
  total: number;
  width: number;
}

interface ArtifactBase {
  id: string;
  key: string | null;
  description: string | null;
  created: string;
}

/** Something the run has made to be looked at, as `hitl_jupyter/widgets/artifacts.py` gives it. */
export type Artifact = ArtifactBase &
  (
    | { kind: "markdown" | "image" | "text"; data: string }
    | { kind: "link"; data: { link: string; text: string | null } }
    | { kind: "progress"; data: number }
    | { kind: "table"; data: Table }
  );

export interface Traits {
  /** Until the run has begun, only of which flow it is. */
  run: Run | { flow_name?: string };
  plans: Record<string, Plan>;
  questions: Asked[];
  bars: Bar[];
  /** Empty until it has called something. */
  tree?: Partial<Tree>;
  /** The widget that shows what a background run has printed, once it has. */
  output?: string | null;
  /** The run page, once somebody has unfolded it. */
  page?: string | null;
  /** The cards of the runs that it was run again as. */
  again?: string | null;
  parts?: Parts;
}

export type Event = `change:${keyof Traits}` | "msg:custom";

/** The part of anywidget's model that the card uses. */
export interface Model {
  get<K extends keyof Traits>(name: K): Traits[K];
  on(event: Event, callback: (content: unknown) => void): void;
  off(event: Event, callback: (content: unknown) => void): void;
  send(content: Request, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
  readonly widget_manager?: Manager;
}

/** Who asks, as far as the page knows, and from which kind of page. */
export interface Sender {
  user: string | null;
  origin: Origin | null;
}

/** What the page asks; the id is added on the way out. */
export type Question =
  | ({ kind: "submit"; pause_id: string; document: Cell | null; seconds: number } & Sender)
  | ({ kind: "cancel" } & Sender)
  | { kind: "draft"; pause_id: string; document: Cell; check: boolean }
  | (ServiceQuestion & { pause_id: string })
  | { kind: "shown"; pause_id: string; slots: string[] }
  | { kind: "logs"; after: number }
  | { kind: "take_up"; run_id: string }
  | { kind: "page" }
  | { kind: "explain" }
  | ({ kind: "again" } & Sender)
  | { kind: "hello" };
export type Request = Question & { id: string };

export interface LogLine {
  number: number;
  at: string;
  level: number;
  message: string;
  name: string;
}

export interface FullReply extends Reply {
  /** What a service has found. */
  data?: unknown;
  lines?: LogLine[];
  artifacts?: Artifact[];
}

export type Message =
  | { kind: "reply"; id: string; reply: FullReply }
  | { kind: "log"; lines: LogLine[] }
  | { kind: "artifact"; artifact: Artifact }
  | { kind: "cells"; pause_id: string; cells: Filled[] }
  | { kind: "slots"; pause_id: string; slots: References }
  | { kind: "closed"; pause_id: string; outcome: string; message: string };

/** The message of the kernel, or null where it is none that this card knows. */
export function readMessage(content: unknown): Message | null {
  if (!isObject(content)) return null;
  const { kind, id, pause_id, outcome, message } = content;
  if (kind === "log") return { kind, lines: readLines(content.lines) };
  if (kind === "artifact" && isArtifact(content.artifact)) return { kind, artifact: content.artifact };
  if (kind === "closed" && typeof pause_id === "string") {
    return { kind, pause_id, outcome: String(outcome), message: typeof message === "string" ? message : "" };
  }
  if (kind === "cells" && typeof pause_id === "string" && Array.isArray(content.cells)) {
    return { kind, pause_id, cells: content.cells };
  }
  if (kind === "slots" && typeof pause_id === "string" && isObject(content.slots)) {
    return { kind, pause_id, slots: content.slots as References };
  }
  if (kind === "reply" && typeof id === "string") {
    const reply = readReply(content);
    const made = Array.isArray(content.artifacts) ? content.artifacts.filter(isArtifact) : [];
    return reply && { kind, id, reply: { ...reply, lines: readLines(content.lines), artifacts: made } };
  }
  return null;
}

const STATUSES = ["accepted", "refused", "gone", "failed", "ok"] as const;

/** What a reply says, but for what there is on the card alone; null where it is none. */
export function readReply({ status, errors, message, data }: Record<string, unknown>): FullReply | null {
  const known = STATUSES.find((one) => one === status);
  return known
    ? {
        status: known,
        errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
        message: typeof message === "string" && message !== "" ? message : null,
        ...(data === undefined ? {} : { data }),
      }
    : null;
}

function readLines(value: unknown): LogLine[] {
  return Array.isArray(value) ? value.filter(isLogLine) : [];
}

function isFieldError(value: unknown): value is FieldError {
  return isObject(value) && Array.isArray(value.path) && typeof value.message === "string";
}

function isLogLine(value: unknown): value is LogLine {
  return isObject(value) && typeof value.number === "number" && typeof value.message === "string";
}

function isArtifact(value: unknown): value is Artifact {
  return isObject(value) && typeof value.id === "string" && typeof value.kind === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
