/**
 * Which bar is drawn in which lane: one each, in the order of a tree, what belongs to a run below it.
 *
 * Only where a run has many questions, or many runs of a task, they share lanes, so that two thousand are a picture and
 * no list.
 */

import type { Bar, Look, Stretch } from "./data";

export interface Lane {
  /** By their start; no two at a time. */
  readonly bars: readonly Bar[];
  readonly depth: number;
  readonly label: string;
  /** Of bars that share lanes is not shown how long they had not begun: that may be all of them at a time. */
  readonly shared: boolean;
}

/** More that are alike below one bar share lanes. */
const MANY = 20;
const QUESTIONS = " questions";

/** The bars come by their start. */
export function lanesOf(bars: readonly Bar[]): Lane[] {
  const known = new Set(bars.map(({ id }) => id));
  // What a bar belongs to may be among those that were left out.
  const below = grouped(bars, ({ parent }) => (parent !== null && known.has(parent) ? parent : null));
  const lanes: Lane[] = [];
  const add = (parent: string | null, depth: number) => {
    const bars = below.get(parent) ?? [];
    const leaves = bars.filter(({ id }) => !below.has(id));
    const families = [...grouped(leaves, familyOf)].filter(
      ([name, { length }]) => name !== null && length > MANY,
    );
    const together = new Set(families.flatMap(([, alike]) => alike));
    for (const bar of bars) {
      if (together.has(bar)) continue;
      lanes.push({ bars: [bar], depth, label: bar.name, shared: false });
      add(bar.id, depth + 1);
    }
    // Last, as they may be many lanes.
    for (const [name, alike] of families) {
      const many = alike.length.toLocaleString("en");
      const label = name === QUESTIONS ? `${many} questions` : `${name}, ${many} times`;
      packed(alike).forEach((bars, index) => {
        lanes.push({ bars, depth, label: index === 0 ? label : "", shared: true });
      });
    }
  };
  add(null, 0);
  return lanes;
}

/** What there is to be seen in them. */
export function looksOf(lanes: readonly Lane[]): Set<Look> {
  return new Set(
    lanes.flatMap(({ bars, shared }) => bars.flatMap((bar) => drawnOf(bar, shared).map(({ look }) => look))),
  );
}

export function drawnOf({ stretches }: Bar, shared: boolean): readonly Stretch[] {
  return shared ? stretches.filter(({ look }) => look !== "pending") : stretches;
}

function grouped(bars: readonly Bar[], keyOf: (bar: Bar) => string | null): Map<string | null, Bar[]> {
  const groups = new Map<string | null, Bar[]>();
  for (const bar of bars) {
    const key = keyOf(bar);
    const group = groups.get(key);
    if (group) group.push(bar);
    else groups.set(key, [bar]);
  }
  return groups;
}

/** Runs of one task differ in the last word of their name. */
function familyOf({ kind, name }: Bar): string | null {
  if (kind === "pause") return QUESTIONS;
  return kind === "task" ? name.replace(/[-_ ][^-_ ]*$/, "") : null;
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
