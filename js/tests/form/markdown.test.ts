import { describe, expect, it } from "vitest";
import { markdown } from "../../src/form/markdown";

const html = (text: string) => markdown(text).innerHTML;

describe("Markdown", () => {
  it("has paragraphs, bold, italics and code", () => {
    expect(html("One **two** *three* `four`\nfive\n\nsix")).toBe(
      "<p>One <strong>two</strong> <em>three</em> <code>four</code> five</p><p>six</p>",
    );
  });
  it("has tables, with numbers to the right, between paragraphs", () => {
    expect(html("Costs:\n| what | price |\n|---|---:|\n| **GPU** | 5 |\n\nthen")).toBe(
      "<p>Costs:</p>" +
        '<div class="hitl-table" tabindex="0" role="group" aria-label="Table"><table><thead><tr><th>what</th>' +
        '<th class="hitl-right">price</th></tr></thead><tbody><tr><td><strong>GPU</strong></td>' +
        '<td class="hitl-right">5</td></tr></tbody></table></div><p>then</p>',
    );
  });
  it("takes no bar for a table", () => {
    expect(html("a | b\nc | d")).toBe("<p>a | b c | d</p>");
  });
  it("has headings below the form's own", () => {
    expect(html("# Top")).toBe('<div class="hitl-heading" role="heading" aria-level="4">Top</div>');
  });
  it("leaves no level of headings out", () => {
    const levels = [...markdown("## a\n#### b\n# c").children].map((one) => one.getAttribute("aria-level"));
    expect(levels).toEqual(["4", "5", "4"]);
  });
  it("has lists, lists in lists, and numbers that go on", () => {
    expect(html("- a\n  - b\n- c")).toBe("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>");
    expect(html("3. a\n4. b")).toBe('<ol start="3"><li>a</li><li>b</li></ol>');
  });
  it("leaves fenced code as it is", () => {
    expect(markdown("```py\n*x* = <1>\n```").querySelector("pre")?.textContent).toBe("*x* = <1>");
  });
  it("keeps snake_case names and lone stars", () => {
    expect(markdown("my_var_name and 2 * 3 * 4").textContent).toBe("my_var_name and 2 * 3 * 4");
    expect(markdown("my_var_name and 2 * 3 * 4").querySelector("em")).toBeNull();
  });
  it("takes a mark with a backslash as itself", () => {
    expect(html("\\*not bold\\*")).toBe("<p>*not bold*</p>");
  });
});

describe("what could harm", () => {
  it("HTML is text", () => {
    const root = markdown("<img src=x onerror=alert(1)> <b>bold</b>");
    expect(root.querySelector("img, b")).toBeNull();
    expect(root.textContent).toBe("<img src=x onerror=alert(1)> <b>bold</b>");
  });
  it.each(["javascript:alert(1)", "data:text/html,x", "//example.org", "JaVaScRiPt:x", "https://"])(
    "a link to %s is no link",
    (target) => {
      const root = markdown(`[here](${target})`);
      expect(root.querySelector("a")).toBeNull();
      expect(root.textContent).toContain("here");
    },
  );
  it("a link to https is one, in a page of its own", () => {
    const link = markdown('[**here**](https://example.org/a"b)').querySelector("a");
    expect(link?.getAttribute("href")).toBe("https://example.org/a%22b");
    expect(link?.rel).toBe("noopener noreferrer");
    expect(link?.textContent).toBe("here");
  });
  // In time is before vitest ends the test, and not a span that a busy machine exceeds.
  it.each([
    ["*a ", 29_999],
    ["**a ", 39_999],
    ["[", 10_000],
    ["[a](", 40_000],
    ["_a_", 30_000],
    ["`", 0],
    ["* ** ", 49_998],
  ])(
    "%j ten thousand times is drawn in time",
    (piece, length) => {
      expect(markdown(piece.repeat(10_000)).textContent).toHaveLength(length);
    },
    60_000,
  );
});
