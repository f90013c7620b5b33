/** The levels of log lines, as Python's logging has them. */

const LEVELS: readonly [least: number, name: string][] = [
  [50, "CRITICAL"],
  [40, "ERROR"],
  [30, "WARNING"],
  [20, "INFO"],
  [0, "DEBUG"],
];

/** A level of one's own has the name of the one below it. */
export function levelName(level: number): string {
  return LEVELS.find(([least]) => level >= least)?.[1] ?? "DEBUG";
}
