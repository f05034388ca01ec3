/**
 * The key of one run: made, sealed to the current generation, opened by who may read. Whoever writes holds it for
 * encrypting only, and cannot take it out of WebCrypto. Knows nothing of records.
 */
import type { Bytes, RunKeyRow } from '../../protocol/vault.ts';
import { recordVersion } from '../migrate.ts';
import { keyFacts, keyWitnessFacts } from './run-rows.ts';
import { checkWitness, makeWitness } from './role-keys.ts';
import { openWithKey, sealToKey } from './sealed-box.ts';
import type { SealingKeys, Vault } from './vault.ts';

export interface MadeKey {
  readonly row: RunKeyRow;
  /** For encrypting only. */
  readonly key: CryptoKey;
}

export async function makeRunKey(
  sealing: SealingKeys,
  { runId, purpose }: Pick<RunKeyRow, 'runId' | 'purpose'>,
): Promise<MadeKey> {
  const { vaultId, generation, publicKeys, witness } = sealing;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const place = { v: recordVersion, runId, purpose, generation };
  const [key, box] = await Promise.all([
    crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt']),
    sealToKey(publicKeys[purpose], bytes, keyFacts(place, vaultId)),
  ]);
  bytes.fill(0);
  const sealed = { ...place, ...box };
  return { row: { ...sealed, witness: await makeWitness(witness, keyWitnessFacts(sealed, vaultId)) }, key };
}

/** A run's key for the given use; undefined where it is damaged, or sealed to a key that the open role has not. */
export async function openRunKey(
  vault: Vault,
  row: RunKeyRow,
  usage: 'encrypt' | 'decrypt',
): Promise<CryptoKey | undefined> {
  const own = await vault.keysFor(row.generation);
  const pair = own?.pairs[row.purpose];
  if (own === undefined || pair === undefined || !(row.witness instanceof Uint8Array)) return undefined;
  if (!(await checkWitness(own.witness, row.witness, keyWitnessFacts(row, vault.id)))) return undefined;
  const bytes: Bytes | undefined = await openWithKey(pair, row, keyFacts(row, vault.id));
  if (bytes?.length !== 32) return undefined;
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, [usage]);
  bytes.fill(0);
  return key;
}
