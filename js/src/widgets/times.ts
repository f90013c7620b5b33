/** What the head of a card says of its run in short: since when, how long, how much. */

import { clock, duration } from "../shared/time";
import type { Run, Tree } from "./model";

const OVER = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED", "NOT_READY"];
const BAD = ["FAILED", "CRASHED", "NOT_READY"];

/** "started 10:42:03", "taken up again 11:02:41", "ran 12 s", "waited 1 min 03 s", "3 answers". */
export function timesOf(run: Run, now: Date): string[] {
  if (!run.started) return [];
  return [
    `started ${clock(new Date(run.started), now)}`,
    ...(run.taken_up ? [`taken up again ${clock(new Date(run.taken_up), now)}`] : []),
    ...spentOf(run, now),
    ...(run.answered > 0 ? [count(run.answered, "answer")] : []),
  ];
}

/** "ran 12 s", "waited 1 min 03 s". */
export function spentOf(run: Run, now: Date): string[] {
  if (!run.started) return [];
  const until = run.ended ? new Date(run.ended) : now;
  // Of the run of the card the kernel says since when it, or a run that it called, waits.
  const paused = run.paused_since ?? (run.state?.type === "PAUSED" ? run.state.timestamp : null);
  const since = paused && !run.ended ? Date.parse(paused) : null;
  // The kernel's clock may be ahead of the browser's: no time is below 0.
  const waited = run.seconds_paused * 1000 + (since === null ? 0 : Math.max(0, now.getTime() - since));
  const ran = until.getTime() - Date.parse(run.started) - waited;
  const times = [`${run.state?.type === "RUNNING" ? "running" : "ran"} ${duration(ran)}`];
  if (since !== null) times.push(`waiting ${duration(waited)}`);
  else if (waited >= 1000) times.push(`waited ${duration(waited)}`);
  return times;
}

/** "812 of 1,000 tasks, 1 failed", or nothing. */
export function tasksOf({ tasks = {} }: Partial<Tree>): string[] {
  const sum = (states: readonly string[]) => states.reduce((all, state) => all + (tasks[state] ?? 0), 0);
  const total = sum(Object.keys(tasks));
  if (total === 0) return [];
  const [over, bad] = [sum(OVER), sum(BAD)];
  const done = over < total ? `${over.toLocaleString("en")} of ` : "";
  return [`${done}${count(total, "task")}${bad > 0 ? `, ${bad.toLocaleString("en")} failed` : ""}`];
}

/** "answer within 4 min 12 s", by the nearest of some deadlines, and whether that is soon; or nothing. */
export function dueOf(
  deadlines: readonly (string | null)[],
  now: Date,
): { text: string; soon: boolean } | null {
  const times = deadlines.filter((one) => one !== null).map((one) => Date.parse(one));
  if (times.length === 0) return null;
  const left = Math.min(...times) - now.getTime();
  const text = left > 0 ? `answer within ${duration(left)}` : "the time to answer is over";
  return { text, soon: left < 60_000 };
}

/** "1 artifact", "2,000 artifacts". */
export function count(number: number, what: string): string {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}
