/**
 * Who may do what: every role against every call, what is refused and written down, and that a role has no key for what it
 * may not read, whatever the table says.
 */
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Journal } from '../../../../src/log/journal.ts';
import { verifyAudit } from '../../../../src/log/vault/audit-chain.ts';
import { permissions } from '../../../../src/log/vault/permissions.ts';
import { readRun } from '../../../../src/log/vault/run-reader.ts';
import type { RunRows } from '../../../../src/log/vault/run-reader.ts';
import { SealedRuns } from '../../../../src/log/vault/sealed-runs.ts';
import { roles } from '../../../../src/protocol/vault.ts';
import type { AuditEntry, Role, VaultCall } from '../../../../src/protocol/vault.ts';
import { sampleDecision, sampleFeedback, sampleId, sampleRun } from '../../../fixtures/journal/sample-run.ts';
import {
  faultOf,
  logWithRoles,
  newName,
  onDisk,
  openAs,
  rowsOf,
  secretOf,
  writeRun,
} from '../../../fixtures/vault/open-log.ts';

const runId = sampleId(1, 'run');
const owner = secretOf('owner');

let count = 10;

/** One call of each kind, as a page makes it. */
const makes: Readonly<Record<VaultCall, (journal: Journal) => Promise<unknown>>> = {
  write: async (journal) => {
    for (const event of sampleRun({ number: (count += 1), steps: [] })) await journal.append(event);
  },
  label: async (journal) => {
    // A contributor labels what it has just written: it cannot go on with what others wrote.
    const number = journal.vault.role === 'contributor' ? count : 1;
    await journal.addFeedback(sampleFeedback(number, (count += 1), {}));
  },
  decide: (journal) => journal.addDecision(sampleDecision(1, (count += 1), {})),
  read: (journal) => journal.episode(runId),
  export: (journal) => journal.episodes({ purpose: 'export' }).next(),
  'read-originals': (journal) => journal.originals(runId),
  erase: (journal) => journal.deleteRun(sampleId(2, 'run')),
  manage: (journal) => journal.admin.rotate({ owner }),
  'read-audit': (journal) => journal.vault.exportAudit(),
};

let name: string;
let log: Journal;

async function auditEntries(): Promise<readonly AuditEntry[]> {
  const verdict = await verifyAudit(await log.vault.exportAudit());
  if (verdict.type !== 'whole') throw new Error(verdict.reason);
  return verdict.entries;
}

beforeAll(async () => {
  name = newName();
  log = await logWithRoles(name);
  await writeRun(log, 1);
  await writeRun(log, 2);
}, 120_000);

afterAll(() => log.close());

describe.each(roles)('%s', (role) => {
  test.each(Object.keys(permissions) as VaultCall[])('%s', async (call) => {
    const journal = await openAs(name, role);
    if (permissions[call].includes(role)) {
      if (call === 'label') await makes.write(journal).catch(() => undefined);
      await makes[call](journal);
      journal.close();
      return;
    }
    const fault = await faultOf(makes[call](journal));
    journal.close();
    expect(fault).toMatchObject({ code: 'vault-refused', details: { role, call } });
    expect((await auditEntries()).at(-2)).toMatchObject({
      actor: role,
      action: 'call-refused',
      details: { call, locked: false },
    });
  });
});

async function rowsOfRun(): Promise<RunRows> {
  const stores = await rowsOf(name, ['runKeys', 'sealedRuns', 'sealedRecords', 'annexes']);
  const of = (store: string): { runId: string; purpose?: string }[] =>
    (stores[store] as { runId: string; purpose?: string }[]).filter((row) => row.runId === runId);
  return {
    runId,
    key: of('runKeys').find(({ purpose }) => purpose === 'content') as never,
    run: of('sealedRuns')[0] as never,
    records: of('sealedRecords') as never,
    annexes: of('annexes') as never,
  };
}

describe('keys, whatever the table says', () => {
  test.each<[Role, boolean]>([
    ['owner', true],
    ['curator', true],
    ['contributor', false],
    ['auditor', false],
  ])('of %s open a run: %s', async (role, opens) => {
    const journal = await openAs(name, role);
    const { events } = await readRun(journal.vault, await rowsOfRun());
    expect(events.length > 0).toBe(opens);
    journal.close();
  });

  test('a curator has no key for originals, and a contributor none for its own run', async () => {
    const curator = await openAs(name, 'curator');
    expect(curator.vault.keys(1)?.pairs.originals).toBeUndefined();
    expect(curator.vault.keys(1)?.pairs.audit).toBeUndefined();
    curator.close();
    const made = vi.spyOn(crypto.subtle, 'importKey');
    const contributor = await openAs(name, 'contributor');
    made.mockClear();
    await makes.write(contributor);
    const runKeys = made.mock.calls.filter(([, , , , usages]) => [...usages].join(',') === 'encrypt');
    // For encrypting only, and not extractable.
    expect(runKeys.map(([format, , , extractable]) => [format, extractable])).toEqual([['raw', false]]);
    made.mockRestore();
    contributor.close();
  });

  test('a contributor cannot go on with a run of another tab, and says so', async () => {
    const journal = await openAs(name, 'contributor');
    const [event] = sampleRun({ number: 1, steps: [] });
    expect(await faultOf(journal.append(event!))).toMatchObject({ code: 'vault-refused' });
    journal.close();
  });
});

describe('unlocking', () => {
  test('a wrong passphrase, a wrong role and one that is not there: the same words, one derivation each', async () => {
    const bare = newName();
    const journal = await openAs(bare, 'owner');
    const derived = vi.spyOn(crypto.subtle, 'importKey');
    const told: unknown[] = [];
    for (const [role, passphrase] of [
      ['owner', 'no'],
      ['owner', ''],
      ['curator', 'no'],
      ['auditor', 'owner says so'],
    ] as const) {
      derived.mockClear();
      const fault = await faultOf(journal.vault.unlock({ role, secret: { type: 'passphrase', passphrase } }));
      told.push(fault.toData());
      expect(derived.mock.calls.filter(([, , algorithm]) => algorithm === 'AES-GCM')).toHaveLength(1);
    }
    derived.mockRestore();
    expect(new Set(told.map((data) => JSON.stringify(data))).size).toBe(1);
    // Who was open stays open, and all of it is written down.
    expect(journal.vault.role).toBe('owner');
    const verdict = await verifyAudit(await journal.vault.exportAudit());
    const refused =
      verdict.type === 'whole' ? verdict.entries.filter(({ action }) => action === 'unlock-refused') : [];
    expect(refused).toHaveLength(4);
    journal.close();
  });

  test('a log opened with a wrong secret is not opened, and can be opened with the right one', async () => {
    const wrong = { type: 'passphrase', passphrase: 'no' } as const;
    const { openJournal } = await import('../../../../src/log/journal.ts');
    expect(await faultOf(openJournal({ name, unlock: { role: 'owner', secret: wrong } }))).toMatchObject({
      code: 'vault-locked',
    });
    const journal = await openJournal({ name });
    expect(journal.vault.role).toBeUndefined();
    expect(await faultOf(journal.runs())).toMatchObject({ code: 'vault-locked' });
    expect(await faultOf(journal.append(sampleRun({ number: 9, steps: [] })[0]!))).toMatchObject({
      code: 'vault-locked',
    });
    await journal.vault.unlock({ role: 'curator', secret: secretOf('curator') });
    expect((await journal.episode(runId)).events.length).toBeGreaterThan(0);
    journal.close();
  });

  test("keys that somebody put in place of the owner's are refused", async () => {
    const forged = newName();
    const victim = await logWithRoles(forged);
    victim.close();
    const other = newName();
    (await logWithRoles(other)).close();
    const { vault: foreign } = await rowsOf(other, ['vault']);
    await onDisk(forged, async (database) => {
      await database.put(
        'vault',
        foreign!.find((row) => (row as { name: string }).name === 'charter'),
      );
    });
    // The charter of another vault names another vault: no secret of this one fits it.
    expect(await faultOf(openAs(forged, 'contributor'))).toMatchObject({ code: 'vault-locked' });
  });

  test('locked on idle, a run goes on being written, and nothing is read', async () => {
    const lone = newName();
    const journal = await openAs(lone, 'owner');
    const events = sampleRun({ number: 1, steps: [], outcome: { type: 'stopped' } });
    await journal.append(events[0]!);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    journal.vault.lockAfter(60_000);
    vi.advanceTimersByTime(59_000);
    expect(journal.vault.role).toBe('owner');
    vi.advanceTimersByTime(2_000);
    vi.useRealTimers();
    expect(journal.vault.role).toBeUndefined();
    for (const event of events.slice(1)) await journal.append(event);
    for (const event of sampleRun({ number: 2, steps: [] })) await journal.append(event);
    expect(await faultOf(journal.episode(runId))).toMatchObject({ code: 'vault-locked' });
    await journal.vault.unlock({ role: 'owner', secret: owner });
    expect((await journal.episode(runId)).events).toEqual(events);
    expect(await journal.check()).toMatchObject({ damage: [], missingRuns: [], unexpectedRuns: [] });
    journal.close();
  });

  test('SealedRuns keeps few writers ready', () => {
    const runs = new SealedRuns({ store: undefined as never, vault: log.vault });
    const first = runs.writer('first');
    for (let index = 0; index < 100; index += 1) runs.writer(`run ${String(index)}`);
    expect(runs.writer('first')).not.toBe(first);
  });
});
