/**
 * Which bar is drawn in which lane: one each, in the order of a tree, what belongs to a run below it.
 *
 * Only where a run has many tasks or questions they share lanes, so that two thousand are a picture and no list.
 */

import type { Bar, Kind } from "./data";

export interface Lane {
  /** By their start; no two at a time. */
  readonly bars: readonly Bar[];
  readonly depth: number;
  readonly label: string;
  /** Of bars that share lanes is not shown how long they had not begun: that may be all of them at a time. */
  readonly shared: boolean;
}

/** More of one kind below one bar share lanes. */
const MANY = 20;
const MANY_OF: Partial<Record<Kind, string>> = { task: "task runs", pause: "questions" };

/** The bars come by their start. */
export function lanesOf(bars: readonly Bar[]): Lane[] {
  const known = new Set(bars.map(({ id }) => id));
  const below = new Map<string | null, Bar[]>();
  for (const bar of bars) {
    // What a bar belongs to may be among those that were left out.
    const parent = bar.parent !== null && bar.parent !== bar.id && known.has(bar.parent) ? bar.parent : null;
    const siblings = below.get(parent);
    if (siblings) siblings.push(bar);
    else below.set(parent, [bar]);
  }
  const lanes: Lane[] = [];
  const add = (parent: string | null, depth: number) => {
    const rest = new Set(below.get(parent));
    for (const [kind, title] of Object.entries(MANY_OF)) {
      const leaves = [...rest].filter((bar) => bar.kind === kind && !below.has(bar.id));
      if (leaves.length <= MANY) continue;
      const label = `${leaves.length.toLocaleString("en")} ${title}`;
      packed(leaves).forEach((together, index) => {
        lanes.push({ bars: together, depth, label: index === 0 ? label : "", shared: true });
      });
      for (const bar of leaves) rest.delete(bar);
    }
    for (const bar of rest) {
      lanes.push({ bars: [bar], depth, label: bar.name, shared: false });
      add(bar.id, depth + 1);
    }
  };
  add(null, 0);
  return lanes;
}

/** Puts each bar that has begun into the first lane that is free by then. There is one lane at least. */
function packed(bars: readonly Bar[]): Bar[][] {
  const begun = bars.flatMap((bar) => (bar.begun === null ? [] : [{ bar, from: bar.begun }]));
  begun.sort((one, other) => one.from - other.from);
  const lanes: { bars: Bar[]; until: number }[] = [{ bars: [], until: Number.NEGATIVE_INFINITY }];
  for (const { bar, from } of begun) {
    const until = bar.end ?? Number.POSITIVE_INFINITY;
    const free = lanes.find((lane) => lane.until <= from);
    if (free) {
      free.bars.push(bar);
      free.until = until;
    } else lanes.push({ bars: [bar], until });
  }
  return lanes.map((lane) => lane.bars);
}
