import type { ReadingProgress } from "./reading";

const REDRAW_MILLISECONDS = 100;

/** Shows on one line of a terminal how far a reading is; on anything else, nothing. */
export function showReadingProgress(stream: NodeJS.WriteStream): {
  readonly show: (
    progress: ReadingProgress & { readonly totalBytes: number; readonly totalFiles: number },
  ) => void;
  readonly clear: () => void;
} {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  const started = performance.now();
  let drawn = 0;
  return {
    show: ({ bytes, files, events, totalBytes, totalFiles }) => {
      const now = performance.now();
      if (now - drawn < REDRAW_MILLISECONDS) return;
      drawn = now;
      const seconds = (now - started) / 1000;
      const share = totalBytes === 0 ? 1 : bytes / totalBytes;
      const left = share > 0.02 ? `, about ${Math.ceil((seconds * (1 - share)) / share)} s left` : "";
      const text =
        `${(100 * share).toFixed(0).padStart(3)} % of ${(totalBytes / 2 ** 20).toFixed(0)} MiB, ` +
        `${files}/${totalFiles} files, ${events.toLocaleString("en")} events${left}`;
      stream.write(`\r\x1b[2K${text.slice(0, stream.columns - 1)}`);
    },
    clear: () => {
      stream.write("\r\x1b[2K");
    },
  };
}
