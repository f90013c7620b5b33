import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { h } from "../../src/shared/dom";
import { thisPage } from "../../src/widgets/page";

const SHARED = Symbol.for("hitl-jupyter:page");
const forget = () => Reflect.deleteProperty(globalThis, SHARED);
const lab = { appName: "JupyterLab", appUrl: "/lab", baseUrl: "/user/ana/" };

/** Makes the page one of a server, which says who sits there. */
function serve(config: unknown, reply: unknown, status = 200) {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  document.head.append(h("script", { id: "jupyter-config-data", type: "application/json" }, text));
  return vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () => new Response(JSON.stringify(reply), { status }));
}

const identity = (username: string, name = username) => ({ identity: { username, name }, permissions: {} });
const told = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(forget);
afterEach(() => {
  document.getElementById("jupyter-config-data")?.remove();
  forget();
});

describe("a page", () => {
  it.each([
    [lab, "JupyterLab"],
    [{ ...lab, appName: "Jupyter Notebook", appUrl: "/tree" }, "Notebook"],
    [{ baseUrl: "/", appUrl: "voila/" }, "Voila"],
    [{ baseUrl: "/", appName: "Something else" }, null],
    ["no JSON", null],
  ])("knows of which kind it is: %j", (config, origin) => {
    serve(config, {}, 404);
    expect(thisPage().origin).toBe(origin);
  });

  it("asks its server once who sits there, with the token that the page holds", async () => {
    const asked = serve({ ...lab, token: "let-me-in" }, identity("ana", "Ana Petrova"));
    expect(thisPage().user).toBeNull();
    await told();
    expect([thisPage().user, thisPage().user]).toEqual(["ana", "ana"]);
    expect(asked).toHaveBeenCalledOnce();
    expect(String(asked.mock.calls[0]?.[0])).toContain("/user/ana/api/me");
    expect(asked.mock.calls[0]?.[1]?.headers).toEqual({ Authorization: "token let-me-in" });
  });

  it("takes no name that the server made up for somebody it cannot tell from others", async () => {
    serve(lab, identity("0123456789abcdef0123456789abcdef", "Anonymous Callisto"));
    thisPage();
    await told();
    expect(thisPage().user).toBeNull();
  });

  it.each([
    [identity("ana"), 403],
    [{ identity: { username: 7 } }, 200],
    [null, 200],
    [identity(""), 200],
  ])("knows nobody where the server says %j with status %i", async (reply, status) => {
    serve(lab, reply, status);
    thisPage();
    await told();
    expect(thisPage().user).toBeNull();
  });

  it("that belongs to no server asks nobody", async () => {
    const asked = vi.spyOn(globalThis, "fetch");
    expect(thisPage()).toEqual({ origin: null, user: null });
    await told();
    expect(asked).not.toHaveBeenCalled();
  });
});
