/** The anywidget entry of the run page: all that the store has of one run, read where somebody looks. */

import { Page, type PageModel } from "../runpage/page";
import { drawPage } from "../runpage/trail";

export default () => {
  let page: Page | null = null;
  return {
    initialize({ model, signal }: { model: PageModel; signal: AbortSignal }): void {
      page = new Page(model, signal);
    },
    render({ el, signal }: { el: HTMLElement; signal: AbortSignal }): void {
      if (!page) throw new Error("The page was shown before it was made.");
      el.classList.add("hitl-place");
      drawPage(page, el, signal);
    },
  };
};
