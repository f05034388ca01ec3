/**
 * What stands on two sides of a split: how many rows of validation and test have a twin among those that are learned. Made
 * from keys and signatures after the split, with a banding other than the one that made the families, so that it finds
 * what they missed. Above its limit a data set is not exported. Knows keys, signatures and vectors.
 */
import type { DatasetSplit, OverlapKind, OverlapFigure, OverlapReport } from '../../../protocol/dataset.ts';
import { Fault, faultCodes } from '../../../protocol/fault.ts';
import { signatureBins } from '../filter/min-hash.ts';
import { NearIndex } from '../filter/near-index.ts';
import type { NearIndexState } from '../filter/near-index.ts';

/** Shares of the judging rows; an index by bands may miss a near twin in a thousand. */
const overlapLimits: Readonly<Record<OverlapKind, number>> = {
  episode: 0,
  exact: 0,
  template: 0,
  near: 0.001,
  embedding: 0.02,
};

/** Two texts are near where they share this much of their pieces. */
export const nearSimilarity = 0.8;

/** Two vectors are near from this cosine on. */
const nearCosine = 0.97;

/** Judging rows that are compared by their vectors; all pairs of a large set would take hours. */
const vectorSample = 500;

const otherBanding = { bands: 32, rows: 4 } as const;

export interface OverlapInput {
  /** Undefined: the row is left out. */
  readonly sides: readonly (DatasetSplit | undefined)[];
  /** Per row: its keys of each kind. */
  readonly keys: Readonly<Record<'episode' | 'exact' | 'template', (row: number) => readonly string[]>>;
  readonly signatures: NearIndexState;
  /** A row's unit vector; undefined: it has none. */
  readonly vectorOf?: (row: number) => Float32Array | undefined;
  readonly limits?: Partial<Readonly<Record<OverlapKind, number>>>;
}

export function overlapReport(input: OverlapInput): OverlapReport {
  const { sides, keys, vectorOf } = input;
  const limits = { ...overlapLimits, ...input.limits };
  const judging = [...sides.keys()].filter((row) => sides[row] === 'test' || sides[row] === 'validation');
  const learned = [...sides.keys()].filter((row) => sides[row] === 'train');
  const figure = (kind: OverlapKind, checked: number, overlapping: number): OverlapFigure => ({
    kind,
    checked,
    overlapping,
    share: checked === 0 ? 0 : overlapping / checked,
    limit: limits[kind],
  });
  const figures = (['episode', 'exact', 'template'] as const).map((kind) => {
    const known = new Set(learned.flatMap((row) => keys[kind](row)));
    const twins = judging.filter((row) => keys[kind](row).some((key) => known.has(key)));
    return figure(kind, judging.length, twins.length);
  });
  figures.push(figure('near', judging.length, countNear(input.signatures, learned, judging)));
  if (vectorOf !== undefined) {
    const sample = judging.filter((row) => vectorOf(row) !== undefined).slice(0, vectorSample);
    figures.push(figure('embedding', sample.length, countNearVectors(vectorOf, learned, sample)));
  }
  return { figures, clean: figures.every(({ share, limit }) => share <= limit) };
}

/** Throws the fault `dataset-overlap` where a share is above its limit. */
export function assertClean({ figures, clean }: OverlapReport): void {
  if (clean) return;
  const worst = figures.filter(({ share, limit }) => share > limit);
  throw new Fault({
    code: faultCodes.datasetOverlap,
    message: `The test is not honest: ${worst.map(({ kind, overlapping, checked }) => `${overlapping} of ${checked} rows have a twin in train (${kind})`).join('; ')}.`,
    reason: 'Rows that are learned would be judged by rows like them.',
    remedy: 'Split again with another seed, or raise the limit and say so in the card.',
    details: Object.fromEntries(worst.map(({ kind, share }) => [kind, share])),
  });
}

function countNear(
  { signatures }: NearIndexState,
  learned: readonly number[],
  judging: readonly number[],
): number {
  const signatureOf = (row: number) => signatures.subarray(row * signatureBins, (row + 1) * signatureBins);
  // The judging rows are the few: they are indexed, and the many are looked up.
  const index = new NearIndex(otherBanding);
  for (const row of judging) index.add(signatureOf(row));
  const twins = new Set<number>();
  for (const row of learned)
    for (const entry of index.find(signatureOf(row), nearSimilarity)) twins.add(entry);
  return twins.size;
}

function countNearVectors(
  vectorOf: (row: number) => Float32Array | undefined,
  learned: readonly number[],
  judging: readonly number[],
): number {
  const own = judging.map((row) => vectorOf(row) ?? new Float32Array());
  const near = new Set<number>();
  for (const row of learned) {
    const vector = vectorOf(row);
    if (vector === undefined) continue;
    for (const [place, other] of own.entries()) {
      if (!near.has(place) && dot(vector, other) >= nearCosine) near.add(place);
    }
  }
  return near.size;
}

function dot(one: Float32Array, other: Float32Array): number {
  let total = 0;
  for (let at = 0; at < one.length; at += 1) total += (one[at] as number) * (other[at] ?? 0);
  return total;
}
