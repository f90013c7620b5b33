/** The bars of a run as the kernel sends them, with their times as numbers: milliseconds, with the microseconds kept. */

export type Kind = "flow" | "subflow" | "task" | "pause";

interface Named {
  readonly type: string;
  readonly name: string;
}
interface Sent<T> {
  readonly start: T;
  /** Null while it goes on. */
  readonly end: T | null;
}
interface Span<T> extends Sent<T> {
  readonly state: Named;
}
interface Of<T> extends Sent<T> {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  /** The bar that it belongs to. */
  readonly parent: string | null;
  readonly state: Named;
  /** The states it was in, one after the other, without the one that it ended in. */
  readonly spans: readonly Span<T>[];
}
export interface Bar extends Of<number> {
  /** What is drawn of it. */
  readonly stretches: readonly Stretch[];
  /** Since when it does something, or waits for a person; null while it has not begun. */
  readonly begun: number | null;
}

export interface Reply {
  readonly start: string | null;
  readonly end: string | null;
  readonly now: string;
  readonly total: number;
  readonly shown: number;
  readonly bars: readonly Of<string>[];
}

export interface Timeline {
  readonly start: number;
  /** Null while the run lives. */
  readonly end: number | null;
  /** By the clock of the kernel, which may not be the browser's. */
  readonly now: number;
  readonly total: number;
  /** By their start. */
  readonly bars: readonly Bar[];
}

export function timelineOf({ start, end, now, total, bars }: Reply): Timeline {
  const at = instant(now);
  const drawn = bars.map(barOf);
  drawn.sort((one, other) => one.start - other.start);
  const first = drawn[0]?.start ?? (start ? instant(start) : at);
  return { start: first, end: end === null ? null : instant(end), now: at, total, bars: drawn };
}

function barOf(sent: Of<string>): Bar {
  const spans = sent.spans.map(timed);
  const { start, end } = times(sent);
  // It is made before it is in any state: the first run of a kernel opens the store meanwhile.
  const bar = { ...sent, start: spans[0]?.start ?? start, end, spans };
  const stretches = stretchesOf(bar);
  return { ...bar, stretches, begun: stretches.find(({ look }) => look !== "pending")?.from ?? null };
}

function timed(span: Span<string>): Span<number> {
  return { ...span, ...times(span) };
}

function times({ start, end }: Sent<string>): Sent<number> {
  return { start: instant(start), end: end === null ? null : instant(end) };
}

/** A Date ends at milliseconds, and a task may be over in less. */
function instant(text: string): number {
  const beyond = /\.\d{3}(\d+)/.exec(text)?.[1];
  return Date.parse(text) + (beyond ? Number(`0.${beyond}`) : 0);
}

/** How a stretch of time is drawn, and what the legend says to it; the last lie on top. */
export const LOOKS = {
  pending: "Not begun",
  running: "Running",
  waiting: "Waiting for a person",
  completed: "Completed",
  cancelled: "Cancelled",
  failed: "Failed",
} as const;
export type Look = keyof typeof LOOKS;

export interface Stretch {
  readonly look: Look;
  readonly from: number;
  /** Null: to now. */
  readonly to: number | null;
}

/** What begins within this many milliseconds is not drawn as not begun. */
const AT_ONCE = 1;

/** What it ran before a try failed is of that look, the rest of the state that it is in. */
function stretchesOf({ kind, start, end, state, spans }: Of<number>): Stretch[] {
  if (kind === "pause") return [{ look: "waiting", from: start, to: end }];
  const last = lookOfRunning(state.type);
  if (spans.length === 0) return [{ look: last, from: start, to: end }];
  const all = spans.map((span, index): Stretch => {
    return {
      look: lookOf(span.state.type, spans[index + 1]?.state.type, last),
      from: span.start,
      to: span.end,
    };
  });
  const seen = all.filter(({ look, from, to }) => look !== "pending" || to === null || to - from > AT_ONCE);
  return seen.length > 0 ? seen : all;
}

function lookOf(state: string, next: string | undefined, last: Look): Look {
  if (state === "PAUSED") return "waiting";
  if (state === "PENDING" || state === "SCHEDULED") return "pending";
  // Another try is scheduled only after one that failed.
  return next === "FAILED" || next === "SCHEDULED" ? "failed" : last;
}

function lookOfRunning(type: string): Look {
  if (type === "COMPLETED") return "completed";
  if (type === "FAILED" || type === "CRASHED") return "failed";
  if (type === "CANCELLED" || type === "CANCELLING") return "cancelled";
  return type === "PENDING" || type === "SCHEDULED" ? "pending" : "running";
}
