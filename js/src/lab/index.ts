/**
 * The JupyterLab extension of hitl-jupyter, of Notebook 7 and Voila too: it shows where a question waits, and goes
 * there; and what runs stays when the page is loaded again.
 */

import { Foot } from "../seen/foot";
import { Seen } from "../seen/seen";
import style from "../seen/seen.css";
import { markTitle } from "../seen/title";
import { boardHere } from "../shared/board";
import { h } from "../shared/dom";
import type { Registry } from "./kernel";
import { LabHost } from "./seen";
import type { Shell } from "./shell";
import { stay } from "./stay";
import { letTheKernelEnd } from "./voila";

const plugin = {
  id: "hitl-jupyter:plugin",
  description: "Shows flow runs that wait for a person.",
  autoStart: true,
  activate: ({ name, shell, docRegistry }: { name: string; shell: Shell; docRegistry?: Registry }): void => {
    document.head.append(h("style", {}, style));
    const seen = new Seen(boardHere());
    markTitle(seen);
    new Foot(seen);
    // A page of Voila has no windows: there the line stands at the end of the page.
    if (name === "Voila") letTheKernelEnd();
    else new LabHost(seen, shell);
    if (docRegistry) stay(docRegistry);
  },
};

export default plugin;
