/** What lasts no longer than a signal says: a view, a card. */

/** Calls back when it is over. */
export function atEnd(signal: AbortSignal, callback: () => void): void {
  signal.addEventListener("abort", callback, { once: true });
}

/** Calls back whenever the page may be about to go; a telephone tells no more than that it hides. */
export function atLeaving(signal: AbortSignal, callback: () => void): void {
  const hidden = () => document.visibilityState === "hidden" && callback();
  document.addEventListener("visibilitychange", hidden, { signal });
  window.addEventListener("pagehide", callback, { signal });
}

/** Calls back at an interval, in milliseconds. */
export function every(interval: number, callback: () => void, signal: AbortSignal): void {
  const timer = setInterval(callback, interval);
  atEnd(signal, () => clearInterval(timer));
}

/** Has an element looked at. */
export function watch(
  observer: IntersectionObserver | ResizeObserver,
  element: Element,
  signal: AbortSignal,
): void {
  observer.observe(element);
  atEnd(signal, () => observer.disconnect());
}
