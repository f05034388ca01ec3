/**
 * Our masking beside the npm package `redact-pii` on the same rows in the same run: how much of what is marked is gone
 * from the text, and how fast. The rule is one that both can be held to: a span is gone where its text no longer stands in
 * the output. Kinds do not count, and neither does what is taken away beyond the spans.
 */
import { createRequire } from 'node:module';
import { emptyGazetteer, openGazetteer } from '../../src/mask/gazetteer/gazetteer.ts';
import { packedLists } from '../../src/mask/gazetteer/packed-lists.ts';
import { createMasker } from '../../src/mask/masker.ts';
import type { MaskingOperator, PersonalDataType } from '../../src/protocol/personal-data.ts';
import { contextualTypes, mildTypes, personalDataTypes } from '../../src/protocol/personal-data.ts';
import { readMarkedRows } from './evaluate-personal-data.ts';
import type { MarkedRow, TypeChoice } from './evaluate-personal-data.ts';
import { megabytesPerSecond } from './measure-speed.ts';

export interface MaskingFigures {
  /** Share of marked spans that are gone. */
  readonly recall: number;
  readonly mb_per_s: number;
}

export interface MaskingComparison {
  readonly n: number;
  readonly ours: MaskingFigures;
  /** Ours without lists of names: patterns and context alone, as the peer has them. */
  readonly ours_without_lists: MaskingFigures;
  readonly redact_pii: MaskingFigures;
}

export interface CompareMaskingOptions {
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  readonly types: TypeChoice;
  /** The `bench` folder, where the peer is installed. */
  readonly folder: string;
}

/** Throws RowError for a line that is no row. */
export function compareMasking({ lines, types, folder }: CompareMaskingOptions): MaskingComparison {
  const rows = readMarkedRows(lines);
  const operators = Object.fromEntries(personalDataTypes.map((type) => [type, { type: 'redact' }])) as Record<
    PersonalDataType,
    MaskingOperator
  >;
  const key = new Uint8Array(32).fill(1);
  // A masker remembers names: each text gets a new one, as each text is new to the peer.
  const lists = openGazetteer(packedLists);
  const ours = (text: string): string =>
    createMasker({ key, operators, gazetteer: lists }).maskText(text).text;
  const bare = (text: string): string =>
    createMasker({ key, operators, gazetteer: emptyGazetteer }).maskText(text).text;
  const peer = loadRedactor(folder);
  const figures = (run: (text: string) => string): MaskingFigures => ({
    recall: shareGone(rows, types, run),
    mb_per_s: megabytesPerSecond({ texts: rows.map(({ text }) => text), run }),
  });
  return {
    n: spansOf(rows, types),
    ours: figures(ours),
    ours_without_lists: figures(bare),
    redact_pii: figures(peer),
  };
}

function counts(type: PersonalDataType, types: TypeChoice): boolean {
  return !mildTypes.has(type) && (types === 'all' || !contextualTypes.has(type));
}

function spansOf(rows: readonly MarkedRow[], types: TypeChoice): number {
  return rows.flatMap(({ spans }) => spans).filter(({ type }) => counts(type, types)).length;
}

function shareGone(rows: readonly MarkedRow[], types: TypeChoice, run: (text: string) => string): number {
  let gone = 0;
  for (const { text, spans } of rows) {
    const output = run(text);
    for (const { start, end, type } of spans)
      if (counts(type, types) && !output.includes(text.slice(start, end))) gone += 1;
  }
  return Math.round((gone / spansOf(rows, types)) * 1e4) / 1e4;
}

function loadRedactor(folder: string): (text: string) => string {
  const load = createRequire(`${folder}/package.json`);
  const { SyncRedactor } = load('redact-pii') as {
    readonly SyncRedactor: new () => { redact(text: string): string };
  };
  const redactor = new SyncRedactor();
  return (text) => redactor.redact(text);
}
