/**
 * The journal on the browser's own IndexedDB: tabs that die, tabs that write at once, a disk that is really full.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openJournal } from '../../src/log/journal.ts';
import type { Journal } from '../../src/log/journal.ts';
import { Fault } from '../../src/protocol/fault.ts';
import type { StoredEvent } from '../../src/protocol/record.ts';
import { sampleId, sampleRun } from '../fixtures/journal/sample-run.ts';

const opened: { journal: Journal; name: string }[] = [];

async function open(name: string): Promise<Journal> {
  const journal = await openJournal({ name });
  opened.push({ journal, name });
  return journal;
}

afterEach(async () => {
  for (const frame of document.querySelectorAll('iframe')) frame.remove();
  for (const { journal, name } of opened.splice(0)) {
    journal.close();
    await remove(name);
  }
});

const oneCall = {
  output: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
} as const;

async function remove(name: string): Promise<void> {
  await new Promise((resolve) => {
    indexedDB.deleteDatabase(name).addEventListener('success', resolve);
  });
}

/** A page of its own, with its own connection, that appends a run and tells of each acknowledged event. */
async function writingFrame(name: string, run: number, steps: number): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  document.body.append(frame);
  const script = frame.contentDocument?.createElement('script');
  if (script === undefined) throw new Error('The frame has no document.');
  script.type = 'module';
  const url = new URL('../fixtures/journal/write-run.ts', import.meta.url);
  url.search = new URLSearchParams({ name, run: String(run), steps: String(steps) }).toString();
  script.src = url.href;
  frame.contentDocument?.head.append(script);
  return frame;
}

/** Ids acknowledged by frames, as they come in; `until` sees the list so far. */
async function acknowledged(until: (ids: readonly string[]) => boolean): Promise<string[]> {
  const ids: string[] = [];
  return new Promise((resolve) => {
    const listen = (message: MessageEvent<unknown>): void => {
      const { data } = message;
      if (typeof data !== 'object' || data === null || !('acknowledged' in data)) return;
      ids.push(String(data.acknowledged));
      if (!until(ids)) return;
      removeEventListener('message', listen);
      resolve(ids);
    };
    addEventListener('message', listen);
  });
}

describe('tabs', () => {
  test('one that dies in mid-run leaves every acknowledged event', async () => {
    const enough = acknowledged((ids) => ids.length >= 25);
    const frame = await writingFrame('torn', 1, 500);
    const ids = await enough;
    frame.remove();
    const journal = await open('torn');
    const { events } = await journal.episode(sampleId(1, 'run'));
    const stored = events.map((event) => event.id);
    expect(stored.slice(0, ids.length)).toEqual(ids);
    // It died in mid-run: the run is listed, and has no end.
    expect(stored.length).toBeLessThan(1000);
    expect(await journal.runs()).toHaveLength(1);
    expect((await journal.runs())[0]).not.toHaveProperty('outcome');
  });

  test('two that write at once lose nothing, each run in its order', async () => {
    const steps = 20;
    const perRun = sampleRun({ number: 1, steps: Array.from({ length: steps }, () => oneCall) }).length;
    const all = acknowledged((ids) => ids.length === 2 * perRun);
    await Promise.all([writingFrame('shared', 1, steps), writingFrame('shared', 2, steps)]);
    await all;
    const journal = await open('shared');
    for (const number of [1, 2]) {
      const { events } = await journal.episode(sampleId(number, 'run'));
      expect(events.map((event) => event.id)).toEqual(
        events.map((_, index) => sampleId(number, 'event', index)),
      );
      expect(events).toHaveLength(perRun);
    }
    expect(await journal.countEvents()).toBe(2 * perRun);
  });
});

test('a log that the browser lost is told of once, and stands in the audit log of the next', async () => {
  const first = await open('gone');
  expect(first.loss).toBeUndefined();
  await first.append(sampleRun({ number: 1, steps: [oneCall] })[0] as StoredEvent);
  first.close();
  const again = await open('gone');
  expect(again.loss).toBeUndefined();
  again.close();
  await remove('gone');
  const anew = await open('gone');
  expect(anew.loss).toEqual({
    vaultId: first.vault.id,
    reason: expect.stringContaining('browser') as string,
  });
  expect(await anew.runs()).toEqual([]);
  const actions = (await anew.vault.exportAudit()).lines.map(({ text }) => text);
  expect(actions.filter((text) => text.includes(first.vault.id))).toHaveLength(1);
  anew.close();
  expect((await open('gone')).loss).toBeUndefined();
});

/** What the Storage Buckets API of Chromium offers, as far as it is used here. */
interface StorageBuckets {
  open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}

test('a full disk refuses the event by name and keeps all before it', async () => {
  const { storageBuckets } = navigator as unknown as { storageBuckets: StorageBuckets };
  const bucket = await storageBuckets.open('small', { quota: 2_000_000 });
  vi.stubGlobal('indexedDB', bucket.indexedDB);
  const journal = await openJournal({ name: 'full' });
  const [started] = sampleRun({ number: 1, steps: [] });
  const kept: string[] = [];
  let fault: unknown;
  for (let index = 0; index < 100; index += 1) {
    const heavy = { id: sampleId(1, 'event', index), goal: incompressible(300_000) };
    const event: StoredEvent = Object.assign({ ...started! }, heavy);
    fault = await journal.append(event).catch((error: unknown) => error);
    if (fault !== undefined) break;
    kept.push(event.id);
  }
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({
    code: 'storage-full',
    remedy: expect.stringMatching(/Export the log/) as string,
  });
  expect(kept.length).toBeGreaterThan(0);
  const { events } = await journal.episode(sampleId(1, 'run'));
  expect(events.map((event) => event.id)).toEqual(kept);
  expect(await journal.countEvents()).toBe(kept.length);
  journal.close();
  vi.unstubAllGlobals();
  await storageBuckets.delete('small');
});

/** Text that LevelDB's compression does not shrink. */
function incompressible(characters: number): string {
  const bytes = new Uint8Array(characters / 2);
  for (let start = 0; start < bytes.length; start += 65_536) {
    crypto.getRandomValues(bytes.subarray(start, start + 65_536));
  }
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
