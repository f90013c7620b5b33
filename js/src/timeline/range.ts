/** The part of a run's time that is on the screen, and how it is moved. It never leaves the run. */

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Nearer nobody can look: the ticks end at milliseconds. */
const LEAST = 1;

/** Even a run of no time at all has room for its bars. */
export function wholeOf(from: number, to: number): Range {
  return { from, to: Math.max(to, from + LEAST) };
}

/** Shows `factor` times as much, and `at` stays where it is. */
export function zoomed({ from, to }: Range, whole: Range, factor: number, at = (from + to) / 2): Range {
  const length = Math.min(Math.max((to - from) * factor, LEAST), whole.to - whole.from);
  return within({ from: at - ((at - from) / (to - from)) * length, to: 0 }, length, whole);
}

export function moved({ from, to }: Range, whole: Range, by: number): Range {
  return within({ from: from + by, to }, to - from, whole);
}

/** As little as it takes to have a stretch on the screen, if it fits there. */
export function reaching(range: Range, whole: Range, from: number, to: number): Range {
  if (from >= range.from && to <= range.to) return range;
  return moved(
    range,
    whole,
    from < range.from ? from - range.from : Math.min(to - range.to, from - range.from),
  );
}

function within({ from }: Range, length: number, whole: Range): Range {
  const start = Math.min(Math.max(from, whole.from), whole.to - length);
  return { from: start, to: start + length };
}
