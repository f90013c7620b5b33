/** What the timeline says in words: ticks, moments, how long, and a bar as a whole. */

import { timeTicks } from "d3-time";
import { clockOfLog, duration } from "../shared/time";
import { type Bar, type Kind, LOOKS } from "./data";
import type { Range } from "./range";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** Of the labels of ticks, in pixels: a letter, what is between two, and the least that two are apart. */
const LETTER = 6;
const GAP = 14;
const LEAST = 40;

export interface Tick {
  /** In pixels. */
  readonly x: number;
  /** Empty where it would not fit. */
  readonly label: string;
}

/** As many whole seconds, hours, days of the browser's own zone as there is room for. */
export function ticksOf({ from, to }: Range, width: number): Tick[] {
  const ticks = (count: number): Tick[] => {
    const dates = timeTicks(new Date(from), new Date(to), count);
    const step = dates[0] && dates[1] ? dates[1].getTime() - dates[0].getTime() : to - from;
    return dates.map((at) => {
      const x = ((at.getTime() - from) / (to - from)) * width;
      const label = tickLabel(at, step);
      return { x, label: x + widthOf(label) < width ? label : "" };
    });
  };
  for (let count = Math.floor(width / LEAST); count > 1; count -= 1) {
    const tried = ticks(count);
    if (
      tried.every(
        ({ x, label }, index) => x + widthOf(label) <= (tried[index + 1]?.x ?? Number.POSITIVE_INFINITY),
      )
    )
      return tried;
  }
  return ticks(1).map((tick, index) => (index === 0 ? tick : { ...tick, label: "" }));
}

function widthOf(label: string): number {
  return label.length * LETTER + GAP;
}

function tickLabel(at: Date, step: number): string {
  if (step >= 28 * DAY) return at.toLocaleDateString(undefined, { month: "short", year: "numeric" });
  const time = clockOfLog(at);
  if (step >= DAY / 2 || time.startsWith("00:00:00.000")) return day(at);
  if (step >= MINUTE) return time.slice(0, 5);
  return step >= SECOND ? time.slice(0, 8) : time;
}

function day(at: Date): string {
  return at.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** "23 Nov, 10:42:03", or without the day where that is `beside` it. */
export function moment(at: number, beside?: number): string {
  const date = new Date(at);
  const time = clockOfLog(date).slice(0, 8);
  const same = beside !== undefined && new Date(beside).toDateString() === date.toDateString();
  return same ? time : `${day(date)}, ${time}`;
}

/** "0.4 ms", "120 ms", "8.3 s", "2 min 05 s". */
export function lasted(milliseconds: number): string {
  if (milliseconds >= MINUTE) return duration(milliseconds);
  const few = (number: number) => String(Number(number.toFixed(number < 10 ? 1 : 0)));
  return milliseconds < SECOND - 0.5 ? `${few(milliseconds)} ms` : `${(milliseconds / SECOND).toFixed(1)} s`;
}

export const KINDS: Record<Kind, string> = {
  flow: "flow run",
  subflow: "subflow run",
  task: "task run",
  pause: "question",
};

/** "23 Nov, 10:42:03 to 10:45:12, 3 min 09 s", and how long of it nobody had answered. */
export function timesOf(bar: Bar, now: number): string {
  const end = bar.end ?? now;
  const until = bar.end === null ? "now" : moment(end, bar.start);
  const times = `${moment(bar.start)} to ${until}, ${lasted(end - bar.start)}`;
  const waited = waitedOf(bar, now);
  return bar.kind === "pause" || waited === 0
    ? times
    : `${times}, of it ${lasted(waited)} waiting for a person`;
}

function waitedOf(bar: Bar, now: number): number {
  return bar.stretches
    .filter(({ look }) => look === "waiting")
    .reduce((sum, { from, to }) => sum + (to ?? now) - from, 0);
}

/** The name of its state; a question only waits. */
export function stateOf({ kind, state, end }: Bar): string {
  return kind === "pause" && end === null ? LOOKS.waiting : state.name;
}
