/** What a run has made for people to look at: folded in below, drawn once it is folded out. */

import { markdown } from "../form/markdown";
import { h, uniqueId } from "../shared/dom";
import { image, link } from "./links";
import type { Artifact, Table } from "./model";
import { KEPT_ARTIFACTS } from "./state";

export class Artifacts {
  readonly element: HTMLElement;
  readonly #details = h("details", { class: "hitl-artifacts", hidden: true });
  readonly #list = h("div", { class: "hitl-artifact-list" });
  readonly #count = h("span", { class: "hitl-count" });
  readonly #drawn = new Map<string, { artifact: Artifact; element: HTMLElement }>();
  #artifacts: readonly Artifact[] = [];

  constructor(signal: AbortSignal) {
    this.#details.append(h("summary", {}, "Artifacts", this.#count), this.#list);
    this.#details.addEventListener("toggle", () => this.#draw(), { signal });
    this.element = this.#details;
  }

  show(artifacts: readonly Artifact[]): void {
    this.#artifacts = artifacts;
    this.#details.hidden = artifacts.length === 0;
    this.#count.textContent =
      artifacts.length < KEPT_ARTIFACTS ? String(artifacts.length) : `last ${KEPT_ARTIFACTS}`;
    this.#draw();
  }

  #draw(): void {
    if (!this.#details.open) return;
    const ids = new Set(this.#artifacts.map(({ id }) => id));
    for (const [id, { element }] of this.#drawn) {
      if (ids.has(id)) continue;
      element.remove();
      this.#drawn.delete(id);
    }
    for (const artifact of this.#artifacts) {
      const drawn = this.#drawn.get(artifact.id);
      if (drawn?.artifact === artifact) continue;
      const element = drawArtifact(artifact);
      if (drawn) drawn.element.replaceWith(element);
      else this.#list.append(element);
      this.#drawn.set(artifact.id, { artifact, element });
    }
  }
}

function drawArtifact(artifact: Artifact): HTMLElement {
  const { key, description } = artifact;
  const title = h("div", { class: "hitl-artifact-title", id: uniqueId() }, key ?? nameOf(artifact));
  const element = h("div", { class: "hitl-artifact", role: "group", "aria-labelledby": title.id }, title);
  if (description) element.append(markdown(description));
  element.append(contentOf(artifact));
  return element;
}

function nameOf({ kind }: Artifact): string {
  return kind === "text" ? "Artifact" : kind.charAt(0).toUpperCase() + kind.slice(1);
}

function contentOf(artifact: Artifact): HTMLElement {
  switch (artifact.kind) {
    case "markdown":
      return markdown(artifact.data);
    case "table":
      return table(artifact.data);
    case "link":
      return link(artifact.data.link, artifact.data.text);
    case "image":
      return image(artifact.data, artifact.description ?? artifact.key ?? "Image");
    case "progress":
      return h("p", {}, `${Math.round(Number(artifact.data) * 10) / 10} %`);
    default:
      return h("pre", { tabindex: 0 }, artifact.data);
  }
}

function table({ head, rows, numbers, total, width }: Table): HTMLElement {
  const row = (cells: readonly (string | null)[], tag: "th" | "td") =>
    h(
      "tr",
      {},
      ...cells.map((cell, column) =>
        h(
          tag,
          { class: numbers[column] ? "hitl-right" : undefined, scope: tag === "th" ? "col" : undefined },
          cell ?? "",
        ),
      ),
    );
  const inner = h("table", {}, h("tbody", {}, ...rows.map((cells) => row(cells, "td"))));
  if (head) inner.prepend(h("thead", {}, row(head, "th")));
  const box = h("div", { class: "hitl-table", tabindex: 0, role: "group", "aria-label": "Table" }, inner);
  const left = [
    rows.length < total ? `${rows.length} of ${total.toLocaleString("en")} rows` : "",
    numbers.length < width ? `${numbers.length} of ${width.toLocaleString("en")} columns` : "",
  ].filter(Boolean);
  const element = h("div", { class: "hitl-markdown" }, box);
  if (left.length > 0) element.append(h("p", { class: "hitl-rest" }, left.join(", ")));
  return element;
}
