/** The mark in the title of the browser's tab: how many questions wait unseen, in front of what the host says. */

import type { Seen } from "./seen";

const MARK = /^\(\d+\) ● /;

export function markTitle(seen: Seen): void {
  const write = () => {
    const count = seen.unseen.length;
    const plain = document.title.replace(MARK, "");
    const title = count > 0 ? `(${count}) ● ${plain}` : plain;
    if (document.title !== title) document.title = title;
  };
  seen.changes.add(write);
  // The host writes its own title whenever another notebook comes to the front, or this one is renamed.
  new MutationObserver(write).observe(document.head, { childList: true, subtree: true, characterData: true });
}
