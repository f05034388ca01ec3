/**
 * A log over its life: keys that change, roles that go, runs that are erased, what is recorded and for how long.
 */
import 'fake-indexeddb/auto';
import { describe, expect, test, vi } from 'vitest';
import { verifyAudit } from '../../../../src/log/vault/audit-chain.ts';
import { applyRetention } from '../../../../src/log/vault/erase.ts';
import { openJournal } from '../../../../src/log/journal.ts';
import type { RunKeyRow } from '../../../../src/protocol/vault.ts';
import { sampleFeedback, sampleId, sampleRun } from '../../../fixtures/journal/sample-run.ts';
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

const owner = secretOf('owner');
const [firstRun, secondRun, thirdRun] = [1, 2, 3].map((number) => sampleId(number, 'run'));
const runStores = ['runKeys', 'sealedRuns', 'sealedRecords', 'annexes', 'originals'];

describe('keys', () => {
  test('rotate without a row being written again, and old and new runs are read by every reader', async () => {
    const name = newName();
    const log = await logWithRoles(name);
    await writeRun(log, 1);
    const before = await rowsOf(name, runStores);
    // A tab that was open before reads what is written afterwards.
    const curator = await openAs(name, 'curator');
    await log.admin.rotate({ owner });
    expect(await rowsOf(name, runStores)).toEqual(before);
    await writeRun(log, 2);
    const { runKeys } = (await rowsOf(name, ['runKeys'])) as { runKeys: RunKeyRow[] };
    expect(runKeys.map(({ runId, generation }) => [runId, generation])).toEqual([
      [firstRun, 1],
      [firstRun, 1],
      [secondRun, 2],
      [secondRun, 2],
    ]);
    for (const runId of [firstRun, secondRun]) {
      const episode = await curator.episode(runId!);
      expect(episode.events).toHaveLength(5);
      expect(episode.damage).toBeUndefined();
    }
    expect((await log.originals(firstRun!)).get(0)).toEqual({ goal: 'original of goal 1' });
    expect(await log.check()).toMatchObject({ audit: { type: 'whole' }, damage: [], missingRuns: [] });
    curator.close();
    log.close();
  });

  test('of a role that was revoked open nothing that is written afterwards', async () => {
    const name = newName();
    const log = await logWithRoles(name);
    const curator = await openAs(name, 'curator');
    const kept = curator.vault.keys(1);
    await log.admin.revoke({ owner, role: 'curator' });
    await writeRun(log, 1);
    expect((await curator.episode(firstRun!)).events).toEqual([]);
    expect(await faultOf(curator.runs())).toMatchObject({ code: 'vault-locked' });
    expect(kept?.pairs.content).toBeDefined();
    expect(await faultOf(openAs(name, 'curator'))).toMatchObject({ code: 'vault-locked' });
    curator.close();
    log.close();
  });

  test('of this browser profile give way to a passphrase', async () => {
    const name = newName();
    const log = await openJournal({ name });
    await writeRun(log, 1);
    await log.admin.setOwnerSecret({ owner: { type: 'device' }, secret: owner, instead: ['device'] });
    log.close();
    const { vault } = await rowsOf(name, ['vault']);
    expect(vault!.map((row) => (row as { name: string }).name)).toEqual(['charter', 'grant-owner']);
    const locked = await openJournal({ name });
    expect(await faultOf(locked.runs())).toMatchObject({ code: 'vault-locked' });
    await locked.vault.unlock({ role: 'owner', secret: owner });
    expect((await locked.episode(firstRun!)).events).toHaveLength(5);
    locked.close();
  });

  test('of a passkey open as a passphrase does, beside it', async () => {
    const name = newName();
    const log = await openAs(name, 'owner');
    const passkey = { type: 'passkey', credentialId: 'key', prf: new Uint8Array(32).fill(3) } as const;
    await log.admin.setOwnerSecret({ owner, secret: passkey });
    for (const secret of [passkey, owner]) await log.vault.unlock({ role: 'owner', secret });
    const other = { ...passkey, prf: new Uint8Array(32).fill(4) };
    expect(await faultOf(log.vault.unlock({ role: 'owner', secret: other }))).toMatchObject({
      code: 'vault-locked',
    });
    log.close();
  });

  test('made by two tabs at once are one vault', async () => {
    const name = newName();
    const [first, second] = await Promise.all([openJournal({ name }), openJournal({ name })]);
    expect(first.vault.id).toBe(second.vault.id);
    await writeRun(first, 1);
    await writeRun(second, 2);
    expect(await first.check()).toMatchObject({ audit: { type: 'whole' }, damage: [], missingRuns: [] });
    first.close();
    second.close();
  });
});

describe('erasing', () => {
  test('a run: without its key, what a copy of the disk still holds does not open', async () => {
    const name = newName();
    const erased = vi.fn<(runIds: readonly string[]) => void>();
    const log = await openAs(name, 'owner', { onErased: erased });
    await writeRun(log, 1);
    const { runKeys: _keys, ...copied } = await rowsOf(name, runStores);
    await log.deleteRun(firstRun!);
    expect(erased).toHaveBeenCalledWith([firstRun]);
    for (const rows of Object.values(await rowsOf(name, runStores))) expect(rows).toEqual([]);
    await onDisk(name, async (database) => {
      for (const [store, rows] of Object.entries(copied))
        for (const row of rows) await database.put(store, row);
    });
    expect(await log.episode(firstRun!)).toMatchObject({
      events: [],
      damage: [{ store: 'keys', why: 'missing' }],
    });
    log.close();
  });

  test('a subject: found in what was recorded and in what was masked; the chain names runs and no content', async () => {
    const log = await openAs(newName(), 'owner');
    await writeRun(log, 1, 'Call Ada Lovelace');
    await writeRun(log, 2, 'Call person-17');
    await writeRun(log, 3, 'Call nobody');
    const { runIds } = await log.erase({
      type: 'subject',
      terms: ['ada lovelace', 'original of call PERSON-17'],
    });
    expect(runIds).toEqual([firstRun, secondRun]);
    expect((await log.runs()).map(({ runId }) => runId)).toEqual([thirdRun]);
    const exported = await log.vault.exportAudit();
    expect(JSON.stringify(exported)).not.toMatch(/lovelace|person-17/i);
    const verdict = await verifyAudit(exported);
    const entries = verdict.type === 'whole' ? verdict.entries : [];
    expect(entries.find(({ action }) => action === 'erased')?.details).toEqual({
      reason: 'subject',
      runIds: [firstRun, secondRun],
    });
    log.close();
  });

  test('by query, and what cannot be searched is named and left', async () => {
    const name = newName();
    const log = await openAs(name, 'owner');
    for (const number of [1, 2]) await writeRun(log, number);
    await onDisk(name, async (database) => {
      const row = (await database.get('sealedRecords', [sampleId(2, 'run'), 1])) as { data: Uint8Array };
      await database.put('sealedRecords', { ...row, data: row.data.fill(1) });
    });
    const matches = ({ runId }: { readonly runId: string }): boolean => runId === firstRun;
    expect(await log.erase({ type: 'query', matches })).toEqual({
      runIds: [firstRun],
      unsearched: [secondRun],
    });
    log.close();
  });

  test('by age and by size, the oldest first', async () => {
    const log = await openAs(newName(), 'owner');
    for (const number of [1, 2, 3]) await writeRun(log, number);
    const runs = await log.runs();
    const bytes = 3 * 2600;
    await log.admin.setSettings({ owner, settings: { retention: { maxBytes: bytes } } });
    const { runIds } = await log.applyRetention();
    expect(runIds.length).toBeGreaterThan(0);
    expect(runIds).not.toContain(thirdRun);
    await log.admin.setSettings({
      owner,
      settings: { retention: { maxAgeMs: Date.now() - runs[0]!.startedAt } },
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await log.applyRetention()).runIds).toContain(thirdRun);
    expect(await log.runs()).toEqual([]);
    expect(await applyRetention(undefined as never, {})).toEqual({ runIds: [], unsearched: [] });
    log.close();
  });
});

describe('what is recorded', () => {
  test('metadata-only: every text of a person, a model or a tool is gone, ids and counts are there', async () => {
    const log = await openAs(newName(), 'owner');
    await log.admin.setSettings({ owner, settings: { recording: 'metadata-only' } });
    await writeRun(log, 1, 'a secret goal');
    await log.addFeedback(sampleFeedback(1, 1, { comment: 'a secret comment' }));
    const { events, feedback } = await log.episode(firstRun!);
    expect(events.map(({ type, id }) => [type, id])).toEqual(
      sampleRun({
        number: 1,
        steps: [{ output: { type: 'answer', text: '' } }],
        outcome: { type: 'stopped' },
      }).map(({ type, id }) => [type, id]),
    );
    expect(JSON.stringify([events, feedback])).not.toMatch(
      /secret|Oslo|Rain|step 0|as it was written|Weather of/,
    );
    expect((await log.originals(firstRun!)).size).toBe(0);
    expect(events.find(({ type }) => type === 'step-finished')).toMatchObject({
      usage: { decodeTokens: 5 },
      output: { calls: [{ name: 'weather' }] },
    });
    log.close();
  });

  test('off: nothing, also in a tab that was open before', async () => {
    const name = newName();
    const log = await openAs(name, 'owner');
    const other = await openAs(name, 'owner');
    await log.admin.setSettings({ owner, settings: { recording: 'off' } });
    await writeRun(log, 1);
    expect(await log.runs()).toEqual([]);
    await other.vault.refresh();
    await writeRun(other, 2);
    expect(await log.countEvents()).toBe(0);
    other.close();
    log.close();
  });
});
