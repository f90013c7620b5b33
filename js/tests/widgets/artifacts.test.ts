import { beforeEach, describe, expect, it } from "vitest";
import { Artifacts } from "../../src/widgets/artifacts";
import type { Artifact, Table } from "../../src/widgets/model";
import { find, nameOf } from "../make";

const about = { key: null, description: null, created: "2026-11-23T10:00:00Z" };
const text = (data: string, id = "a1"): Artifact => ({ ...about, id, kind: "markdown", data });
const link = (address: string, shown: string | null = null): Artifact => ({
  ...about,
  id: "a1",
  kind: "link",
  data: { link: address, text: shown },
});
const image = (data: string, more: Partial<Artifact> = {}): Artifact =>
  ({ ...about, id: "a1", kind: "image", data, ...more }) as Artifact;
const table = (more: Partial<Table> = {}): Artifact => ({
  ...about,
  id: "a1",
  kind: "table",
  data: { head: ["name", "n"], rows: [["Ada", "3"]], numbers: [false, true], total: 1, width: 2, ...more },
});

let artifacts: Artifacts;

/** Shows artifacts with the section folded out, as a person has it. */
function shown(...all: Artifact[]): HTMLElement {
  const details = artifacts.element as HTMLDetailsElement;
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  artifacts.show(all);
  return details;
}

beforeEach(() => {
  artifacts = new Artifacts(new AbortController().signal);
  document.body.replaceChildren(artifacts.element);
});

describe("the section", () => {
  it("is not there before there is something in it, and counts", () => {
    expect(artifacts.element.hidden).toBe(true);
    artifacts.show([text("one"), text("two", "a2")]);
    expect(artifacts.element.hidden).toBe(false);
    expect(find(artifacts.element, "summary").textContent).toBe("Artifacts2");
  });

  it("draws nothing while it is folded in", () => {
    artifacts.show([text("one")]);
    expect(artifacts.element.querySelector(".hitl-artifact")).toBeNull();
    expect(shown(text("one")).textContent).toContain("one");
  });

  it("draws only what has changed", () => {
    const [one, two] = [text("one"), text("two", "a2")];
    const before = [...shown(one, two).querySelectorAll(".hitl-artifact")];
    const after = [...shown(one, { ...two, data: "2" } as Artifact).querySelectorAll(".hitl-artifact")];
    expect(after[0]).toBe(before[0]);
    expect(after[1]?.textContent).toBe("Markdown2");
  });

  it("names each by its key and shows its description", () => {
    const el = shown({ ...text("**bold**"), key: "summary", description: "What *happened*" });
    expect(nameOf(find(el, ".hitl-artifact"))).toBe("summary");
    expect([...el.querySelectorAll("em, strong")].map((one) => one.textContent)).toEqual([
      "happened",
      "bold",
    ]);
  });
});

describe("Markdown", () => {
  it("holds no HTML", () => {
    const el = shown(text("<img src=x onerror=alert(1)> [x](javascript:alert(1))"));
    expect(el.querySelector("img, a")).toBeNull();
    expect(el.textContent).toContain("<img src=x");
  });
});

describe("a link", () => {
  it.each(["https://example.org/a_(b)", "http://example.org/", "mailto:ana@example.org"])(
    "leads to %s",
    (to) => {
      const found = find<HTMLAnchorElement>(shown(link(to, "there")), "a");
      expect(found.getAttribute("href")).toBe(to);
      expect(found.textContent).toBe("there");
      expect(found.rel).toBe("noopener noreferrer");
    },
  );

  it.each(["javascript:alert(1)", "data:text/html,x", "/lab", "https://"])(
    "of another kind is text: %s",
    (to) => {
      const el = shown(link(to, "there"));
      expect(el.querySelector("a")).toBeNull();
      expect(el.textContent).toContain(`there (${to})`);
    },
  );
});

describe("an image", () => {
  it("has a text for those who cannot see it", () => {
    const found = find<HTMLImageElement>(
      shown(image("https://example.org/x.png", { description: "A map" })),
      "img",
    );
    expect([found.getAttribute("src"), found.alt]).toEqual(["https://example.org/x.png", "A map"]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "x.png"])("is not fetched from %s", (from) => {
    const el = shown(image(from));
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain(from);
  });
});

describe("a table", () => {
  it("has a head, and its numbers on the right", () => {
    const el = shown(table());
    expect([...el.querySelectorAll("th")].map(({ scope, textContent }) => [scope, textContent])).toEqual([
      ["col", "name"],
      ["col", "n"],
    ]);
    expect([...el.querySelectorAll("td.hitl-right")].map((cell) => cell.textContent)).toEqual(["3"]);
    expect(el.querySelector(".hitl-rest")).toBeNull();
  });

  it("without a head has none", () => {
    expect(shown(table({ head: null })).querySelector("thead")).toBeNull();
  });

  it("says how much of it there is", () => {
    const el = shown(table({ total: 12345, width: 70 }));
    expect(find(el, ".hitl-rest").textContent).toBe("1 of 12,345 rows, 2 of 70 columns");
  });

  it("shows nothing for nothing, and text as text", () => {
    const el = shown(table({ rows: [[null, "<b>3</b>"]] }));
    expect([...el.querySelectorAll("td")].map((cell) => cell.textContent)).toEqual(["", "<b>3</b>"]);
  });
});

describe("what is of no known kind", () => {
  it("is text", () => {
    expect(find(shown({ ...about, id: "a1", kind: "text", data: "<i>{}</i>" }), "pre").textContent).toBe(
      "<i>{}</i>",
    );
  });

  it("may be progress", () => {
    expect(find(shown({ ...about, id: "a1", kind: "progress", data: 33.333 }), "p").textContent).toBe(
      "33.3 %",
    );
  });
});
