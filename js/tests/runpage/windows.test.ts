import { describe, expect, it, vi } from "vitest";
import { type Rows, Windows } from "../../src/runpage/windows";

/** A list of numbers whose windows come when they are let through. */
function listOf(total: number) {
  const asked: {
    offset: number;
    give(more?: Partial<Rows<number>>): Promise<void>;
    fail(): Promise<void>;
  }[] = [];
  const changed = vi.fn();
  const windows = new Windows<number>(
    (offset, limit) =>
      new Promise((resolve, reject) => {
        const rows = Array.from(
          { length: Math.max(0, Math.min(limit, total - offset)) },
          (_, at) => offset + at,
        );
        asked.push({
          offset,
          give: async (more) => void resolve({ total, rows, ...more }),
          fail: async () => void reject(new Error("The kernel is gone.")),
        });
      }),
    changed,
  );
  const take = async (at: number, more?: Partial<Rows<number>>) => {
    await asked[at]?.give(more);
    await new Promise((done) => setTimeout(done));
  };
  return { windows, asked, changed, take, offsets: () => asked.map(({ offset }) => offset) };
}

describe("windows of rows", () => {
  it("asks for what is looked at, once, and gives it", async () => {
    const { windows, offsets, take } = listOf(1000);
    windows.look(190, 210);
    windows.look(190, 211);
    expect(offsets()).toEqual([0, 200]);
    expect(windows.row(195)).toBeUndefined();
    await take(0);
    await take(1);
    expect([windows.total, windows.row(199), windows.row(200)]).toEqual([1000, 199, 200]);
    windows.look(0, 300);
    expect(offsets()).toEqual([0, 200]);
  });

  it("asks for two at a time, and then for where the person is by now", async () => {
    const { windows, offsets, take } = listOf(100_000);
    for (let first = 0; first < 100_000; first += 1000) windows.look(first, first + 30);
    expect(offsets()).toEqual([0, 1000]);
    await take(0);
    expect(offsets()).toEqual([0, 1000, 99_000]);
  });

  it("keeps a few", async () => {
    const { windows, take } = listOf(100_000);
    for (let at = 0; at < 15; at += 1) {
      windows.look(at * 200, at * 200);
      await take(at);
    }
    expect([windows.row(0), windows.row(2800)]).toEqual([undefined, 2800]);
  });

  it("shows the old until the new is here, and asks for what is looked at alone", async () => {
    const { windows, offsets, take } = listOf(1000);
    windows.look(0, 0);
    await take(0);
    windows.look(400, 400);
    await take(1);
    windows.refresh();
    expect(offsets()).toEqual([0, 400, 400]);
    expect(windows.row(400)).toBe(400);
    await take(2, { rows: [-1], total: 401 });
    expect([windows.row(400), windows.total]).toEqual([-1, 401]);
    expect(offsets()).toEqual([0, 400, 400]);
  });

  it("holds nothing of another list, whenever its rows come", async () => {
    const { windows, take, offsets } = listOf(1000);
    windows.look(0, 0);
    await take(0);
    windows.refresh();
    windows.clear();
    expect(windows.row(0)).toBeUndefined();
    await take(1, { rows: [-1] });
    expect(windows.row(0)).toBeUndefined();
    expect(offsets()).toEqual([0, 0, 0]);
    await take(2);
    expect(windows.row(0)).toBe(0);
  });

  it("says what went wrong, and asks again when it is told to", async () => {
    const { windows, asked, changed, take, offsets } = listOf(10);
    windows.look(0, 0);
    await asked[0]?.fail();
    await vi.waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(windows.error).toBe("The kernel is gone.");
    windows.look(0, 5);
    expect(offsets()).toEqual([0]);
    windows.refresh();
    await take(1);
    expect([windows.error, windows.row(3)]).toEqual([null, 3]);
  });
});
