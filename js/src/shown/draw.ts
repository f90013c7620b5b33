/** One item as the page shows it. What people and models have written is text; HTML lives in a frame of its own. */

import { markdown } from "../form/markdown";
import { h } from "../shared/dom";
import { atEnd } from "../shared/ends";
import { diff } from "./diff";
import { frame } from "./frame";
import { picture, problem, recording } from "./media";
import type { Item } from "./model";
import { table } from "./table";

/** Draws an item whose bytes are here. What it puts on the page goes with the signal. */
export function drawItem(
  item: Exclude<Item, { kind: "widget" }>,
  content: Blob,
  signal: AbortSignal,
): HTMLElement {
  switch (item.kind) {
    case "markdown":
      return markdown(item.text);
    case "text":
      return h("pre", { class: "hitl-seen-text", tabindex: 0 }, item.text);
    case "html":
      return frame(item, signal);
    case "image":
      return picture(item, addressOf(item.url, content, signal), signal);
    case "audio":
    case "video":
      return recording(item, addressOf(item.url, content, signal), signal);
    case "table":
      return table(item);
    case "diff":
      return diff(item);
    case "problem":
      return problem(item.text);
    default:
      return problem("This cannot be shown here: the page is older than the kernel. Reload it.");
  }
}

function addressOf(url: string | undefined, content: Blob, signal: AbortSignal): string {
  if (url !== undefined) return url;
  const address = URL.createObjectURL(content);
  atEnd(signal, () => URL.revokeObjectURL(address));
  return address;
}
