/**
 * The anywidget entry of the run card.
 *
 * anywidget calls the exported function once per model, so that the state made in `initialize` is shared by all views
 * of that model and survives each of them.
 */

import type { Model } from "./model";
import { putOnBoard } from "./seen";
import { CardState } from "./state";
import { drawCard } from "./view";

interface Initializing {
  model: Model;
  signal: AbortSignal;
}

interface Rendering {
  el: HTMLElement;
  signal: AbortSignal;
}

export default () => {
  let card: CardState | null = null;
  return {
    initialize({ model, signal }: Initializing): void {
      card = new CardState(model, signal);
      putOnBoard(card, model, signal);
    },
    render({ el, signal }: Rendering): void {
      if (!card) throw new Error("The card was shown before it was made.");
      el.classList.add("hitl-place");
      drawCard(card, el, signal);
    },
  };
};
