/** The runs that a run called, and those that these called, in the order in which they began. */

import { button } from "../shared/dom";
import { messageOf, pairs, stateCell, type ToldState, took, when } from "./parts";
import type { Reader, Section } from "./section";
import { type Column, VirtualTable } from "./table";
import type { Rows } from "./windows";

interface SubflowRun {
  readonly id: string;
  readonly name: string;
  readonly flow_name: string;
  readonly state: ToldState;
  readonly started: string | null;
  readonly ended: string | null;
  readonly seconds_running: number;
  readonly seconds_waiting: number;
}

const columns = (reader: Reader): Column<SubflowRun>[] => [
  { title: "Name", width: 14, grow: 2, cell: ({ name }) => name },
  { title: "Page", width: 6, cell: (row) => opener(row, reader) },
  { title: "Flow", width: 16, grow: 1, cell: ({ flow_name }) => flow_name },
  { title: "State", width: 14, grow: 4, cell: ({ state }) => stateCell(state) },
  { title: "Started", width: 15, cell: ({ started }) => when(started) },
  { title: "Ran", width: 12, right: true, cell: ({ seconds_running }) => took(seconds_running) },
  { title: "Waited", width: 12, right: true, cell: ({ seconds_waiting }) => took(seconds_waiting || null) },
];

export function subflows(reader: Reader, signal: AbortSignal): Section {
  return new VirtualTable<SubflowRun>(
    {
      name: "Subflow Runs",
      none: "This run called no other flow.",
      columns: () => columns(reader),
      fetch: (offset, limit) => reader.read<Rows<SubflowRun>>("subflow_runs", { offset, limit }),
      key: ({ id }) => id,
      unfold: ({ id, name, state }) => pairs([["Name", name], ["Run ID", id], ...messageOf(state)]),
    },
    signal,
  );
}

function opener({ id, name }: SubflowRun, reader: Reader): HTMLElement {
  const open = button("Open", { class: "hitl-link", "data-run": id, "aria-label": `Open ${name}` });
  open.addEventListener("click", () => reader.open(id));
  return open;
}
