/** The task runs of a run and of those it called, in the order in which they began. */

import { messageOf, pairs, stateCell, type ToldState, text, took, when } from "./parts";
import type { Reader, Section } from "./section";
import { type Column, VirtualTable } from "./table";
import type { Rows } from "./windows";

interface TaskRun {
  readonly id: string;
  readonly name: string;
  readonly task: string;
  readonly state: ToldState;
  readonly started: string | null;
  readonly ended: string | null;
  readonly seconds: number | null;
  readonly attempts: number;
  readonly cached: boolean;
  readonly run_name: string;
  readonly result: string | null;
}

const COLUMNS: readonly Column<TaskRun>[] = [
  { title: "Name", width: 20, grow: 2, cell: ({ name }) => name },
  { title: "State", width: 14, grow: 4, cell: ({ state }) => stateCell(state) },
  { title: "Started", width: 15, cell: ({ started }) => when(started) },
  { title: "Took", width: 12, right: true, cell: lasted },
  { title: "Attempts", width: 9, right: true, cell: ({ attempts }) => String(attempts) },
  { title: "Run", width: 16, grow: 1, cell: ({ run_name }) => run_name },
];

export function tasks(reader: Reader, signal: AbortSignal): Section {
  return new VirtualTable<TaskRun>(
    {
      name: "Task Runs",
      none: "No task ran in this run.",
      columns: () => COLUMNS,
      fetch: (offset, limit) => reader.read<Rows<TaskRun>>("task_runs", { offset, limit }),
      key: ({ id }) => id,
      unfold,
      lives,
    },
    signal,
  );
}

function lives({ started, ended }: TaskRun): boolean {
  return started !== null && ended === null;
}

function lasted(row: TaskRun): string {
  if (row.started === null || row.ended !== null) return took(row.seconds);
  return took((Date.now() - Date.parse(row.started)) / 1000);
}

function unfold(row: TaskRun): HTMLElement {
  const { task, name, cached, result, ended, state } = row;
  const why =
    ended === null
      ? "None yet."
      : state.type === "COMPLETED"
        ? "Nothing is kept of it."
        : `None: the task run ended as ${state.name}.`;
  return pairs([
    ["Name", name],
    ["Task", task],
    ...messageOf(state),
    ...(cached ? ([["Cached", "The result of an earlier run was taken."]] as const) : []),
    ["Result", result === null ? why : text(result, "Result")],
  ]);
}
