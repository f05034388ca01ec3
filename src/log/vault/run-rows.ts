/**
 * What binds each row of a run to its place: the facts that go in as associated data, and the links that chain a run's
 * records. Change any of them, or put a row elsewhere, and it does not open. Pure. Knows nothing of keys and stores.
 */
import type { AnnexRow, Bytes, OriginalsRow, RecordRow, RunKeyRow, RunRow } from '../../protocol/vault.ts';
import { concatenate, factBytes, sha256, toBase64, toBytes } from './encoding.ts';

/** A row's vault, and the generation of its run's key. */
export interface RunPlace {
  readonly vaultId: string;
  readonly generation: number;
}

export function keyFacts(
  { v, runId, purpose, generation }: Omit<RunKeyRow, 'enc' | 'data' | 'witness'>,
  vaultId: string,
): Bytes {
  return factBytes('smallworks/key', v, vaultId, runId, purpose, generation);
}

/** What the witness of a key vouches for: the sealed key with its place. */
export function keyWitnessFacts(row: Omit<RunKeyRow, 'witness'>, vaultId: string): Bytes {
  return factBytes('smallworks/key-witness', toBase64(keyFacts(row, vaultId)), row.enc, row.data);
}

export function runFacts(
  { v, runId, startedAt, revision, bytes }: Omit<RunRow, 'iv' | 'data'>,
  { vaultId, generation }: RunPlace,
): Bytes {
  return factBytes('smallworks/run', v, vaultId, generation, runId, startedAt ?? null, revision, bytes);
}

export function recordFacts(
  { v, runId, index, previous }: Omit<RecordRow, 'iv' | 'data'>,
  { vaultId, generation }: RunPlace,
): Bytes {
  return factBytes('smallworks/record', v, vaultId, generation, runId, index, previous);
}

export function annexFacts(
  { v, runId, kind, id }: Omit<AnnexRow, 'iv' | 'data'>,
  { vaultId, generation }: RunPlace,
): Bytes {
  return factBytes('smallworks/annex', v, vaultId, generation, runId, kind, id);
}

export function originalsFacts(
  { v, runId, index }: Omit<OriginalsRow, 'iv' | 'data'>,
  vaultId: string,
): Bytes {
  return factBytes('smallworks/originals', v, vaultId, runId, index);
}

/** The link before a run's first record. */
export async function firstLink(runId: string): Promise<Bytes> {
  return sha256(toBytes(`smallworks/run/${runId}`));
}

/** The link of a record: what the next one carries as `previous`, and the header for the last one. */
export async function linkOf({
  previous,
  iv,
  data,
}: Pick<RecordRow, 'previous' | 'iv' | 'data'>): Promise<Bytes> {
  return sha256(concatenate(previous, iv, data));
}

/** What a header keeps of a row that is not chained. */
export async function digestOf({ iv, data }: Pick<AnnexRow, 'iv' | 'data'>): Promise<string> {
  return toBase64(await sha256(concatenate(iv, data)));
}

export function annexName({ kind, id }: Pick<AnnexRow, 'kind' | 'id'>): string {
  return `${kind}/${id}`;
}

export function originalsName(index: number): string {
  return `originals/${String(index)}`;
}
