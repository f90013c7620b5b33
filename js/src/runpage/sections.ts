/** The sections of a run page, in the order of their tabs. */

import { artifacts } from "./artifacts";
import { details } from "./details";
import { inputs } from "./inputs";
import { makeLogs } from "./logs";
import { parameters } from "./parameters";
import { results } from "./results";
import type { MakeSection } from "./section";
import { subflows } from "./subflows";
import { tasks } from "./tasks";
import { timeline } from "./timeline";

/** What the kernel can count without reading it all. */
export type Counted = "logs" | "task_runs" | "subflow_runs" | "results" | "artifacts" | "inputs";

export interface Tab {
  /** As the kernel calls it; where it is counted, the count stands in the tab. */
  readonly what: string;
  readonly title: string;
  readonly make: MakeSection;
}

/** Logs, Task Runs, Subflow Runs, Results, Artifacts, Parameters, Details, Inputs, Timeline. */
export const TABS: readonly Tab[] = [
  { what: "logs", title: "Logs", make: makeLogs },
  { what: "task_runs", title: "Task Runs", make: tasks },
  { what: "subflow_runs", title: "Subflow Runs", make: subflows },
  { what: "results", title: "Results", make: results },
  { what: "artifacts", title: "Artifacts", make: artifacts },
  { what: "parameters", title: "Parameters", make: parameters },
  { what: "details", title: "Details", make: details },
  { what: "inputs", title: "Inputs", make: inputs },
  { what: "timeline", title: "Timeline", make: timeline },
];
