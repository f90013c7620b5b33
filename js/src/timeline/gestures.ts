/** What a hand does on the plot: drag it, pinch it, turn the wheel over it, point at a bar. */

export interface Hand {
  /** Shows `factor` times as much, and what is at `x` stays there. */
  zoom(factor: number, x: number): void;
  /** By so many pixels. */
  move(by: number): void;
  point(x: number, y: number): void;
  leave(): void;
  choose(x: number, y: number): void;
  enter(x: number, y: number): void;
}

/** Less than this many pixels is a click. */
const SLACK = 4;
const PER_WHEEL = 0.002;
/** A wheel that counts lines or pages. */
const PIXELS = [1, 16, 400];

export function follow(element: HTMLElement, hand: Hand, signal: AbortSignal): void {
  const at = (event: MouseEvent): [number, number] => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  element.addEventListener("wheel", (event) => turned(event, hand, at(event)[0]), { signal, passive: false });
  element.addEventListener("pointerleave", () => hand.leave(), { signal });
  element.addEventListener("dblclick", (event) => hand.enter(...at(event)), { signal });
  followPointers(element, hand, at, signal);
}

/** A wheel without a key scrolls the page, as everywhere; sideways it moves along the time. */
function turned(event: WheelEvent, hand: Hand, x: number): void {
  const scale = PIXELS[event.deltaMode] ?? 1;
  if (event.ctrlKey || event.metaKey) hand.zoom(Math.exp(event.deltaY * scale * PER_WHEEL), x);
  else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) hand.move(-event.deltaX * scale);
  else return;
  event.preventDefault();
}

function followPointers(
  element: HTMLElement,
  hand: Hand,
  at: (event: MouseEvent) => [number, number],
  signal: AbortSignal,
): void {
  const down = new Map<number, number>();
  let travelled = 0;
  const on = (type: "pointerdown" | "pointermove" | "pointerup" | "pointercancel") => {
    return (listener: (event: PointerEvent) => void) => element.addEventListener(type, listener, { signal });
  };
  on("pointerdown")((event) => {
    if (event.button !== 0) return;
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, at(event)[0]);
  });
  on("pointermove")((event) => {
    const [x, y] = at(event);
    // It may have been let go of elsewhere.
    if (event.buttons === 0) down.clear();
    const before = down.get(event.pointerId);
    if (before === undefined) {
      hand.point(x, y);
      return;
    }
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    travelled += Math.abs(x - before);
    if (travelled < SLACK) return;
    // Only now: a captured click would not reach what is below.
    if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
    down.set(event.pointerId, x);
    if (other === undefined) hand.move(x - before);
    else if (x !== other) hand.zoom(Math.abs((before - other) / (x - other)), other);
  });
  on("pointerup")((event) => {
    if (down.delete(event.pointerId) && down.size === 0 && travelled < SLACK) hand.choose(...at(event));
  });
  on("pointercancel")((event) => void down.delete(event.pointerId));
}
