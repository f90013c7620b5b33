/** What a question shows, drawn from the messages of the kernel: bytes in parts, text as text, a sentence for the rest. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Item } from "../../src/shown/model";
import entry from "../../src/widgets/shown";

type Heard = (content: unknown, buffers: DataView[]) => void;

/** The model of a page whose kernel is the test. */
class FakeModel {
  readonly sent: unknown[] = [];
  readonly heard = new Set<Heard>();
  on(_: "msg:custom", callback: Heard): void {
    this.heard.add(callback);
  }
  off(_: "msg:custom", callback: Heard): void {
    this.heard.delete(callback);
  }
  send(content: unknown): void {
    this.sent.push(content);
  }
  tell(content: unknown, ...parts: number[][]): void {
    const buffers = parts.map((bytes) => new DataView(new Uint8Array(bytes).buffer));
    for (const callback of this.heard) callback(content, buffers);
  }
}

let end: AbortController;
let model: FakeModel;
let el: HTMLElement;

function open(): void {
  const widget = entry();
  widget.initialize({ model, signal: end.signal });
  widget.render({ model, el, signal: end.signal });
}

function shows(items: unknown[], sizes: number[] = items.map(() => 0), number = 1): object {
  return { kind: "contents", number, items, sizes, parts: [] };
}

const IMAGE: Item = {
  kind: "image",
  alt: "A cat",
  caption: null,
  mime: "image/png",
  scale: 1,
  width: 28,
  height: 20,
};

beforeEach(() => {
  end = new AbortController();
  model = new FakeModel();
  el = document.body.appendChild(document.createElement("div"));
  let made = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    made += 1;
    return `blob:${made}/${(blob as Blob).size}`;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => undefined);
});

afterEach(() => {
  end.abort();
  el.remove();
});

test("a page asks for what is shown, and draws it when it comes", () => {
  open();
  expect(model.sent).toEqual([{ kind: "hello" }]);
  model.tell(shows([{ kind: "markdown", text: "**Well?**" }]));
  expect(el.querySelector("strong")?.textContent).toBe("Well?");
});

test("what people and models have written is text", () => {
  open();
  const evil = "<img src=x onerror=alert(1)>";
  model.tell(
    shows([
      { kind: "markdown", text: evil },
      { kind: "text", text: evil },
      { kind: "problem", text: evil },
      { kind: "diff", names: [evil, evil], rows: [["-", [[evil, true]]]], note: evil },
      {
        kind: "table",
        head: [evil],
        index: [evil],
        rows: [[evil]],
        numbers: [false],
        total: 2,
        width: 1,
        caption: evil,
      },
    ]),
  );
  expect(el.querySelectorAll("img, script").length).toBe(0);
  expect(el.textContent?.split(evil).length).toBe(12);
});

test("bytes that come in parts are put together, and drawn when they are whole", () => {
  open();
  model.tell({ ...shows([IMAGE], [5]), parts: [0] }, [1, 2]);
  expect(el.textContent).toContain("0.0 MB are on their way");
  model.tell({ kind: "more", number: 1, parts: [0] }, [3, 4, 5]);
  expect(el.querySelector("img")?.src).toBe("blob:1/5");
});

test("parts of what was shown before are none of what is shown now", () => {
  open();
  model.tell({ ...shows([IMAGE], [2]), parts: [0] }, [1]);
  model.tell({ ...shows([IMAGE], [2], 2), parts: [0] }, [1]);
  model.tell({ kind: "more", number: 1, parts: [0] }, [9]);
  expect(el.querySelector("img")).toBeNull();
  model.tell({ kind: "more", number: 2, parts: [0] }, [2]);
  expect(el.querySelector("img")?.src).toBe("blob:1/2");
});

test("what another page has asked for is not drawn anew", () => {
  open();
  const first = { ...shows([IMAGE], [2]), parts: [0] };
  model.tell(first, [1, 2]);
  const image = el.querySelector("img");
  model.tell(first, [1, 2]);
  expect(el.querySelector("img")).toBe(image);
});

test("another question's image takes the place of the first, whose address is let go", () => {
  open();
  model.tell({ ...shows([IMAGE], [1]), parts: [0] }, [1]);
  model.tell({ ...shows([{ ...IMAGE, alt: "A dog" }], [1], 2), parts: [0] }, [2]);
  expect(el.querySelectorAll("img").length).toBe(1);
  expect(el.querySelector("img")?.alt).toBe("A dog");
  expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:1/1");
});

test("a tiny image is enlarged pixel by pixel, a sharp one is as large as it was meant", () => {
  open();
  const sharp = { ...IMAGE, width: 400, height: 300, scale: 2 };
  const high = { ...IMAGE, width: 900, height: 960 };
  model.tell({ ...shows([IMAGE, sharp, high], [1, 1, 1]), parts: [0, 1, 2] }, [1], [1], [1]);
  const images = [...el.querySelectorAll("img")];
  expect(images.map((one) => one.style.width)).toEqual(["224px", "200px", "450px"]);
  expect(images.map((one) => one.className)).toEqual(["hitl-tiny", "", ""]);
});

test("an image that the browser cannot read says so in its place", () => {
  open();
  model.tell({ ...shows([IMAGE], [1]), parts: [0] }, [1]);
  el.querySelector("img")?.dispatchEvent(new Event("error"));
  expect(el.querySelector("img")).toBeNull();
  expect(el.textContent).toBe(
    "The image (A cat) cannot be shown here: it is broken, or of a kind that this browser does not know.",
  );
});

test("HTML is in a frame without an origin, which may say how high it is and no more", () => {
  open();
  model.tell(shows([{ kind: "html", text: "<b>a</b>", title: "A page", height: 200 }]));
  const frame = el.querySelector("iframe") as HTMLIFrameElement;
  expect([frame.getAttribute("sandbox"), frame.title]).toEqual(["allow-scripts", "A page"]);
  expect(frame.srcdoc.startsWith("<b>a</b>")).toBe(true);
  const says = (hitl: unknown, source: unknown = frame.contentWindow) =>
    window.dispatchEvent(new MessageEvent("message", { data: { hitl }, source: source as Window }));
  says(90);
  expect(frame.style.height).toBe("90px");
  says(5000);
  expect(frame.style.height).toBe("200px");
  says("1px; color: red");
  says(100, window);
  expect(frame.style.height).toBe("200px");
});

test("a table says what is left out of it, and numbers stand right", () => {
  open();
  model.tell(
    shows([
      {
        kind: "table",
        head: ["size", "name"],
        index: ["r0", null],
        rows: [
          ["1.5", "x"],
          [null, null],
        ],
        numbers: [true, false],
        total: 1200,
        width: 60,
        caption: null,
      },
    ]),
  );
  expect(el.querySelector(".hitl-seen-rest")?.textContent).toBe("2 of 1,200 rows, 2 of 60 columns");
  expect([...el.querySelectorAll("th[scope=row]")].map((one) => one.textContent)).toEqual(["r0", ""]);
  expect([...el.querySelectorAll(".hitl-right")].map((one) => one.textContent)).toEqual(["size", "1.5", ""]);
});

test("a difference marks lines, and the words in them", () => {
  open();
  const rows = [
    ["…", [["1200", false]]],
    [
      "-",
      [
        ["a ", false],
        ["b", true],
      ],
    ],
    [
      "+",
      [
        ["a ", false],
        ["c", true],
      ],
    ],
    [" ", [["d", false]]],
  ];
  model.tell(shows([{ kind: "diff", names: ["draft", "final"], rows, note: "" }]));
  const diff = el.querySelector("[role=group][aria-label='Difference from draft to final']");
  expect(diff?.querySelector(".hitl-line-del del")?.textContent).toBe("a b");
  expect(diff?.querySelector(".hitl-line-ins strong")?.textContent).toBe("c");
  expect(diff?.textContent).toContain("… 1,200 lines that are the same");
});

test("a widget that this page cannot make says so", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  open();
  model.tell(shows([{ kind: "widget", ref: "IPY_MODEL_x" }]));
  await vi.waitFor(() => expect(el.textContent).toContain("This widget cannot be shown here"));
});

test("a message of another shape changes nothing", () => {
  open();
  model.tell(shows([{ kind: "text", text: "a" }]));
  for (const wrong of [
    null,
    "x",
    { kind: "contents", number: 2 },
    { kind: "more", number: 1 },
    { kind: "else" },
  ])
    model.tell(wrong);
  expect(el.textContent).toBe("a");
});

test("an item of a later version asks for the page to be loaded again", () => {
  open();
  model.tell(shows([{ kind: "hologram" }]));
  expect(el.textContent).toContain("the page is older than the kernel");
});
