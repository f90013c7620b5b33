/** What controls may ask of the kernel, and code of ours that only some forms need. */

import type { FilesPart, Services } from "../form/services";

/** Scripts by name. */
export type Parts = Readonly<Record<string, string>>;

let loaded: Promise<FilesPart> | undefined;

export function kernelServices(ask: Services["ask"], parts: () => Parts | undefined): Services {
  return {
    ask,
    sendings: new Map(),
    files: () => {
      loaded ??= load(parts()?.files).catch((error) => {
        loaded = undefined;
        throw error;
      });
      return loaded;
    },
  };
}

/** Loads a script as anywidget loads this one. */
async function load(text: string | undefined): Promise<FilesPart> {
  if (!text) throw new Error("The kernel sent no controls for files.");
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
