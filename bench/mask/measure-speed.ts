/**
 * Megabytes of UTF-8 a second that a function reads. Knows time only. Rows are read as one text of 64 KB each, as a log
 * hands them over; a first round warms up and is not counted.
 */

export interface MeasureSpeedOptions {
  readonly texts: readonly string[];
  readonly run: (text: string) => unknown;
  readonly seconds?: number;
}

const pieceLength = 65_536;

export function megabytesPerSecond({ texts, run, seconds = 1 }: MeasureSpeedOptions): number {
  const joined = texts.join('\n');
  if (joined === '') return 0;
  const long = joined.repeat(Math.ceil(pieceLength / joined.length));
  const pieces: string[] = [];
  for (let at = 0; at < long.length; at += pieceLength) pieces.push(long.slice(at, at + pieceLength));
  const bytes = new TextEncoder().encode(long).length;
  for (const piece of pieces) run(piece);
  const started = performance.now();
  let rounds = 0;
  do {
    for (const piece of pieces) run(piece);
    rounds += 1;
  } while (performance.now() - started < seconds * 1000);
  return Math.round(((bytes * rounds) / (performance.now() - started) / 1000) * 100) / 100;
}
