/**
 * Builds the widget bundle, or the JavaScript from which `jupyter-builder` makes the JupyterLab extension.
 *
 * anywidget sends script and style with every card it opens, so the build fails when they outgrow their budget.
 */

import { stat } from "node:fs/promises";
import { build, context } from "esbuild";

const STATIC = "../hitl_jupyter/static";
/** The form alone stays under 60,000; in the card the run around it comes on top, and in it
 * the place of what a background run prints, what a run has called, its buttons and its folding, and what a failed run
 * had been given. The run page is sent when somebody unfolds it. */
const BUDGETS = { card: 91_000, form: 60_000, runpage: 120_000 };

const widget = {
  entryPoints: ["card", "form", "runpage", "shown", "waiting"].flatMap((name) => [
    `src/widgets/${name}.ts`,
    `src/widgets/${name}.css`,
  ]),
  entryNames: "[name]",
  outdir: STATIC,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  logLevel: "warning",
};
/** Scripts that a form loads only where it needs them. */
const parts = { ...widget, entryPoints: [{ in: "src/files/index.ts", out: "files" }] };
const lab = {
  entryPoints: ["src/lab/index.ts"],
  outfile: "lib/lab/index.js",
  bundle: true,
  format: "esm",
  target: "es2022",
  // What JupyterLab shares with its extensions is not bundled.
  external: ["@jupyterlab/*", "@lumino/*"],
  loader: { ".css": "text" },
  logLevel: "warning",
};

async function weigh() {
  for (const [entry, budget] of Object.entries(BUDGETS)) {
    const names = [`${entry}.js`, `${entry}.css`];
    const sizes = await Promise.all(names.map((name) => stat(`${STATIC}/${name}`)));
    const total = sizes.reduce((sum, { size }) => sum + size, 0);
    process.stdout.write(`${names.join(" + ")}: ${total} of ${budget} bytes\n`);
    if (total > budget)
      throw new Error(`${entry} outgrew its budget: it is sent with every one that is opened.`);
  }
}

const command = process.argv[2];
switch (command) {
  case "widget":
    await Promise.all([build(widget), build(parts)]);
    await weigh();
    break;
  case "lab":
    await build(lab);
    break;
  case "watch":
    await (await context(widget)).watch();
    break;
  case "serve": {
    const server = await context({ ...widget, outdir: "dev/built", write: false });
    await server.watch();
    const { port } = await server.serve({ servedir: "dev" });
    process.stdout.write(`The gallery is on http://localhost:${port}/\n`);
    break;
  }
  default:
    throw new Error(`Say what to build: widget, lab, watch or serve, not "${command}".`);
}
