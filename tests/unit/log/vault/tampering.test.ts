/**
 * Somebody with access to the disk changes rows: every byte of every field, swaps, replays, cuts, copies. All of it shows.
 */
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Journal } from '../../../../src/log/journal.ts';
import { verifyAudit } from '../../../../src/log/vault/audit-chain.ts';
import type { JournalStore } from '../../../../src/log/journal-store.ts';
import { AuditLog } from '../../../../src/log/vault/audit-log.ts';
import { readRun } from '../../../../src/log/vault/run-reader.ts';
import type { RunRows } from '../../../../src/log/vault/run-reader.ts';
import { Vault } from '../../../../src/log/vault/vault.ts';
import { Fault } from '../../../../src/protocol/fault.ts';
import type {
  AnnexRow,
  AuditRow,
  OriginalsRow,
  RecordRow,
  RunKeyRow,
  RunRow,
  VaultRow,
} from '../../../../src/protocol/vault.ts';
import { sampleFeedback, sampleId, sampleRun } from '../../../fixtures/journal/sample-run.ts';
import {
  editsOf,
  logWithRoles,
  newName,
  onDisk,
  openAs,
  rowsOf,
  writeRun,
} from '../../../fixtures/vault/open-log.ts';
import { openJournal } from '../../../../src/log/journal.ts';

const [firstRun, secondRun] = [sampleId(1, 'run'), sampleId(2, 'run')];

interface Disk {
  readonly runKeys: RunKeyRow[];
  readonly sealedRuns: RunRow[];
  readonly sealedRecords: RecordRow[];
  readonly annexes: AnnexRow[];
  readonly originals: OriginalsRow[];
  readonly audit: AuditRow[];
  readonly vault: VaultRow[];
}

const stores = ['runKeys', 'sealedRuns', 'sealedRecords', 'annexes', 'originals', 'audit', 'vault'];

let journal: Journal;
let disk: Disk;

beforeAll(async () => {
  const name = newName();
  journal = await logWithRoles(name);
  await writeRun(journal, 1);
  await writeRun(journal, 2);
  disk = (await rowsOf(name, stores)) as unknown as Disk;
}, 120_000);

afterAll(() => journal.close());

function runOf(runId: string): RunRows {
  return {
    runId,
    key: disk.runKeys.find((row) => row.runId === runId && row.purpose === 'content'),
    run: disk.sealedRuns.find((row) => row.runId === runId),
    records: disk.sealedRecords.filter((row) => row.runId === runId),
    annexes: disk.annexes.filter((row) => row.runId === runId),
  };
}

/** Whether a run's rows are seen not to be what was written. */
async function isSeen(rows: RunRows): Promise<boolean> {
  try {
    return (await readRun(journal.vault, rows)).damage.length > 0;
  } catch (error) {
    // A version that is too new is refused by name.
    if (error instanceof Fault) return true;
    throw error;
  }
}

/** A store that holds what it is given. */
function storeOf(rows: Partial<Record<string, readonly unknown[]>>): JournalStore {
  const transaction = {
    objectStore: (store: string) => ({ getAll: async () => rows[store] ?? [] }),
  };
  const read = async (_stores: unknown, work: (given: unknown) => Promise<unknown>): Promise<unknown> =>
    work(transaction);
  return { read } as unknown as JournalStore;
}

describe('one byte of a run', () => {
  test('as it is, nothing is wrong', async () => {
    expect(await readRun(journal.vault, runOf(firstRun))).toMatchObject({ damage: [] });
    expect(disk.originals).toHaveLength(2);
  });

  test('of its key', async () => {
    const rows = runOf(firstRun);
    const unseen: string[] = [];
    for (const { what, row } of editsOf(rows.key)) {
      if (!(await isSeen({ ...rows, key: row as RunKeyRow }))) unseen.push(what);
    }
    expect(unseen).toEqual([]);
  });

  test('of its header', async () => {
    const rows = runOf(firstRun);
    const unseen: string[] = [];
    for (const { what, row } of editsOf(rows.run)) {
      if (!(await isSeen({ ...rows, run: row as RunRow }))) unseen.push(what);
    }
    expect(unseen).toEqual([]);
  });

  test.each(['records', 'annexes'] as const)('of its %s', { timeout: 300_000 }, async (part) => {
    const rows = runOf(firstRun);
    const unseen: string[] = [];
    for (const [position, before] of rows[part].entries()) {
      for (const { what, row } of editsOf(before)) {
        const changed = rows[part].map((one, index) => (index === position ? row : one));
        if (!(await isSeen({ ...rows, [part]: changed }))) unseen.push(`${String(position)} ${what}`);
      }
    }
    expect(unseen).toEqual([]);
  });
});

describe('one byte of the vault itself', () => {
  test('of charter, grants and wrapped secrets', { timeout: 300_000 }, async () => {
    const name = newName();
    // Opened by device, so that each of the many tries costs no derivation.
    const own = await openJournal({ name });
    await own.admin.grant({
      owner: { type: 'device' },
      role: 'curator',
      secret: { type: 'passkey', credentialId: 'c', prf: new Uint8Array(32).fill(7) },
    });
    own.close();
    const { vault: rows } = (await rowsOf(name, ['vault'])) as { vault: VaultRow[] };
    const unlocks = {
      'grant-owner': { role: 'owner', secret: { type: 'device' } },
      'grant-curator': {
        role: 'curator',
        secret: { type: 'passkey', credentialId: 'c', prf: new Uint8Array(32).fill(7) },
      },
    } as const;
    /** Null: the edit went through unseen. */
    async function open(
      changed: readonly VaultRow[],
      unlock: (typeof unlocks)[keyof typeof unlocks],
    ): Promise<string | null> {
      try {
        const vault = await Vault.find(storeOf({ vault: changed }));
        return (await vault?.openTexts(unlock)) === undefined ? 'does not open' : null;
      } catch (error) {
        if (error instanceof Error) return error.message;
        throw error;
      }
    }
    expect(await open(rows, unlocks['grant-owner'])).toBeNull();
    expect(await open(rows, unlocks['grant-curator'])).toBeNull();
    const unseen: string[] = [];
    for (const [position, before] of rows.entries()) {
      if (before.name === 'device-key') continue;
      const unlock = before.name === 'grant-curator' ? unlocks['grant-curator'] : unlocks['grant-owner'];
      for (const { what, row } of editsOf(before)) {
        if (what.startsWith('name')) continue;
        const changed = rows.map((one, index) => (index === position ? (row as VaultRow) : one));
        if ((await open(changed, unlock)) === null) unseen.push(`${before.name} ${what}`);
      }
    }
    expect(unseen).toEqual([]);
  });

  test('of the audit log', { timeout: 300_000 }, async () => {
    const keys = new Map([[1, journal.vault.keys(1)!]]);
    const writer = (): never => ({ vaultId: journal.vault.id }) as never;
    /** Whether a chain of these rows is whole. */
    async function isWhole(rows: readonly AuditRow[]): Promise<boolean> {
      const exported = await new AuditLog(storeOf({ audit: rows }), writer).export(keys);
      return (await verifyAudit(exported)).type === 'whole';
    }
    const rows = disk.audit.slice(0, 4);
    expect(await isWhole(rows)).toBe(true);
    const unseen: string[] = [];
    for (const [position, before] of rows.entries()) {
      for (const { what, row } of editsOf(before)) {
        const changed = rows.map((one, index) => (index === position ? (row as AuditRow) : one));
        if (await isWhole(changed)) unseen.push(`${String(position)} ${what}`);
      }
      const { witness: _witness, ...bare } = before;
      if (await isWhole(rows.map((one, index) => (index === position ? bare : one)))) {
        unseen.push(`${String(position)} witness gone`);
      }
    }
    expect(unseen).toEqual([]);
  });
});

describe('rows in another place', () => {
  test('any two records of a run swapped', async () => {
    const rows = runOf(firstRun);
    for (let left = 0; left < rows.records.length; left += 1) {
      for (let right = left + 1; right < rows.records.length; right += 1) {
        const swapped = rows.records.map((row, index) => {
          const from = index === left ? right : index === right ? left : index;
          const { index: _index, ...rest } = rows.records[from]!;
          return { index: row.index, ...rest };
        });
        expect(await isSeen({ ...rows, records: swapped })).toBe(true);
      }
    }
  });

  test('the rows of another run, one kind at a time, as they are and renamed', async () => {
    const [rows, other] = [runOf(firstRun), runOf(secondRun)];
    const renamed = <Row extends { readonly runId: string }>(row: Row): Row => ({ ...row, runId: firstRun });
    expect(await isSeen({ ...rows, key: other.key })).toBe(true);
    expect(await isSeen({ ...rows, key: renamed(other.key!) })).toBe(true);
    expect(await isSeen({ ...rows, run: other.run })).toBe(true);
    expect(await isSeen({ ...rows, run: renamed(other.run!) })).toBe(true);
    for (let index = 0; index < rows.records.length; index += 1) {
      const copied = rows.records.map((row, at) => (at === index ? renamed(other.records[index]!) : row));
      expect(await isSeen({ ...rows, records: copied })).toBe(true);
    }
    expect(await isSeen({ ...rows, annexes: other.annexes.map(renamed) })).toBe(true);
    // With its own key and all: the run of another id.
    const whole = { key: renamed(other.key!), run: renamed(other.run!), annexes: other.annexes.map(renamed) };
    expect(await isSeen({ runId: firstRun, ...whole, records: other.records.map(renamed) })).toBe(true);
  });

  test('from one store to another, in every direction', async () => {
    const rows = runOf(firstRun);
    const [record, annex] = [rows.records[0]!, rows.annexes[0]!];
    const originals = disk.originals.find(({ runId }) => runId === firstRun)!;
    for (const { iv, data } of [annex, rows.run!, originals]) {
      const copied = rows.records.map((row, at) => (at === 0 ? { ...record, iv, data } : row));
      expect(await isSeen({ ...rows, records: copied })).toBe(true);
    }
    for (const { iv, data } of [record, rows.run!, originals]) {
      const copied = rows.annexes.map((row, at) => (at === 0 ? { ...annex, iv, data } : row));
      expect(await isSeen({ ...rows, annexes: copied })).toBe(true);
    }
    for (const { iv, data } of [record, annex, originals]) {
      expect(await isSeen({ ...rows, run: { ...rows.run!, iv, data } })).toBe(true);
    }
    const asTrial = rows.annexes.map((row) => ({ ...row, kind: 'decision' as const }));
    expect(await isSeen({ ...rows, annexes: asTrial })).toBe(true);
    const key = disk.runKeys.find(({ runId, purpose }) => runId === firstRun && purpose === 'originals')!;
    expect(await isSeen({ ...rows, key: { ...key, purpose: 'content' } })).toBe(true);
  });
});

describe('rows that are gone, or back', () => {
  test('any record or annex left out, any number of them at the end, the header, the key', async () => {
    const rows = runOf(firstRun);
    for (const [index] of rows.records.entries()) {
      expect(await isSeen({ ...rows, records: rows.records.toSpliced(index, 1) })).toBe(true);
      expect(await isSeen({ ...rows, records: rows.records.slice(0, index) })).toBe(true);
    }
    for (const [index] of rows.annexes.entries()) {
      expect(await isSeen({ ...rows, annexes: rows.annexes.toSpliced(index, 1) })).toBe(true);
    }
    expect(await isSeen({ ...rows, run: undefined })).toBe(true);
    expect(await isSeen({ ...rows, key: undefined })).toBe(true);
  });

  test('an earlier header, an earlier word of a person, an annex that nobody counted', async () => {
    const name = newName();
    const log = await openAs(name, 'owner');
    const runStores = ['runKeys', 'sealedRuns', 'sealedRecords', 'annexes'];
    const history: RunRows[] = [];
    const events = sampleRun({ number: 1, steps: [] });
    for (const step of [
      () => log.append(events[0]!),
      () => log.addFeedback(sampleFeedback(1, 0, { comment: 'first' })),
      () => log.addFeedback(sampleFeedback(1, 0, { comment: 'second' })),
      () => log.append(events[1]!),
    ]) {
      await step();
      const now = await rowsOf(name, runStores);
      history.push({
        runId: firstRun,
        key: now['runKeys']![0] as RunKeyRow,
        run: now['sealedRuns']![0] as RunRow,
        records: now['sealedRecords'] as RecordRow[],
        annexes: now['annexes'] as AnnexRow[],
      });
    }
    const seen = async (rows: RunRows): Promise<boolean> =>
      (await readRun(log.vault, rows)).damage.length > 0;
    const last = history.at(-1)!;
    expect(await seen(last)).toBe(false);
    for (const earlier of history.slice(0, -1)) {
      expect(await seen({ ...last, run: earlier.run })).toBe(true);
    }
    expect(await seen({ ...last, annexes: history[1]!.annexes })).toBe(true);
    expect(await seen({ ...history[0]!, annexes: last.annexes })).toBe(true);
    log.close();
  });

  test('a whole run put back to an earlier time, deleted, or back after its erasure: the audit chain says so', async () => {
    const name = newName();
    const log = await openAs(name, 'owner');
    const runStores = ['runKeys', 'sealedRuns', 'sealedRecords', 'annexes', 'originals'];
    const events = sampleRun({ number: 1, steps: [], outcome: { type: 'answered', answer: 'yes' } });
    for (const event of events.slice(0, -1)) await log.append(event);
    const earlier = await rowsOf(name, runStores);
    await log.append(events.at(-1)!);
    await writeRun(log, 2);
    expect(await log.check()).toMatchObject({ damage: [], missingRuns: [], unexpectedRuns: [] });
    const later = await rowsOf(name, runStores);

    await onDisk(name, async (database) => {
      for (const store of runStores) for (const row of earlier[store]!) await database.put(store, row);
      await database.delete('sealedRecords', [firstRun, events.length - 1]);
    });
    expect((await log.check()).damage).toEqual([{ runId: firstRun, store: 'runs', why: 'altered' }]);

    await onDisk(name, async (database) => {
      for (const store of runStores) await database.clear(store);
    });
    expect(await log.check()).toMatchObject({ damage: [], missingRuns: [firstRun, secondRun] });

    await onDisk(name, async (database) => {
      for (const store of runStores) for (const row of later[store]!) await database.put(store, row);
    });
    await log.deleteRun(firstRun);
    expect(await log.check()).toMatchObject({ damage: [], missingRuns: [], unexpectedRuns: [] });
    await onDisk(name, async (database) => {
      for (const store of runStores) for (const row of later[store]!) await database.put(store, row);
    });
    expect(await log.check()).toMatchObject({ missingRuns: [], unexpectedRuns: [firstRun] });
    log.close();
  });

  test('a run that somebody without a role has sealed to the public keys', async () => {
    const { sealToKey } = await import('../../../../src/log/vault/sealed-box.ts');
    const { keyFacts } = await import('../../../../src/log/vault/run-rows.ts');
    const rows = runOf(firstRun);
    const place = { v: 2, runId: firstRun, purpose: 'content', generation: 1 } as const;
    const { publicKeys } = journal.vault.sealing();
    const box = await sealToKey(publicKeys.content, new Uint8Array(32), keyFacts(place, journal.vault.id));
    const forged: RunKeyRow = { ...place, ...box, witness: rows.key!.witness };
    expect(await isSeen({ ...rows, key: forged })).toBe(true);
  });

  test('the tail of the audit log: a receipt shows it', async () => {
    const name = newName();
    const log = await openAs(name, 'owner');
    await writeRun(log, 1);
    const receipt = await log.vault.receipt();
    expect(await log.check({ receipt })).toMatchObject({ audit: { type: 'whole' } });
    await onDisk(name, (database) => database.delete('audit', IDBKeyRange.lowerBound(receipt.sequence)));
    // Without it, the chain is only shorter: that is why receipts are handed out.
    expect((await log.check({ receipt })).audit).toMatchObject({
      type: 'broken',
      sequence: receipt.sequence,
    });
    log.close();
  });
});

describe('a record that is damaged', () => {
  test('is named, and the events around it and the other runs are there', async () => {
    const name = newName();
    const log = await openAs(name, 'owner');
    await writeRun(log, 1);
    await writeRun(log, 2);
    await onDisk(name, async (database) => {
      const row = (await database.get('sealedRecords', [firstRun, 2])) as RecordRow;
      await database.put('sealedRecords', { ...row, data: row.data.fill(0) });
    });
    const { events, feedback, damage } = await log.episode(firstRun);
    expect(damage).toEqual([{ runId: firstRun, store: 'records', index: 2, why: 'altered' }]);
    expect(events.map(({ id }) => id)).toEqual([0, 1, 3, 4].map((index) => sampleId(1, 'event', index)));
    expect(feedback).toHaveLength(1);
    expect((await log.episode(secondRun)).damage).toBeUndefined();
    await onDisk(name, async (database) => {
      const row = (await database.get('sealedRuns', firstRun)) as RunRow;
      await database.put('sealedRuns', { ...row, iv: row.iv.fill(0) });
    });
    expect(await log.runs()).toMatchObject([
      { runId: secondRun, goal: 'goal 2' },
      { runId: firstRun, goal: 'goal 1', modelId: 'sample-model', outcome: 'answered' },
    ]);
    log.close();
  });
});
