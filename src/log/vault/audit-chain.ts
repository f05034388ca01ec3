/**
 * The audit log as a chain: what is hashed, and how an export is checked without the vault, the browser's database or the
 * network. Pure. Knows nothing of keys (audit-log seals and witnesses the rows).
 */
import type { JsonObject } from '../../protocol/json.ts';
import type { AuditEntry, AuditExport, AuditReceipt, AuditVerdict, Bytes } from '../../protocol/vault.ts';
import { randomBytes, sha256, toBase64, toBytes } from './encoding.ts';

/** A text that is hashed: the hash before, what happened, and a salt, so that a hash does not tell what it is of. */
interface HashedEntry extends AuditEntry {
  readonly previous: string;
  readonly salt: string;
}

export interface ChainedEntry {
  readonly text: string;
  readonly hash: Bytes;
}

/** The hash before the first entry: no entry of another vault fits. */
export async function chainRoot(vaultId: string): Promise<Bytes> {
  return sha256(toBytes(`smallworks/audit/${vaultId}`));
}

/** An entry at the end of a chain whose last hash is `previous`. */
export async function chainEntry(entry: AuditEntry, previous: Bytes): Promise<ChainedEntry> {
  const { sequence, at, actor, action, details } = entry;
  const hashed: HashedEntry = {
    previous: toBase64(previous),
    sequence,
    at,
    actor,
    action,
    details,
    salt: toBase64(randomBytes(16)),
  };
  const text = JSON.stringify(hashed);
  return { text, hash: await sha256(toBytes(text)) };
}

/** The entry of a hashed text; undefined where it is none. */
export function entryOf(text: string): (AuditEntry & { readonly previous: string }) | undefined {
  let value: Partial<Record<keyof HashedEntry, unknown>> | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { previous, sequence, at, actor, action, details } = value;
  if (typeof previous !== 'string' || typeof sequence !== 'number' || typeof at !== 'number')
    return undefined;
  if (typeof actor !== 'string' || typeof action !== 'string') return undefined;
  return {
    previous,
    sequence,
    at,
    actor: actor as AuditEntry['actor'],
    action: action as AuditEntry['action'],
    details: (details ?? {}) as JsonObject,
  };
}

/**
 * Checks an export: every entry follows the one before, from the first on. With a receipt, also that nothing up to it was
 * cut off or exchanged. What it cannot see without one is a chain that ends early.
 */
export async function verifyAudit(
  { vaultId, lines }: AuditExport,
  receipt?: AuditReceipt,
): Promise<AuditVerdict> {
  let previous = toBase64(await chainRoot(vaultId));
  const entries: AuditEntry[] = [];
  for (const [sequence, { text, hash }] of lines.entries()) {
    const broken = (reason: string): AuditVerdict => ({ type: 'broken', sequence, reason });
    const found = entryOf(text);
    if (found === undefined) return broken('It cannot be read.');
    if (found.sequence !== sequence) return broken(`Entry ${String(found.sequence)} stands in its place.`);
    if (found.previous !== previous) return broken('It does not follow the entry before.');
    if (toBase64(await sha256(toBytes(text))) !== hash) return broken('Its hash is another.');
    const { previous: _previous, ...entry } = found;
    entries.push(entry);
    previous = hash;
  }
  const fault = receipt === undefined ? undefined : judgeReceipt({ vaultId, lines }, receipt);
  if (fault !== undefined) return fault;
  return {
    type: 'whole',
    entries,
    receipt: { vaultId, sequence: lines.length - 1, hash: previous },
  };
}

function judgeReceipt(
  { vaultId, lines }: Pick<AuditExport, 'vaultId' | 'lines'>,
  receipt: AuditReceipt,
): AuditVerdict | undefined {
  const { sequence } = receipt;
  if (receipt.vaultId !== vaultId)
    return { type: 'broken', sequence, reason: 'The receipt is of another vault.' };
  const line = lines[sequence];
  if (line === undefined)
    return { type: 'broken', sequence, reason: 'The entry of the receipt is not there.' };
  if (line.hash !== receipt.hash) {
    return { type: 'broken', sequence, reason: 'The entry of the receipt is another.' };
  }
  return undefined;
}
