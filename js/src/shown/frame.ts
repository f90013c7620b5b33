/**
 * HTML in a frame of its own.
 *
 * Its origin is none: scripts in it run, and reach nothing of the page around, of its cookies or of the kernel. All
 * they can do is tell their height, which has a limit here.
 */

import { h } from "../shared/dom";

const LEAST = 24;
/** What fills the whole height that it gets would otherwise be as high as a frame is by itself. */
const FIRST = 300;

const TELL = `<script>(() => {
  const tell = () => parent.postMessage({hitl: Math.ceil(document.documentElement.getBoundingClientRect().height)}, "*");
  new ResizeObserver(tell).observe(document.documentElement);
  addEventListener("load", tell);
})()</script>`;

export function frame(
  { text, title, height }: { text: string; title: string; height: number },
  signal: AbortSignal,
): HTMLElement {
  const element = h("iframe", { class: "hitl-frame", sandbox: "allow-scripts", title });
  element.referrerPolicy = "no-referrer";
  element.style.height = `${Math.min(FIRST, height)}px`;
  element.srcdoc = text + TELL;
  window.addEventListener(
    "message",
    ({ source, data }: MessageEvent) => {
      if (source !== element.contentWindow || typeof data?.hitl !== "number") return;
      element.style.height = `${Math.min(Math.max(data.hitl, LEAST), height)}px`;
    },
    { signal },
  );
  return element;
}
