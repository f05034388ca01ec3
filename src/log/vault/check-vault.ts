/**
 * The whole log, opened row by row and held against its audit chain: what is damaged, which run is gone without having been
 * erased, which is there without having been begun or came back, and which was cut to an earlier time.
 * Knows what the chain says of runs; knows nothing of permissions (journal).
 */
import type { Id } from '../../protocol/id.ts';
import type { RecordDamage } from '../../protocol/record.ts';
import type { AuditEntry, AuditReceipt, VaultCheck } from '../../protocol/vault.ts';
import { verifyAudit } from './audit-chain.ts';
import { toBase64 } from './encoding.ts';
import { linkOf } from './run-rows.ts';
import { decisionsId } from './sealed-runs.ts';
import type { SealedRuns } from './sealed-runs.ts';
import type { Vault } from './vault.ts';

/** What the chain says last of a run. */
interface RunFate {
  readonly isErased: boolean;
  readonly end: { readonly count: number; readonly link: string } | undefined;
}

/** Throws Fault `vault-refused` where the open role reads no audit log. */
export async function checkVault(options: {
  readonly vault: Vault;
  readonly runs: SealedRuns;
  readonly receipt: AuditReceipt | undefined;
}): Promise<VaultCheck> {
  const { vault, runs, receipt } = options;
  const ids = await runs.ids();
  const audit = await verifyAudit(await vault.exportAudit(), receipt);
  // What was begun or erased while the chain was read is in one of the two lists.
  const idsAfter = await runs.ids();
  const fates = fatesOf(audit.type === 'whole' ? audit.entries : []);
  const damage: RecordDamage[] = [];
  for (const runId of ids) {
    if (!idsAfter.includes(runId)) continue;
    damage.push(...(await runs.read(runId)).damage);
    const end = fates.get(runId)?.end;
    if (end !== undefined && !(await reaches(runs, runId, end))) {
      damage.push({ runId, store: 'runs', why: 'altered' });
    }
  }
  const there = new Set([...ids, ...idsAfter]);
  // Without a whole chain, nothing can be said of runs that it does not name.
  const isWhole = audit.type === 'whole';
  return {
    audit,
    damage,
    missingRuns: [...fates].flatMap(([runId, { isErased }]) => (isErased || there.has(runId) ? [] : [runId])),
    unexpectedRuns: isWhole ? ids.filter((runId) => fates.get(runId)?.isErased ?? true) : [],
  };
}

function fatesOf(entries: readonly AuditEntry[]): Map<Id, RunFate> {
  const fates = new Map<Id, RunFate>();
  for (const { action, details } of entries) {
    const { runId, link, count } = details;
    if (action === 'run-begun' && typeof runId === 'string' && runId !== decisionsId)
      fates.set(runId, { isErased: false, end: undefined });
    if (action === 'run-ended' && typeof runId === 'string' && typeof link === 'string') {
      const end = { count: Number(count), link };
      fates.set(runId, { isErased: false, end });
    }
    if (action === 'erased' && Array.isArray(details['runIds'])) {
      for (const erased of details['runIds']) fates.set(String(erased), { isErased: true, end: undefined });
    }
  }
  return fates;
}

/** Whether a run still holds what it held when it ended. */
async function reaches(
  runs: SealedRuns,
  runId: Id,
  { count, link }: { readonly count: number; readonly link: string },
): Promise<boolean> {
  const { records } = await runs.rows(runId);
  const last = records.find(({ index }) => index === count - 1);
  return last !== undefined && toBase64(await linkOf(last)) === link;
}
