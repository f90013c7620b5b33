/**
 * The anywidget entry of what a question shows: images, sounds, tables, texts, and widgets of the page's own.
 *
 * One such widget serves one question after the other. What it shows comes by message, as bytes, and is in no trait:
 * no page and no notebook file keeps it.
 */

import { h } from "../shared/dom";
import { atEnd } from "../shared/ends";
import { drawItem } from "../shown/draw";
import { problem } from "../shown/media";
import type { ShownModel } from "../shown/model";
import { ShownState } from "../shown/state";
import { show } from "./slots";

interface Initializing {
  model: ShownModel;
  signal: AbortSignal;
}

export default () => {
  let state: ShownState | null = null;
  return {
    initialize({ model, signal }: Initializing): void {
      state = new ShownState(model, signal);
    },
    render({ model, el, signal }: Initializing & { el: HTMLElement }): void {
      if (!state) throw new Error("What is shown was shown before it was made.");
      draw(state, model, el, signal);
    },
  };
};

function draw(state: ShownState, model: ShownModel, el: HTMLElement, signal: AbortSignal): void {
  const root = h("div", { class: "hitl-seen", role: "group", "aria-label": "About this question" });
  el.append(root);
  let places: HTMLElement[] = [];
  let end = new AbortController();
  const put = (at: number) => {
    const item = state.items[at];
    const place = places[at];
    if (!item || !place) return;
    const content = state.content(at);
    if (!content) place.replaceChildren(h("p", { class: "hitl-seen-rest" }, loading(state.size(at))));
    else if (item.kind !== "widget") place.replaceChildren(drawItem(item, content, end.signal));
    else {
      show(item.ref, model.widget_manager, place, end.signal).catch((error: unknown) => {
        console.warn("hitl-jupyter: a widget could not be shown.", error);
        place.replaceChildren(
          problem("This widget cannot be shown here: it was closed, or this page has none."),
        );
      });
    }
  };
  const all = () => {
    end.abort();
    end = new AbortController();
    places = state.items.map(({ kind }) => h("div", { class: `hitl-seen-${kind}` }));
    root.replaceChildren(...places);
    for (let at = 0; at < places.length; at += 1) put(at);
  };
  let drawn = state.items;
  state.changes.add((whole) => {
    if (state.items === drawn) for (const at of whole) put(at);
    else {
      drawn = state.items;
      all();
    }
  }, signal);
  atEnd(signal, () => end.abort());
  all();
}

function loading(size: number): string {
  return `${(size / 1e6).toFixed(1)} MB are on their way…`;
}
