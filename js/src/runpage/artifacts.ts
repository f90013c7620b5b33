/** What the run and those it called have made for people to look at. */

import { markdown } from "../form/markdown";
import { h, uniqueId } from "../shared/dom";
import { watch } from "../shared/ends";
import { Bars } from "../widgets/bars";
import { image, link } from "../widgets/links";
import type { Bar } from "../widgets/model";
import { List } from "./list";
import { many, pairs, text, when } from "./parts";
import type { Reader, Section } from "./section";
import { type Column, VirtualTable } from "./table";
import type { Rows } from "./windows";

interface Artifact {
  readonly id: string;
  readonly key: string | null;
  readonly type: string;
  readonly description: string | null;
  readonly created: string;
  readonly updated: string;
  /** Counts those of its key, in any run. */
  readonly version: number;
  readonly run_name: string;
  readonly data: unknown;
  readonly table: Head | null;
}

/** Of a table whose rows are read when they are seen. */
interface Head {
  readonly columns: readonly string[];
  readonly total: number;
}

type Cells = readonly (string | null)[];

export function artifacts(reader: Reader, signal: AbortSignal): Section {
  const listed = {
    what: "artifacts",
    one: "artifact",
    none: "This run has made no artifacts.",
    key: ({ id }: Artifact) => id,
    draw: (artifact: Artifact, end: AbortSignal) => draw(artifact, reader, end),
  };
  return new List<Artifact>(listed, reader, signal);
}

function draw(artifact: Artifact, reader: Reader, signal: AbortSignal): HTMLElement {
  const { key, description, type, run_name, updated, version } = artifact;
  const title = h("div", { class: "hitl-entry-title", id: uniqueId() }, key ?? nameOf(type));
  const about = [key ? nameOf(type) : "", run_name, when(updated), version > 1 ? `version ${version}` : ""];
  const element = h(
    "div",
    { class: "hitl-made", role: "group", "aria-labelledby": title.id },
    title,
    h("div", { class: "hitl-entry-about" }, about.filter(Boolean).join(" · ")),
  );
  // The words of a bar and of an image are said with them.
  if (description && type !== "progress" && type !== "image") element.append(markdown(description));
  element.append(contentOf(artifact, reader, signal));
  return element;
}

function nameOf(type: string): string {
  return type === "" ? "Artifact" : type.charAt(0).toUpperCase() + type.slice(1);
}

function contentOf(artifact: Artifact, reader: Reader, signal: AbortSignal): HTMLElement {
  const { type, data, key, description, table } = artifact;
  const name = description ?? key ?? nameOf(type);
  if (table) return whenSeen(() => tableOf(artifact.id, key ?? "Table", table, reader, signal), signal);
  if (typeof data === "string") {
    if (type === "markdown") return markdown(data);
    if (type === "image")
      return h("div", {}, image(data, name), ...(description ? [markdown(description)] : []));
  }
  if (isObject(data) && type === "link" && typeof data.link === "string")
    return link(data.link, typeof data.text === "string" ? data.text : null);
  if (type === "progress") return progress(artifact, name);
  return text(typeof data === "string" ? data : JSON.stringify(data, null, 2), name);
}

/** How far something is: a number of per cent, or what a loop says of itself. */
function progress({ id, data }: Artifact, title: string): HTMLElement {
  const bars = new Bars();
  const done = Number(data);
  const said = isObject(data)
    ? (data as unknown as Bar)
    : { progress: done, count: null, total: null, left: null, state: done < 100 ? "going" : "done" };
  bars.show([{ ...said, id, title } as Bar], false);
  return bars.element;
}

/** Draws something when it comes into view: a table is read from the store then, and not before. */
function whenSeen(make: () => HTMLElement, signal: AbortSignal): HTMLElement {
  const place = h("div", { class: "hitl-soon-there" });
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    place.classList.remove("hitl-soon-there");
    place.append(make());
  });
  watch(observer, place, signal);
  return place;
}

/** A row of a table artifact, and the number it goes by. */
interface Numbered {
  readonly number: number;
  readonly cells: Cells;
}

function tableOf(
  id: string,
  name: string,
  { columns, total }: Head,
  reader: Reader,
  signal: AbortSignal,
): HTMLElement {
  const table = new VirtualTable<Numbered>(
    {
      name,
      none: `The table has no rows${columns.length ? `: ${columns.join(", ")}` : ""}.`,
      columns: (rows) => [numberOf(total), ...columnsOf(columns, rows)],
      fetch: async (offset, limit) => {
        const { rows } = await reader.read<Rows<Cells>>("table", { artifact_id: id, offset, limit });
        return { total, rows: rows.map((cells, at) => ({ number: offset + at + 1, cells })) };
      },
      key: ({ number }) => String(number),
      unfold: ({ cells }) =>
        pairs(columns.map((title, at) => [title, text(cells[at] ?? "", title)] as const)),
    },
    signal,
  );
  const size = total > 0 ? `${many(total, "row")}, ${many(columns.length, "column")}` : "";
  return h("div", {}, table.element, h("p", { class: "hitl-table-size" }, size));
}

const LEAST = 5;
const MOST = 36;
const NUMBER = /^-?[\d,. ]+(e[+-]?\d+)?$/i;

/** Columns as wide as their first rows need, with numbers on the right. */
function columnsOf(titles: readonly string[], rows: readonly Numbered[]): Column<Numbered>[] {
  return titles.map((title, at): Column<Numbered> => {
    const texts = rows.map(({ cells }) => cells[at] ?? "").filter(Boolean);
    const longest = texts.reduce((most, one) => Math.max(most, one.length), title.length);
    return {
      title,
      width: Math.min(MOST, Math.max(LEAST, longest + 2)),
      grow: longest > LEAST * 2 ? 1 : 0.001,
      right: texts.length > 0 && texts.every((one) => NUMBER.test(one)),
      cell: ({ cells }) => cells[at] ?? "",
    };
  });
}

function numberOf(total: number): Column<Numbered> {
  const cell = ({ number }: Numbered) => number.toLocaleString("en");
  return { title: "Row", width: total.toLocaleString("en").length + 5, cell };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
