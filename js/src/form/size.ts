/** Sizes of files as people read them, in the same words as Python's. */

/** "12 bytes", "1.5 MB" */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  let size = bytes / 1000;
  let unit = 0;
  for (; Number(size.toFixed(1)) >= 1000 && unit < 3; unit += 1) size /= 1000;
  return `${size.toFixed(1).replace(/\.0$/, "")} ${"kMGT"[unit]}B`;
}
