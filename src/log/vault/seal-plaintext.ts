/**
 * Seals what older versions left in the open: one run after the other, each in one transaction that writes its sealed rows
 * and deletes the open ones. Killed half-way, it goes on where it was. Knows the old stores; knows nothing of keys.
 */
import type { Id } from '../../protocol/id.ts';
import { keysOf } from '../journal-store.ts';
import type { JournalStore, StoreName, WriteTransaction } from '../journal-store.ts';
import type { Annex, RunChange } from './run-change.ts';
import { decisionsId } from './sealed-runs.ts';
import type { SealedRuns } from './sealed-runs.ts';

const openStores: readonly StoreName[] = ['runs', 'events', 'feedback', 'trials', 'decisions'];

/** Another tab sealed it meanwhile. */
class AlreadySealed extends Error {}

/** Settles when nothing lies open any more. Gives the number of runs that were sealed. */
export async function sealPlaintext(store: JournalStore, runs: SealedRuns): Promise<number> {
  const ids = await openIds(store);
  let count = 0;
  for (const runId of ids) {
    const { change, size } = await readOpen(store, runId);
    const isSealed = await seal(runs, { runId, change, size });
    if (isSealed) count += 1;
  }
  await sealDecisions(store, runs);
  return count;
}

async function openIds(store: JournalStore): Promise<Id[]> {
  return store.read([...openStores], async (transaction) => {
    const [listed, events, feedback, trials] = await Promise.all([
      transaction.objectStore('runs').index('byStart').getAllKeys(),
      transaction.objectStore('events').getAllKeys(),
      transaction.objectStore('feedback').getAll(),
      transaction.objectStore('trials').getAllKeys(),
    ]);
    return [
      ...new Set([
        ...listed,
        ...events.map(([runId]) => runId),
        ...feedback.map(({ runId }) => runId),
        ...trials.map(([runId]) => runId),
      ]),
    ];
  });
}

async function readOpen(store: JournalStore, runId: Id): Promise<{ change: RunChange; size: number }> {
  return store.read([...openStores], async (transaction) => {
    const [events, feedback, trials] = await Promise.all([
      transaction.objectStore('events').getAll(keysOf(runId)),
      transaction.objectStore('feedback').index('byRun').getAll(keysOf(runId)),
      transaction.objectStore('trials').getAll(keysOf(runId)),
    ]);
    const annexes: Annex[] = [
      ...feedback.map((row): Annex => ({ kind: 'feedback', id: row.id, value: row.feedback, isNew: false })),
      ...trials.map((row): Annex => ({ kind: 'trial', id: row.id, value: row.trial, isNew: false })),
    ];
    return {
      change: { events: events.map(({ event }) => ({ event })), annexes },
      size: events.length + annexes.length,
    };
  });
}

async function seal(
  runs: SealedRuns,
  { runId, change, size }: { readonly runId: Id; readonly change: RunChange; readonly size: number },
): Promise<boolean> {
  return settled(
    runs.writer(runId).add(change, {
      also: { stores: openStores, work: (transaction) => deleteOpen(transaction, { runId, size }) },
    }),
  );
}

async function deleteOpen(
  transaction: WriteTransaction,
  { runId, size }: { readonly runId: Id; readonly size: number },
): Promise<void> {
  const feedbackIds = await transaction.objectStore('feedback').index('byRun').getAllKeys(keysOf(runId));
  const [run, events, trials] = await Promise.all([
    transaction.objectStore('runs').getKey(runId),
    transaction.objectStore('events').count(keysOf(runId)),
    transaction.objectStore('trials').count(keysOf(runId)),
  ]);
  const found = events + trials + feedbackIds.length;
  if (found !== size || (run === undefined && found === 0)) throw new AlreadySealed();
  await Promise.all([
    transaction.objectStore('runs').delete(runId),
    transaction.objectStore('events').delete(keysOf(runId)),
    transaction.objectStore('trials').delete(keysOf(runId)),
    ...feedbackIds.map((id) => transaction.objectStore('feedback').delete(id)),
  ]);
}

async function sealDecisions(store: JournalStore, runs: SealedRuns): Promise<void> {
  const rows = await store.read(['decisions'], (transaction) =>
    transaction.objectStore('decisions').getAll(),
  );
  if (rows.length === 0) return;
  const annexes = rows.map(({ id, decision }): Annex => ({
    kind: 'decision',
    id,
    value: decision,
    isNew: false,
  }));
  await settled(
    runs.writer(decisionsId).add(
      { annexes },
      {
        also: {
          stores: ['decisions'],
          work: async (transaction) => {
            const decisions = transaction.objectStore('decisions');
            if ((await decisions.count()) !== rows.length) throw new AlreadySealed();
            await decisions.clear();
          },
        },
      },
    ),
  );
}

/** False where another tab was first. */
async function settled(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof AlreadySealed) return false;
    throw error;
  }
}
