/**
 * The JupyterLab extension of hitl-jupyter, of Notebook 7 and Voila too: it shows where a question waits, and goes
 * there. The list of paused runs and the forms that survive a reload come to live here, on top of `src/form`.
 */

import { Foot } from "../seen/foot";
import { Seen } from "../seen/seen";
import style from "../seen/seen.css";
import { markTitle } from "../seen/title";
import { boardHere } from "../shared/board";
import { h } from "../shared/dom";
import { LabHost } from "./seen";
import type { Shell } from "./shell";

const plugin = {
  id: "hitl-jupyter:plugin",
  description: "Shows flow runs that wait for a person.",
  autoStart: true,
  activate: ({ name, shell }: { name: string; shell: Shell }): void => {
    document.head.append(h("style", {}, style));
    const seen = new Seen(boardHere());
    markTitle(seen);
    new Foot(seen);
    // A page of Voila has no windows: there the line stands at the end of the page.
    if (name !== "Voila") new LabHost(seen, shell);
  },
};

export default plugin;
