import { describe, expect, it, vi } from "vitest";
import { type FullReply, type Request, readMessage } from "../../src/widgets/model";
import { Requests } from "../../src/widgets/requests";

const ok: FullReply = { status: "ok", errors: [], message: null, lines: [], artifacts: [] };

describe("a request", () => {
  it("has an id that no other has, on this page or on another", () => {
    const sent: Request[] = [];
    const [one, two] = [
      new Requests((request) => sent.push(request)),
      new Requests((request) => sent.push(request)),
    ];
    for (const requests of [one, two]) {
      void requests.ask({ kind: "hello" });
      void requests.ask({ kind: "logs", after: 0 });
    }
    expect(new Set(sent.map(({ id }) => id)).size).toBe(4);
  });

  it("gets its own reply, in whatever order replies come", async () => {
    const sent: Request[] = [];
    const requests = new Requests((request) => sent.push(request));
    const replies = [requests.ask({ kind: "hello" }), requests.ask({ kind: "logs", after: 0 })];
    requests.settle(sent[1]?.id ?? "", { ...ok, message: "second" });
    requests.settle(sent[0]?.id ?? "", { ...ok, message: "first" });
    expect((await Promise.all(replies)).map(({ message }) => message)).toEqual(["first", "second"]);
  });

  it("ignores a second reply and one that nobody waits for", async () => {
    const sent: Request[] = [];
    const requests = new Requests((request) => sent.push(request));
    const reply = requests.ask({ kind: "hello" });
    expect(requests.settle(sent[0]?.id ?? "", ok)).toBe(true);
    expect(requests.settle(sent[0]?.id ?? "", { ...ok, status: "failed" })).toBe(false);
    expect(requests.settle("from-before", ok)).toBe(false);
    expect((await reply).status).toBe("ok");
  });

  it("that cannot be sent has failed, and what was typed is said to be kept", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const requests = new Requests(() => {
      throw new Error("The comm is closed.");
    });
    const { status, message } = await requests.ask({ kind: "hello" });
    expect([status, message]).toEqual([
      "failed",
      "The kernel cannot be reached. What you typed is kept here; try again when it is back.",
    ]);
    expect(warned).toHaveBeenCalledOnce();
  });
});

describe("a message of the kernel", () => {
  it.each([
    null,
    "text",
    {},
    { kind: "unknown" },
    { kind: "reply", status: "ok" },
    { kind: "reply", id: "1", status: "perhaps" },
    { kind: "closed" },
  ])("that is malformed is none: %j", (content) => {
    expect(readMessage(content)).toBeNull();
  });

  it("loses the parts that are malformed, and keeps the rest", () => {
    const line = { number: 1, at: "2026-11-23T10:00:00Z", level: 20, message: "m", name: "n" };
    expect(readMessage({ kind: "log", lines: [line, null, { number: "2" }] })).toEqual({
      kind: "log",
      lines: [line],
    });
    const error = { path: [], message: "Wrong." };
    expect(readMessage({ kind: "reply", id: "1", status: "refused", errors: [error, { path: 3 }] })).toEqual({
      kind: "reply",
      id: "1",
      reply: { status: "refused", errors: [error], message: null, lines: [], artifacts: [] },
    });
  });
});
