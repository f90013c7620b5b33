/** Images, which a click or Enter enlarges, sounds and films; and the sentence in the place of what cannot be seen. */

import { markdown } from "../form/markdown";
import { h } from "../shared/dom";
import { atEnd } from "../shared/ends";
import type { Captioned, Picture } from "./model";

/** Up to so many pixels an image is a digit or an icon: it is enlarged, and each of its pixels stays to be seen. */
const TINY = 64;
/** To about so many pixels of the page. */
const ENLARGED = 224;
const HIGHEST = 480;

export function problem(text: string): HTMLElement {
  return h("p", { class: "hitl-alert hitl-told" }, text);
}

export function picture(item: Picture, address: string, signal: AbortSignal): HTMLElement {
  const { width = 0, height = 0, scale, alt } = item;
  const longest = Math.max(width, height);
  const tiny = longest > 0 && longest <= TINY;
  const times = tiny ? Math.max(1, Math.floor(ENLARGED / longest)) : Math.min(1 / scale, HIGHEST / height);
  const image = imageOf(item, address, tiny);
  if (longest > 0) image.style.width = `${Math.round(width * times)}px`;
  const button = h("button", { type: "button", class: "hitl-enlarge", title: "Enlarge" }, image);
  const figure = captioned(button, item);
  button.addEventListener("click", () => enlarge(figure, imageOf(item, address, tiny), alt), { signal });
  image.addEventListener("error", () => figure.replaceWith(problem(unseen("image", item))), { signal });
  return figure;
}

function imageOf({ alt }: Picture, address: string, tiny: boolean): HTMLImageElement {
  const image = h("img", { alt, referrerpolicy: "no-referrer", class: tiny ? "hitl-tiny" : undefined });
  image.src = address;
  return image;
}

/** The image as large as the window has room for. Escape, the button and a click beside it close it. */
function enlarge(place: HTMLElement, image: HTMLImageElement, alt: string): void {
  const close = h("button", { type: "button", class: "hitl-button" }, "Close");
  const dialog = h("dialog", { class: "hitl-large", "aria-label": alt }, image, close);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  place.append(dialog);
  dialog.showModal();
}

export function recording(
  item: Captioned & { kind: "audio" | "video" },
  address: string,
  signal: AbortSignal,
): HTMLElement {
  const player = h(item.kind, { controls: true, preload: "metadata", "aria-label": item.alt });
  player.src = address;
  const figure = captioned(player, item);
  player.addEventListener("error", () => figure.replaceWith(problem(unseen(item.kind, item))), { signal });
  atEnd(signal, () => player.pause());
  return figure;
}

const NAMES = { image: "The image", audio: "The sound", video: "The film" };

function unseen(kind: keyof typeof NAMES, { alt, url }: Captioned): string {
  const why =
    url === undefined
      ? "it is broken, or of a kind that this browser does not know."
      : `${url} gave nothing that this browser knows.`;
  return `${NAMES[kind]} (${alt}) cannot be shown here: ${why}`;
}

function captioned(inner: HTMLElement, { caption }: Captioned): HTMLElement {
  const figure = h("figure", { class: "hitl-figure" }, inner);
  if (caption) figure.append(h("figcaption", {}, markdown(caption)));
  return figure;
}
