/** What the run, its tasks and the runs it called have given, as far as it is kept. */

import { sizeOf } from "../form/size";
import { pairs, text, when } from "./parts";
import type { Reader, Section } from "./section";
import { type Column, VirtualTable } from "./table";
import type { Rows } from "./windows";

interface Result {
  readonly of: "flow run" | "subflow run" | "task run";
  readonly name: string;
  readonly at: string;
  readonly size: number | null;
  readonly serializer: string | null;
  /** The beginning of what is text; of a table or an array there is none. */
  readonly text: string;
  readonly kept: boolean;
}

const COLUMNS: readonly Column<Result>[] = [
  { title: "Name", width: 20, grow: 1, cell: ({ name }) => name },
  { title: "Of", width: 12, cell: (row) => row.of },
  { title: "At", width: 15, cell: ({ at }) => when(at) },
  { title: "Size", width: 10, right: true, cell: ({ size }) => (size === null ? "" : sizeOf(size)) },
  { title: "Value", width: 24, grow: 2, cell: (row) => told(row).slice(0, 200) },
];

export function results(reader: Reader, signal: AbortSignal): Section {
  return new VirtualTable<Result>(
    {
      name: "Results",
      none: "This run has no results yet.",
      columns: () => COLUMNS,
      fetch: (offset, limit) => reader.read<Rows<Result>>("results", { offset, limit }),
      key: (row) => `${row.of} ${row.name} ${row.at}`,
      unfold,
    },
    signal,
  );
}

function told({ text: value, kept, serializer }: Result): string {
  if (!kept) return "The value is not kept.";
  return value || (serializer ? `Kept as ${serializer}.` : "Kept.");
}

function unfold(row: Result): HTMLElement {
  return pairs([
    ["Name", row.name],
    ...(row.serializer ? ([["Kept as", row.serializer]] as const) : []),
    ["Value", row.text ? text(row.text, "Value") : told(row)],
  ]);
}
