/** Links and images that a run has made artifacts: an address of another kind is told, and leads nowhere. */

import { safeTarget } from "../form/markdown";
import { h } from "../shared/dom";

const LINKS = /^(https?:\/\/|mailto:)/i;
const IMAGES = /^(https?:\/\/|data:image\/)/i;

export function link(address: string, text: string | null): HTMLElement {
  const target = safeTarget(address, LINKS);
  if (!target) return h("p", {}, text ? `${text} (${address})` : address);
  return h("p", {}, h("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, text || address));
}

export function image(address: string, alt: string): HTMLElement {
  const source = safeTarget(address, IMAGES);
  if (!source)
    return h("p", {}, `The image ${address} cannot be shown: its address is none of http, https or data.`);
  return h("img", { src: source, alt, loading: "lazy", referrerpolicy: "no-referrer" });
}
