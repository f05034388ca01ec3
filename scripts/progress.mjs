/**
 * Shows how far a long step is. On a terminal one line is rewritten; elsewhere (CI, a pipe) a line appears every
 * few seconds, so that a log stays readable. Knows nothing of what is counted.
 */

const megabyte = 1_000_000;

/**
 * A size in decimal megabytes, e.g. `12.3 MB`.
 * @param {number} bytes
 * @returns {string}
 */
export function megabytes(bytes) {
  return `${(bytes / megabyte).toFixed(1)} MB`;
}

/**
 * @typedef {object} Progress
 * @property {(text: string) => void} show Says where the step stands. Cheap: call it as often as you like.
 * @property {() => void} end Leaves the terminal on a fresh line.
 */

/**
 * A line of progress.
 * @param {{ label: string, stream?: NodeJS.WriteStream, everyMs?: number }} options `everyMs`: pause between two
 *   lines; by default 100 on a terminal, 3,000 elsewhere.
 * @returns {Progress}
 */
export function createProgress({ label, stream = process.stdout, everyMs }) {
  const live = stream.isTTY;
  const pause = everyMs ?? (live ? 100 : 3000);
  let last = Date.now() - (live ? pause : 0);
  let open = false;
  return {
    show(text) {
      if (Date.now() - last < pause) return;
      last = Date.now();
      open = live;
      stream.write(live ? `\r\u001b[2K  ${label}: ${text}` : `  ${label}: ${text}\n`);
    },
    end() {
      if (open) stream.write('\r\u001b[2K');
      open = false;
    },
  };
}

/**
 * Turns counts of bytes into `12.3 of 98.4 MB, 5.1 MB/s`. The rate is that of this run alone: what an earlier,
 * interrupted run left behind does not count.
 * @param {Progress} progress
 * @returns {(state: { doneBytes: number, totalBytes: number }) => void}
 */
export function showBytes(progress) {
  /** @type {{ at: number, bytes: number } | undefined} */
  let start;
  return ({ doneBytes, totalBytes }) => {
    start ??= { at: Date.now(), bytes: doneBytes };
    const seconds = (Date.now() - start.at) / 1000;
    const rate = seconds > 0.2 ? `, ${megabytes((doneBytes - start.bytes) / seconds)}/s` : '';
    progress.show(`${megabytes(doneBytes)} of ${megabytes(totalBytes)}${rate}`);
  };
}
