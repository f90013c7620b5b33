/** The sections of a run page, in the order of their tabs. */

import { makeLogs } from "./logs";
import type { MakeSection } from "./section";

/** What the kernel can count without reading it all. */
export type Counted = "logs" | "task_runs" | "subflow_runs" | "results" | "artifacts" | "inputs";

export interface Tab {
  /** As the kernel calls it; where it is counted, the count stands in the tab. */
  readonly what: string;
  readonly title: string;
  readonly make: MakeSection;
}

/** Logs, Task Runs, Subflow Runs, Results, Artifacts, Parameters, Details, Inputs, Timeline. */
export const TABS: readonly Tab[] = [{ what: "logs", title: "Logs", make: makeLogs }];
