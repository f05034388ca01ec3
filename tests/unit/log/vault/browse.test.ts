/**
 * A log as it is browsed: ids by time without a key, summaries of some runs, what a role may do, who is told of a change,
 * and a backup that takes a log's place.
 */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openJournal, restoreJournal } from '../../../../src/log/journal.ts';
import type { Journal } from '../../../../src/log/journal.ts';
import type { StoredEvent } from '../../../../src/protocol/record.ts';
import { sampleId } from '../../../fixtures/journal/sample-run.ts';
import {
  faultOf,
  logWithRoles,
  newName,
  openAs,
  secretOf,
  writeRun,
} from '../../../fixtures/vault/open-log.ts';

const runIds = [1, 2, 3].map((number) => sampleId(number, 'run'));
const startOf = (number: number): number => 1_735_689_600_000 + number * 1000;

async function addCall(journal: Journal, number: number, name: string): Promise<void> {
  const event: StoredEvent = {
    id: sampleId(number, 'event', 90),
    runId: sampleId(number, 'run'),
    at: startOf(number) + 90,
    type: 'tool-called',
    callId: sampleId(number, 'event', 91),
    stepId: sampleId(number, 'step'),
    subtaskId: sampleId(number, 'subtask'),
    call: { name, arguments: {} },
  };
  await journal.append(event);
}

test('ids come newest first, within a span of time, and none of them is opened for it', async () => {
  const name = newName();
  const log = await openJournal({ name });
  for (const number of [2, 1, 3]) await writeRun(log, number);
  expect(await log.runIds()).toEqual(runIds.toReversed());
  expect(await log.runIds({ from: startOf(2), to: startOf(3) - 1 })).toEqual([runIds[1]]);
  expect(await log.runIds({ from: startOf(2) })).toEqual([runIds[2], runIds[1]]);
  expect(await log.runIds({ to: 0 })).toEqual([]);
});

test('summaries tell goal, outcome and each tool once, in the order asked for, without what is gone', async () => {
  const log = await openJournal({ name: newName() });
  for (const number of [1, 2, 3]) await writeRun(log, number);
  for (const tool of ['weather', 'todo_add', 'weather']) await addCall(log, 2, tool);
  await log.deleteRun(runIds[2]!);
  const found = await log.summaries([runIds[1]!, runIds[2]!, runIds[0]!]);
  expect(found).toMatchObject([
    { runId: runIds[1], goal: 'goal 2', outcome: 'answered', tools: ['weather', 'todo_add'] },
    { runId: runIds[0], goal: 'goal 1', outcome: 'answered' },
  ]);
  expect(found[1]).not.toHaveProperty('tools');
});

test('some runs are read in the order given, and the audit log has one entry for all of them', async () => {
  const log = await openJournal({ name: newName() });
  for (const number of [1, 2, 3]) await writeRun(log, number);
  const read: string[] = [];
  for await (const { runId } of log.episodes({ runIds: [runIds[2]!, runIds[0]!] })) read.push(runId);
  expect(read).toEqual([runIds[2], runIds[0]]);
  const { audit } = await log.check();
  const scopes = audit.type === 'whole' ? audit.entries.filter(({ action }) => action === 'read') : [];
  expect(scopes.map(({ details }) => details['scope'])).toEqual(['all', 'check']);
});

test('a role may browse what its table says, and listeners hear of every role and of locking', async () => {
  const name = newName();
  const log = await logWithRoles(name);
  const heard: (string | undefined)[] = [];
  const end = log.vault.subscribe(() => heard.push(log.vault.role));
  for (const role of ['curator', 'contributor', 'auditor'] as const) {
    await log.vault.unlock({ role, secret: secretOf(role) });
    expect([log.vault.may('read'), log.vault.may('read-audit'), log.vault.may('write')]).toEqual([
      role === 'curator',
      role === 'auditor',
      role === 'contributor',
    ]);
    if (role !== 'curator') {
      expect((await faultOf(log.runIds())).code).toBe('vault-refused');
      expect((await faultOf(log.summaries(runIds))).code).toBe('vault-refused');
    }
  }
  await log.vault.lock();
  expect(log.vault.may('read')).toBe(false);
  end();
  await log.vault.unlock({ role: 'owner', secret: secretOf('owner') });
  expect(heard).toEqual(['curator', 'contributor', 'auditor', undefined]);
});

test('settings say whether somebody chose, and when a log locks by itself; another role reads them', async () => {
  const name = newName();
  const log = await logWithRoles(name);
  expect(log.vault.settings.isChosen).toBeUndefined();
  const settings = { recording: 'metadata-only', isChosen: true, lockAfterMs: 60_000 } as const;
  await log.admin.setSettings({ owner: secretOf('owner'), settings });
  const curator = await openAs(name, 'curator');
  expect(curator.vault.settings).toEqual({ ...settings, retention: {} });
});

test('a backup takes the place of a log once all of it opens, and never before', async () => {
  const [first, second] = [await openJournal({ name: newName() }), newName()];
  await writeRun(first, 1);
  const file = await first.backup({ owner: { type: 'device' }, passphrase: 'for the drawer' });
  const there = await openJournal({ name: second });
  await writeRun(there, 2);
  there.close();
  const cut = file.slice(0, file.size - 1);
  for (const [wrong, passphrase] of [
    [cut, 'for the drawer'],
    [file, 'for the attic'],
  ] as const) {
    const fault = await faultOf(restoreJournal({ name: second, file: wrong, passphrase, replaces: true }));
    expect(fault.code).toBe('vault-damaged');
  }
  const untouched = await openJournal({ name: second });
  expect(await untouched.runIds()).toEqual([runIds[1]]);
  const restored = await restoreJournal({
    name: second,
    file,
    passphrase: 'for the drawer',
    replaces: true,
  });
  expect(await restored.runIds()).toEqual([runIds[0]]);
  // Who had the old one open is told, and cannot write into the new one by mistake.
  expect((await faultOf(untouched.runIds())).code).toBe('journal-unavailable');
});

test('erasing waits for what was derived', async () => {
  const dropped: string[] = [];
  const log = await openJournal({
    name: newName(),
    onErased: async (ids) => {
      await Promise.resolve();
      dropped.push(...ids);
    },
  });
  for (const number of [1, 2]) await writeRun(log, number);
  await log.erase({ type: 'runs', runIds: [runIds[0]!] });
  expect(dropped).toEqual([runIds[0]]);
  await log.clear();
  expect(dropped).toEqual([runIds[0], runIds[1]]);
});
