/**
 * A small, safe part of Markdown, built as DOM: headings, paragraphs, lists, tables, fenced code, bold, italics, code
 * and links.
 *
 * There is no HTML in it: what is not understood stays text. Links lead to http and https only. Work grows with the
 * length of the text alone, whatever the text is.
 */

import { h } from "../shared/dom";

/** The level of the form's own heading; those of a description lie below it. */
export const FORM_LEVEL = 3;

/** The blocks of a text. */
export function markdown(text: string): HTMLElement {
  const root = h("div", { class: "hitl-markdown" });
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  let at = 0;
  let level = FORM_LEVEL;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      at += 1;
      continue;
    }
    const heading = takeHeading(line, at, level);
    if (heading) level = heading.level;
    const block =
      heading ??
      takeFence(lines, at) ??
      takeList(lines, at) ??
      takeTable(lines, at) ??
      takeParagraph(lines, at);
    root.append(block.element);
    at = block.next;
  }
  return root;
}

interface Block {
  element: HTMLElement;
  next: number;
}

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.+)$/;
const BULLET = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

function takeFence(lines: string[], at: number): Block | null {
  const mark = FENCE.exec(lines[at] ?? "")?.[1];
  if (!mark) return null;
  let end = at + 1;
  while (end < lines.length && !lines[end]?.trim().startsWith(mark)) end += 1;
  const code = h("code", {}, lines.slice(at + 1, end).join("\n"));
  return { element: h("pre", { tabindex: 0 }, code), next: end + 1 };
}

/** No level is left out on the way down, whatever the text does: people walk through a page by its headings. */
function takeHeading(line: string, at: number, above: number): (Block & { level: number }) | null {
  const match = HEADING.exec(line);
  if (!match) return null;
  const level = Math.min(6, above + 1, FORM_LEVEL + (match[1]?.length ?? 1));
  const element = h("div", { class: "hitl-heading", role: "heading", "aria-level": level });
  element.append(...inline(match[2] ?? ""));
  return { element, next: at + 1, level };
}

function takeList(lines: string[], at: number): Block | null {
  const first = BULLET.exec(lines[at] ?? "");
  if (!first) return null;
  const indent = first[1]?.length ?? 0;
  const number = Number.parseInt(first[2] ?? "", 10);
  const list = Number.isNaN(number) ? h("ul") : h("ol", { start: number === 1 ? undefined : number });
  let next = at;
  let item: HTMLElement | null = null;
  while (next < lines.length) {
    const line = lines[next] ?? "";
    const match = BULLET.exec(line);
    const depth = match?.[1]?.length ?? 0;
    if (match && depth > indent + 1 && item) {
      const inner = takeList(lines, next) as Block;
      item.append(inner.element);
      next = inner.next;
    } else if (match && depth >= indent) {
      item = h("li", {}, ...inline(match[3] ?? ""));
      list.append(item);
      next += 1;
    } else if (!match && item && line.trim() !== "" && /^\s+/.test(line)) {
      item.append(" ", ...inline(line.trim()));
      next += 1;
    } else break;
  }
  return { element: list, next };
}

/** The line under a table's head: at least two columns, each of dashes, with colons for its side. */
const RULE = /^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?$/;

function takeTable(lines: string[], at: number): Block | null {
  const rule = (lines[at + 1] ?? "").trim();
  if (!(lines[at] ?? "").includes("|") || !RULE.test(rule)) return null;
  const right = cellsOf(rule).map((dashes) => dashes.endsWith(":"));
  const row = (line: string, tag: "th" | "td") =>
    h(
      "tr",
      {},
      ...cellsOf(line).map((text, column) => {
        const cell = h(tag, { class: right[column] ? "hitl-right" : undefined });
        cell.append(...inline(text));
        return cell;
      }),
    );
  const body = h("tbody");
  let next = at + 2;
  for (; (lines[next] ?? "").includes("|"); next += 1) body.append(row(lines[next] ?? "", "td"));
  const table = h("table", {}, h("thead", {}, row(lines[at] ?? "", "th")), body);
  // Wider than the card, a table scrolls alone, and can be scrolled with the keyboard.
  const element = h(
    "div",
    { class: "hitl-table", tabindex: "0", role: "group", "aria-label": "Table" },
    table,
  );
  return { element, next };
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((text) => text.trim());
}

function takeParagraph(lines: string[], at: number): Block {
  let next = at + 1;
  while (next < lines.length) {
    const line = lines[next] ?? "";
    if (line.trim() === "" || FENCE.test(line) || HEADING.test(line) || BULLET.test(line)) break;
    if (takeTable(lines, next)) break;
    next += 1;
  }
  const element = h("p");
  lines.slice(at, next).forEach((line, index, all) => {
    element.append(...inline(line.trim()));
    if (index === all.length - 1) return;
    element.append(line.endsWith("  ") ? h("br") : " ");
  });
  return { element, next };
}

/** Text with bold, italics, code and links in it. */
export function inline(text: string): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  let plain = "";
  let at = 0;
  const put = (node: Node, next: number) => {
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(node);
    at = next;
  };
  while (at < text.length) {
    const span = takeSpan(text, at);
    if (span) put(span.node, span.next);
    else {
      if (text[at] === "\\" && /[\\`*_[\](){}#+\-.!>~|]/.test(text[at + 1] ?? "")) at += 1;
      plain += text[at] ?? "";
      at += 1;
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

/** How far the end of a link or of bold text is looked for: longer than any, short enough for any text. */
const REACH = 2000;

function takeSpan(text: string, at: number): { node: Node; next: number } | null {
  const mark = text[at];
  if (mark === "`") {
    const end = find(text, "`", at + 1);
    return end > at + 1 ? { node: h("code", {}, text.slice(at + 1, end)), next: end + 1 } : null;
  }
  if (mark === "*" || mark === "_") return takeEmphasis(text, at, mark);
  if (mark === "[") return takeLink(text, at);
  return null;
}

function takeEmphasis(text: string, at: number, mark: "*" | "_"): { node: Node; next: number } | null {
  // snake_case_names are names, not italics.
  if (mark === "_" && /\w/.test(text[at - 1] ?? "")) return null;
  const strong = text[at + 1] === mark;
  const fence = strong ? mark + mark : mark;
  const start = at + fence.length;
  if (/^\s?$/.test(text[start] ?? "")) return null;
  let end = find(text, fence, start + 1);
  if (!strong) while (end > 0 && text[end + 1] === mark && end - at < REACH) end = find(text, fence, end + 2);
  if (end < 0 || /\s/.test(text[end - 1] ?? "")) return null;
  if (mark === "_" && /\w/.test(text[end + fence.length] ?? "")) return null;
  return {
    node: h(strong ? "strong" : "em", {}, ...inline(text.slice(start, end))),
    next: end + fence.length,
  };
}

function takeLink(text: string, at: number): { node: Node; next: number } | null {
  const middle = find(text, "](", at + 1);
  const end = middle < 0 ? -1 : find(text, ")", middle + 2);
  if (end < 0) return null;
  const target = safeTarget(text.slice(middle + 2, end).trim());
  if (!target) return null;
  const link = h("a", { href: target, target: "_blank", rel: "noopener noreferrer" });
  link.append(...inline(text.slice(at + 1, middle)));
  return { node: link, next: end + 1 };
}

/** Where a link may lead, as the browser spells it; null for an address of any other kind. */
export function safeTarget(text: string, kinds = /^https?:\/\//i): string | null {
  if (!kinds.test(text)) return null;
  try {
    return new URL(text).href;
  } catch {
    return null;
  }
}

function find(text: string, what: string, from: number): number {
  const found = text.slice(from, from + REACH).indexOf(what);
  return found < 0 ? -1 : from + found;
}
