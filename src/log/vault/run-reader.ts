/**
 * The rows of one run, opened and judged: what can be read is handed out, what cannot is named. Every record opens by
 * itself, so one that is damaged hides no other; that none was left out, put elsewhere or taken from another time shows in
 * the chain, which is walked from the header backwards. Pure but for WebCrypto; knows nothing of stores.
 */
import type { Feedback, RecordDamage, StoredEvent } from '../../protocol/record.ts';
import type { PromotionDecision, ShadowTrial } from '../../protocol/promotion.ts';
import type { AnnexRow, RecordRow, RunHeader, RunKeyRow, RunRow } from '../../protocol/vault.ts';
import { checked } from '../journal-store.ts';
import { fromBase64, sameBytes, toBase64 } from './encoding.ts';
import { openRunKey } from './run-keys.ts';
import { annexFacts, annexName, digestOf, firstLink, linkOf, recordFacts, runFacts } from './run-rows.ts';
import type { RunPlace } from './run-rows.ts';
import { openJson } from './seal.ts';
import type { Vault } from './vault.ts';

/** All rows of a run but its originals. */
export interface RunRows {
  readonly runId: string;
  readonly key: RunKeyRow | undefined;
  readonly run: RunRow | undefined;
  readonly records: readonly RecordRow[];
  readonly annexes: readonly AnnexRow[];
}

export interface RunReading {
  /** Undefined: there is none, or it does not open. */
  readonly header: RunHeader | undefined;
  readonly events: readonly StoredEvent[];
  readonly feedback: readonly Feedback[];
  readonly trials: readonly ShadowTrial[];
  readonly decisions: readonly PromotionDecision[];
  readonly damage: readonly RecordDamage[];
}

type Found<Row> = { readonly row: Row; readonly value: unknown };

export async function readRun(vault: Vault, rows: RunRows): Promise<RunReading> {
  const { runId, key: keyRow, run } = rows;
  const nothing: RunReading = {
    header: undefined,
    events: [],
    feedback: [],
    trials: [],
    decisions: [],
    damage: [],
  };
  for (const row of [keyRow, run, ...rows.records, ...rows.annexes]) checked(row);
  if (keyRow === undefined && run === undefined && rows.records.length === 0 && rows.annexes.length === 0) {
    return nothing;
  }
  const key = keyRow === undefined ? undefined : await openRunKey(vault, keyRow, 'decrypt');
  if (keyRow === undefined || key === undefined) {
    const why = keyRow === undefined ? 'missing' : 'altered';
    return { ...nothing, damage: [{ runId, store: 'keys', why }] };
  }
  const place: RunPlace = { vaultId: vault.id, generation: keyRow.generation };
  const header = await openHeader(key, run, place);
  const headerDamage: RecordDamage[] =
    header === undefined ? [{ runId, store: 'runs', why: run === undefined ? 'missing' : 'altered' }] : [];
  const [records, annexes] = await Promise.all([
    readRecords({ key, place, rows, header }),
    readAnnexes({ key, place, rows, header }),
  ]);
  const ofKind = (kind: AnnexRow['kind']): unknown[] =>
    annexes.found.filter(({ row }) => row.kind === kind).map(({ value }) => value);
  return {
    header,
    events: records.found.map(({ value }) => value as StoredEvent),
    feedback: ofKind('feedback') as Feedback[],
    trials: ofKind('trial') as ShadowTrial[],
    decisions: ofKind('decision') as PromotionDecision[],
    damage: [...headerDamage, ...records.damage, ...annexes.damage],
  };
}

/** Undefined where there is no header, or it does not open. */
export async function openHeader(
  key: CryptoKey,
  run: RunRow | undefined,
  place: RunPlace,
): Promise<RunHeader | undefined> {
  return run === undefined ? undefined : openJson<RunHeader>(key, run, runFacts(run, place));
}

interface Part {
  readonly key: CryptoKey;
  readonly place: RunPlace;
  readonly rows: RunRows;
  readonly header: RunHeader | undefined;
}

interface Judged<Row> {
  readonly found: readonly Found<Row>[];
  readonly damage: readonly RecordDamage[];
}

async function readRecords({ key, place, rows, header }: Part): Promise<Judged<RecordRow>> {
  const { runId, records } = rows;
  const opened = await Promise.all(
    records.map(async (row) => {
      const value = await openJson(key, row, recordFacts(row, place));
      return value === undefined ? undefined : { row, value, link: toBase64(await linkOf(row)) };
    }),
  );
  const byIndex = new Map(records.map(({ index }, position) => [index, opened[position]]));
  // Without a header, what opens is all that is known.
  const count = header?.count ?? Math.max(0, ...records.map(({ index }) => index + 1));
  const found: Found<RecordRow>[] = [];
  const damage: RecordDamage[] = [];
  for (const { index } of records) {
    if (!Number.isInteger(index) || index >= count || index < 0) {
      damage.push({ runId, store: 'records', index, why: 'unexpected' });
    }
  }
  let expected = header?.link;
  for (let index = count - 1; index >= 0; index -= 1) {
    const one = byIndex.get(index);
    if (one === undefined || (expected !== undefined && one.link !== expected)) {
      damage.push({ runId, store: 'records', index, why: byIndex.has(index) ? 'altered' : 'missing' });
      // What comes before it is linked by nothing that opens; it still opens at its own place only.
      expected = undefined;
    } else {
      found.push(one);
      expected = toBase64(one.row.previous);
    }
  }
  if (expected !== undefined && !sameBytes(fromBase64(expected), await firstLink(runId))) {
    damage.push({ runId, store: 'records', index: 0, why: 'altered' });
  }
  return { found: found.toReversed(), damage: damage.toReversed() };
}

async function readAnnexes({ key, place, rows, header }: Part): Promise<Judged<AnnexRow>> {
  const { runId, annexes } = rows;
  const stated = new Map(Object.entries(header?.annexes ?? {}));
  const found: Found<AnnexRow>[] = [];
  const damage: RecordDamage[] = [];
  for (const row of annexes) {
    const { id } = row;
    const name = annexName(row);
    const digest = stated.get(name);
    stated.delete(name);
    const value = await openJson(key, row, annexFacts(row, place));
    const isLatest = value !== undefined && (header === undefined || digest === (await digestOf(row)));
    if (isLatest) found.push({ row, value });
    else damage.push({ runId, store: 'annexes', id, why: digest === undefined ? 'unexpected' : 'altered' });
  }
  for (const name of stated.keys()) {
    if (name.startsWith('originals/')) continue;
    damage.push({ runId, store: 'annexes', id: name.slice(name.indexOf('/') + 1), why: 'missing' });
  }
  return { found, damage };
}
