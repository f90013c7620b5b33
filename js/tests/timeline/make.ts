/** Bars as the kernel sends them. */

import type { Reply } from "../../src/timeline/data";

export const START = Date.parse("2026-11-26T10:00:00Z");
type Sent = Reply["bars"][number];

const iso = (after: number) => new Date(START + after).toISOString();

/** Milliseconds after the start. */
export function span(type: string, from: number, to: number | null): Sent["spans"][number] {
  return { state: { type, name: type }, start: iso(from), end: to === null ? null : iso(to) };
}

export function sent(
  id: string,
  from: number,
  to: number | null,
  parent: string | null = null,
  type = to === null ? "RUNNING" : "COMPLETED",
): Sent {
  const name = type[0] + type.slice(1).toLowerCase();
  const { start, end } = span(type, from, to);
  return {
    id,
    kind: "task",
    name: id,
    parent,
    start,
    end,
    state: { type, name },
    spans: [span("RUNNING", from, to)],
  };
}

export function reply(bars: Sent[], more: Partial<Reply> = {}): Reply {
  return {
    start: iso(0),
    end: iso(1000),
    now: iso(2000),
    total: bars.length,
    shown: bars.length,
    bars,
    ...more,
  };
}
