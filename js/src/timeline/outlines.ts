/** Where each stretch of each bar is: the rectangles of one part of the lanes, in one path for each look. */

import type { Bar, Look } from "./data";
import { drawnOf, type Lane } from "./lanes";
import type { Range } from "./range";

/** How high a lane is, in pixels; and so much more where its name stands above the bars, and not beside them. */
export const LANE = 22;
export const NAME = 16;
/** What is shorter than this would not be seen. */
const LEAST = 2;
/** From the edge of its lane: what waits is thinner than what runs, what failed is found among two thousand. */
const INSET: Record<Look, number> = {
  completed: 4,
  running: 4,
  failed: 2,
  cancelled: 4,
  waiting: 6,
  pending: 9,
};

export interface Sight {
  readonly range: Range;
  /** In pixels. */
  readonly width: number;
  readonly now: number;
  /** How high a lane is, in pixels. The bars are at its foot. */
  readonly lane: number;
}

/** The pixel of a time. */
export function placeOf(at: number, { range, width }: Sight): number {
  return ((at - range.from) / (range.to - range.from)) * width;
}

/** The ends of a bar on the screen, or null where it is not on it. */
function extentOf(from: number, to: number, sight: Sight): [number, number] | null {
  if (from > sight.range.to || to < sight.range.from) return null;
  // Far beyond the edges the numbers would grow too large to be drawn.
  const left = Math.max(-LANE, placeOf(from, sight));
  const right = Math.min(sight.width + LANE, placeOf(to, sight));
  return [Math.min(left, sight.width - LEAST), Math.max(right, left + LEAST)];
}

export function outlinesOf(lanes: readonly Lane[], sight: Sight): Map<Look, string> {
  const outlines = new Map<Look, string>();
  lanes.forEach(({ bars, shared }, index) => {
    // What adds less than a pixel to what is there is not seen: zoomed out, that is most of two thousand.
    const reached = new Map<Look, number>();
    for (const bar of bars) {
      for (const { look, from, to } of drawnOf(bar, shared)) {
        const extent = extentOf(from, to ?? sight.now, sight);
        if (!extent || extent[1] < (reached.get(look) ?? Number.NEGATIVE_INFINITY) + 1) continue;
        reached.set(look, extent[1]);
        const height = LANE - 2 * INSET[look];
        const [left, right] = extent.map((one) => Math.round(one * 10) / 10) as [number, number];
        const shape = `M${left},${(index + 1) * sight.lane - LANE + INSET[look]}H${right}v${height}H${left}z`;
        outlines.set(look, (outlines.get(look) ?? "") + shape);
      }
    }
  });
  return outlines;
}

/** Where a bar is in its lane. */
export function extentIn(lane: Lane, bar: Bar, sight: Sight): [number, number] | null {
  return extentOf((lane.shared && bar.begun) || bar.start, bar.end ?? sight.now, sight);
}

/** The bar under a point, or the nearest within a few pixels, as a bar may be two of them wide. */
export function barAt(lane: Lane | undefined, x: number, sight: Sight): Bar | null {
  if (!lane) return null;
  let nearest: Bar | null = null;
  let least = 4;
  for (const bar of lane.bars) {
    const extent = extentIn(lane, bar, sight);
    if (!extent) continue;
    const distance = Math.max(extent[0] - x, x - extent[1], 0);
    if (distance < least) [nearest, least] = [bar, distance];
  }
  return nearest;
}
