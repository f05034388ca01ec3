/**
 * The first walk over a log: which records pass the filters, and by what each is known again. Nothing of a record's text is
 * kept, only keys and signatures, so that 100,000 records fit in about 150 MB. Can be stopped and taken up again.
 * Knows records; which side each stands on is decided afterwards (plan).
 */
import type { Quarantined } from '../../protocol/dataset.ts';
import { makeKeyOf } from './canonical.ts';
import { Funnel } from './filter/funnel.ts';
import type { FunnelCounts } from './filter/funnel.ts';
import { makeFilters } from './filter/filters.ts';
import type { FilterOptions } from './filter/filters.ts';
import { minHash, signatureBins } from './filter/min-hash.ts';
import { NearIndex } from './filter/near-index.ts';
import type { NearIndexState } from './filter/near-index.ts';
import { taskOf } from './record.ts';
import type { DatasetRecord, ImportItem } from './record.ts';
import { nearSimilarity } from './split/overlap.ts';
import { comparedText, recordKeys } from './split/record-keys.ts';
import { UnionFind } from './split/union-find.ts';

/** One record that passed every filter. */
interface SurveyedRow {
  /** Place of its item in the log, from 0. */
  readonly place: number;
  readonly id: string;
  readonly task: string;
  readonly class: DatasetRecord['expected']['type'];
  readonly exact: string;
  readonly said: string;
  /** Key of what is to be said: near rows that say the same are duplicates, others are variants. */
  readonly output: string;
  readonly episode: string;
  readonly templates: readonly string[];
}

/** What a survey learned since its last checkpoint, as plain data: what is kept of it grows with the log, what is written does not. */
export interface SurveyChunk {
  readonly rows: readonly SurveyedRow[];
  /** Signatures of these rows, one after the other. */
  readonly signatures: Uint16Array<ArrayBuffer>;
}

/** Where a survey stands, as plain data. */
export interface SurveyHead {
  readonly v: 2;
  /** Items that were read. */
  readonly position: number;
  /** True where the walk was over. */
  readonly isWhole: boolean;
  readonly funnel: readonly FunnelCounts[];
  readonly quarantined: readonly Quarantined[];
  readonly families: Uint32Array;
}

/** What to go on from: the newest head, and all chunks in their order. */
export interface SurveyState {
  readonly head: SurveyHead;
  readonly chunks: readonly SurveyChunk[];
}

/**
 * What the first walk over a log leaves: keys and signatures of the rows that passed, and the count of
 * those that did not.
 */
export interface Survey {
  readonly position: number;
  readonly funnel: Funnel;
  /** The first ones, as examples; the funnel has all of them by their reason. */
  readonly quarantined: readonly Quarantined[];
  readonly rows: readonly SurveyedRow[];
  readonly signatures: NearIndexState;
  /** Number of a row's family: rows that may not stand on two sides. */
  readonly familyOf: (row: number) => number;
}

/** The items of the log, the filters, and where the walk goes on from. */
export interface SurveyOptions {
  readonly items: AsyncIterable<ImportItem>;
  readonly filters?: FilterOptions;
  /** The task of a record; absent: the one that it names, or the tools it calls. */
  readonly taskOf?: (record: DatasetRecord) => string;
  /** Where an earlier walk over the same items stopped. */
  readonly resume?: SurveyState;
  /** Told every `checkpointEvery` items, and at the end, what came to what is to go on from. */
  readonly onCheckpoint?: (head: SurveyHead, chunk: SurveyChunk) => void | Promise<void>;
  readonly checkpointEvery?: number;
  /** Told now and then how many items were read. */
  readonly onProgress?: (items: number) => void;
  readonly signal?: AbortSignal;
}

/** Names of the funnel's steps that are not filters of single records. */
export const funnelNames = {
  read: 'readable',
  exact: 'exact duplicates',
  near: 'near duplicates',
  cap: 'cap per task',
} as const;

const mostExamples = 200;
const progressEvery = 512;

/**
 * Walks over the items; where the walk was over already, they are not asked for. Throws the signal's reason when it is
 * aborted; the last checkpoint is then what to go on from.
 */
export async function surveyRecords(options: SurveyOptions): Promise<Survey> {
  const { items, resume, onCheckpoint, checkpointEvery = 10_000, onProgress, signal } = options;
  const surveyor = await Surveyor.begin(options);
  if (resume?.head.isWhole === true) return surveyor.survey();
  const before = resume?.head.position ?? 0;
  let place = 0;
  for await (const item of items) {
    signal?.throwIfAborted();
    // What was read before is passed over.
    if (place >= before) surveyor.take(item, place);
    place += 1;
    if (place % progressEvery === 0) onProgress?.(place);
    if (place % checkpointEvery === 0 && place > before) await onCheckpoint?.(...surveyor.checkpoint(false));
  }
  onProgress?.(place);
  await onCheckpoint?.(...surveyor.checkpoint(true));
  return surveyor.survey();
}

class Surveyor {
  readonly #options: SurveyOptions;
  readonly #filters: Awaited<ReturnType<typeof makeFilters>>;
  readonly #keyOf: Awaited<ReturnType<typeof makeKeyOf>>;
  readonly #funnel: Funnel;
  readonly #near: NearIndex;
  readonly #families: UnionFind;
  readonly #quarantined: Quarantined[];
  readonly #rows: SurveyedRow[] = [];
  /** The first row with a key. */
  readonly #firsts = new Map<string, number>();
  #position: number;
  /** Rows that the last checkpoint had. */
  #stored: number;

  private constructor(
    options: SurveyOptions,
    filters: Awaited<ReturnType<typeof makeFilters>>,
    keyOf: Awaited<ReturnType<typeof makeKeyOf>>,
  ) {
    const { resume } = options;
    this.#options = options;
    this.#filters = filters;
    this.#keyOf = keyOf;
    const names = [
      funnelNames.read,
      ...filters.map(({ name }) => name),
      funnelNames.exact,
      funnelNames.near,
      funnelNames.cap,
    ];
    this.#funnel = new Funnel(names, resume?.head.funnel);
    this.#near = new NearIndex();
    this.#families = resume === undefined ? new UnionFind() : UnionFind.restore(resume.head.families);
    this.#quarantined = [...(resume?.head.quarantined ?? [])];
    this.#position = resume?.head.position ?? 0;
    for (const chunk of resume?.chunks ?? []) this.#restore(chunk);
    this.#stored = this.#rows.length;
  }

  #restore({ rows, signatures }: SurveyChunk): void {
    for (const [place, row] of rows.entries()) {
      this.#near.add(signatures.subarray(place * signatureBins, (place + 1) * signatureBins));
      for (const key of keysOf(row)) if (!this.#firsts.has(key)) this.#firsts.set(key, this.#rows.length);
      this.#rows.push(row);
    }
  }

  static async begin(options: SurveyOptions): Promise<Surveyor> {
    return new Surveyor(options, await makeFilters(options.filters), await makeKeyOf());
  }

  take(item: ImportItem, place: number): void {
    this.#position = place + 1;
    if (item.type === 'quarantined') {
      const { source, line, reason, excerpt } = item;
      this.#funnel.drop(funnelNames.read, withoutPlace(reason));
      if (this.#quarantined.length < mostExamples) this.#quarantined.push({ source, line, reason, excerpt });
      return;
    }
    this.#funnel.pass(funnelNames.read);
    const { record } = item;
    for (const { name, judge } of this.#filters) {
      const reason = judge(record);
      if (reason !== undefined) {
        this.#funnel.drop(name, reason);
        return;
      }
      this.#funnel.pass(name);
    }
    this.#keep(record, place);
  }

  #keep(record: DatasetRecord, place: number): void {
    const keys = recordKeys(record, this.#keyOf);
    if (this.#firsts.has(keys.exact)) {
      this.#funnel.drop(funnelNames.exact, 'The same row stands before it.');
      return;
    }
    this.#funnel.pass(funnelNames.exact);
    const signature = minHash(comparedText(record));
    const near = this.#near.find(signature, nearSimilarity);
    if (near.some((row) => this.#rows[row]?.output === keys.output)) {
      this.#funnel.drop(
        funnelNames.near,
        'A row before it says almost the same, and the same is to be said.',
      );
      return;
    }
    this.#funnel.pass(funnelNames.near);
    const row = this.#families.add();
    this.#near.add(signature);
    const surveyed: SurveyedRow = {
      place,
      id: record.id,
      task: (this.#options.taskOf ?? taskOf)(record),
      class: record.expected.type,
      ...keys,
    };
    this.#rows.push(surveyed);
    for (const other of near) this.#families.join(row, other);
    for (const key of keysOf(surveyed)) {
      const first = this.#firsts.get(key);
      if (first === undefined) this.#firsts.set(key, row);
      else this.#families.join(row, first);
    }
  }

  /** What came since the last one; it stays as it is while the walk goes on. */
  checkpoint(isWhole: boolean): [head: SurveyHead, chunk: SurveyChunk] {
    const from = this.#stored;
    this.#stored = this.#rows.length;
    return [
      {
        v: 2,
        position: this.#position,
        isWhole,
        funnel: this.#funnel.counts(),
        quarantined: [...this.#quarantined],
        families: this.#families.state(),
      },
      { rows: this.#rows.slice(from), signatures: this.#near.signaturesFrom(from) },
    ];
  }

  /** Without the index and the keys, which only a walk needs and which are the larger part. */
  survey(): Survey {
    const families = this.#families;
    return {
      position: this.#position,
      funnel: this.#funnel,
      quarantined: this.#quarantined,
      rows: this.#rows,
      signatures: this.#near.state(),
      familyOf: (row) => families.find(row),
    };
  }
}

/** Rows that share one of these are of one family. */
function keysOf({ exact, said, episode, templates }: SurveyedRow): readonly string[] {
  return [exact, said, episode, ...templates];
}

/** Places differ from row to row; reasons that differ in nothing else count together. */
function withoutPlace(reason: string): string {
  return reason
    .replaceAll(/\[\d+\]/g, '[]')
    .replaceAll(/\d[\d,.]{3,}/g, 'N')
    .slice(0, 160);
}
