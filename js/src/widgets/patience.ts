/** What is said where the kernel does not reply: it may be busy or gone. */

import { atEnd } from "../shared/ends";

/** After so many milliseconds without a sign of the kernel the card says so. */
export const SILENCE = 3000;

export const SILENT = "The kernel has not answered yet: it is busy, or no longer there.";

/** Waits for a reply, and says in `place` that there is none for long. */
export function patiently<T>(place: HTMLElement, reply: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = setTimeout(() => {
    place.textContent = SILENT;
  }, SILENCE);
  const given = () => clearTimeout(late);
  atEnd(signal, given);
  return reply.finally(given);
}
