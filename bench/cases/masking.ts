/**
 * Our masking beside the npm package `redact-pii` on the same marked rows: how fast, and how much of what is marked is gone
 * from the text. The rule is one that all can be held to: a span is gone where its text no longer stands in the output.
 * Kinds do not count, and neither does what is taken away beyond the spans. Needs rows (`--rows`).
 */
import { SyncRedactor } from 'redact-pii';
import { emptyGazetteer, loadGazetteer } from '../../src/mask/gazetteer/gazetteer.ts';
import type { Gazetteer } from '../../src/mask/gazetteer/gazetteer.ts';
import { createMasker } from '../../src/mask/masker.ts';
import type { MaskingOperator, PersonalDataType } from '../../src/protocol/personal-data.ts';
import { contextualTypes, mildTypes, personalDataTypes } from '../../src/protocol/personal-data.ts';
import { readMarkedRows } from '../mask/evaluate-personal-data.ts';
import type { MarkedRow } from '../mask/evaluate-personal-data.ts';
import { megabytesPerSecond } from '../mask/measure-speed.ts';
import type { Sample } from './case.ts';
import type { Contest } from './contest.ts';

export type Lines = readonly { readonly number: number; readonly text: string }[];

type Mask = (text: string) => string;

const operators = Object.fromEntries(personalDataTypes.map((type) => [type, { type: 'redact' }])) as Record<
  PersonalDataType,
  MaskingOperator
>;
const key = new Uint8Array(32).fill(1);

/** A masker remembers names: each text gets a new one, as each text is new to the peer. */
function ours(gazetteer: Gazetteer): Mask {
  return (text) => createMasker({ key, operators, gazetteer }).maskText(text).text;
}

/** Throws RowError for a line that is no row, once a round begins. */
export function masking(lines: () => Lines): Contest {
  const round = (mask: () => Promise<Mask>) => async (): Promise<Sample> =>
    figuresOf(readMarkedRows(lines()), await mask());
  return {
    name: 'vault-masking',
    title: 'Masking: a megabyte of the rows',
    needsRows: true,
    contenders: new Map([
      ['smallworks', round(async () => ours(await loadGazetteer()))],
      ['redact-pii', round(async () => peer())],
      ['smallworks without lists', round(async () => ours(emptyGazetteer))],
    ]),
  };
}

async function peer(): Promise<Mask> {
  const redactor = new SyncRedactor();
  return (text) => redactor.redact(text);
}

function figuresOf(rows: readonly MarkedRow[], mask: Mask): Sample {
  const speed = megabytesPerSecond({ texts: rows.map(({ text }) => text), run: mask });
  return {
    ms: 1000 / speed,
    figures: {
      megabytesPerSecond: speed,
      recall: shareGone(rows, mask, (type) => !mildTypes.has(type)),
      recallOfStructured: shareGone(rows, mask, (type) => !mildTypes.has(type) && !contextualTypes.has(type)),
    },
  };
}

/** NaN where nothing is marked. */
function shareGone(
  rows: readonly MarkedRow[],
  mask: Mask,
  counts: (type: PersonalDataType) => boolean,
): number {
  let gone = 0;
  let marked = 0;
  for (const { text, spans } of rows) {
    const output = mask(text);
    for (const { start, end, type } of spans) {
      if (!counts(type)) continue;
      marked += 1;
      if (!output.includes(text.slice(start, end))) gone += 1;
    }
  }
  return gone / marked;
}
