/**
 * Which page the card is on, and who its server says sits there.
 *
 * The server is asked once per page, however many cards are on it, and nothing waits for its reply: an answer that is
 * sent before carries no name, and the kernel puts in the one it knows.
 */

export type Origin = "JupyterLab" | "Notebook" | "Voila";

export interface Page {
  readonly origin: Origin | null;
  /** Null until the server has said, and where it knows nobody by name. */
  user: string | null;
}

interface Config {
  appName?: unknown;
  appUrl?: unknown;
  baseUrl?: unknown;
  token?: unknown;
}

// Every card loads its own copy of this script; what they share is on the window.
const SHARED = Symbol.for("hitl-jupyter:page");
const MADE_UP = /^[0-9a-f]{32}$/;

export function thisPage(): Page {
  const shared = globalThis as { [SHARED]?: Page };
  const known = shared[SHARED];
  if (known) return known;
  const config = readConfig();
  const page: Page = { origin: originOf(config), user: null };
  shared[SHARED] = page;
  void whoami(config).then((user) => {
    page.user = user;
  });
  return page;
}

/** What the server has written into its page; nothing on a page of another kind. */
function readConfig(): Config {
  try {
    const config: unknown = JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}");
    return typeof config === "object" && config !== null ? config : {};
  } catch {
    return {};
  }
}

function originOf({ appName, appUrl }: Config): Origin | null {
  if (appName === "JupyterLab") return appName;
  if (appName === "Jupyter Notebook") return "Notebook";
  return typeof appUrl === "string" && appUrl.replaceAll("/", "") === "voila" ? "Voila" : null;
}

async function whoami({ baseUrl, token }: Config): Promise<string | null> {
  if (typeof baseUrl !== "string") return null;
  try {
    const headers: HeadersInit =
      typeof token === "string" && token ? { Authorization: `token ${token}` } : {};
    const reply = await fetch(new URL(`${baseUrl.replace(/\/?$/, "/")}api/me`, location.href), { headers });
    return reply.ok ? nameIn(await reply.json()) : null;
  } catch {
    // A server without such an address, or none at all: the kernel knows a name too.
    return null;
  }
}

/** The login name. A server that tells nobody apart makes up "Anonymous Callisto", which says nothing. */
function nameIn(reply: unknown): string | null {
  const { username, name } =
    (reply as { identity?: { username?: unknown; name?: unknown } } | null)?.identity ?? {};
  if (typeof username !== "string" || username === "") return null;
  const madeUp = MADE_UP.test(username) && typeof name === "string" && name.startsWith("Anonymous ");
  return madeUp ? null : username;
}
