/**
 * The result of a benchmark as data: its figures, its form in a link, and its picture. Knows the result; nothing of how it was
 * measured.
 */

/** One way of running the model. Times are medians over the rounds. */
export interface BenchSide {
  readonly name: string;
  /** Tokens of the prompt read in a second. */
  readonly readPerSecond: number;
  /** Tokens written in a second. */
  readonly writtenPerSecond: number;
  readonly firstTokenMs: number;
  /** What ran it, e.g. `wasm-threads, float32, 4 threads`. */
  readonly how: string;
}

export interface BenchReport {
  readonly version: 1;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly model: string;
  /** Logical processors, as the browser tells. */
  readonly processors: number;
  readonly rounds: number;
  readonly sides: readonly BenchSide[];
}

/** A link's end: the whole report, so that nobody has to keep it. */
export function toFragment(report: BenchReport): string {
  const bytes = new TextEncoder().encode(JSON.stringify(report));
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** The report in a link's end; undefined where it holds none. It is anybody's text: every field is checked. */
export function fromFragment(fragment: string): BenchReport | undefined {
  try {
    const binary = atob(fragment.replaceAll('-', '+').replaceAll('_', '/'));
    const value: unknown = JSON.parse(
      new TextDecoder().decode(Uint8Array.from(binary, (character) => character.codePointAt(0) ?? 0)),
    );
    return isReport(value) ? value : undefined;
  } catch (error) {
    // A link that was cut or changed.
    if (error instanceof DOMException || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isReport(value: unknown): value is BenchReport {
  if (!isRecord(value)) return false;
  const { version, at, model, processors, rounds, sides } = value;
  const numbers = [at, processors, rounds].every((number) => Number.isFinite(number));
  return (
    version === 1 &&
    numbers &&
    typeof model === 'string' &&
    Array.isArray(sides) &&
    sides.length <= mostSides &&
    (sides as unknown[]).every(isSide)
  );
}

/** More than there are ways to run a model; a link that holds more was made by hand. */
const mostSides = 8;

function isSide(value: unknown): value is BenchSide {
  if (!isRecord(value)) return false;
  const numbers = [value['readPerSecond'], value['writtenPerSecond'], value['firstTokenMs']];
  return (
    numbers.every((number) => Number.isFinite(number)) &&
    typeof value['name'] === 'string' &&
    typeof value['how'] === 'string'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The middle of some values; of an even number the mean of the two. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

const width = 960;
const rowHeight = 96;

/** The figures as bars on a picture of 960 pixels' width, for where only pictures can be shown. */
export async function toPicture(report: BenchReport): Promise<Blob> {
  const height = 150 + report.sides.length * rowHeight;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no picture.');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  const write = (text: string, x: number, y: number, font: string, colour: string): void => {
    context.font = font;
    context.fillStyle = colour;
    context.fillText(text, x, y, width - x - 40);
  };
  write(`${report.model} on this device`, 40, 60, '700 32px system-ui, sans-serif', '#1a1d23');
  const day = new Date(report.at).toISOString().slice(0, 10);
  const about = `${report.processors} processors, median of ${report.rounds} rounds, ${day}`;
  write(about, 40, 96, '400 20px system-ui, sans-serif', '#59606d');
  const most = Math.max(1, ...report.sides.map(({ writtenPerSecond }) => writtenPerSecond));
  for (const [index, side] of report.sides.entries()) {
    const y = 130 + index * rowHeight;
    write(side.name, 40, y + 22, '600 22px system-ui, sans-serif', '#1a1d23');
    context.fillStyle = '#2450c8';
    context.fillRect(40, y + 34, Math.max(4, (side.writtenPerSecond / most) * 520), 26);
    const figures = `${side.writtenPerSecond.toFixed(1)} written, ${side.readPerSecond.toFixed(0)} read tokens/s`;
    write(figures, 580, y + 54, '400 20px system-ui, sans-serif', '#1a1d23');
  }
  return await canvas.convertToBlob({ type: 'image/png' });
}
