/**
 * A log as one encrypted file: there and back, on a device that has no key of the first; and a file that was changed.
 */
import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, test } from 'vitest';
import { openJournal, restoreJournal } from '../../../../src/log/journal.ts';
import { sampleDecision, sampleId } from '../../../fixtures/journal/sample-run.ts';
import { faultOf, newName, rowsOf, writeRun } from '../../../fixtures/vault/open-log.ts';

const device = { type: 'device' } as const;
const passphrase = 'for the drawer';
const name = newName();
let file: Blob;

beforeAll(async () => {
  const log = await openJournal({ name });
  for (const number of [1, 2]) await writeRun(log, number);
  await log.addDecision(sampleDecision(1, 0, {}));
  file = await log.backup({ owner: device, passphrase });
  log.close();
}, 120_000);

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}

describe('a backup', () => {
  test('brings everything back, where its passphrase opens it', async () => {
    const copy = newName();
    const restored = await restoreJournal({ name: copy, file, passphrase });
    const original = await openJournal({ name });
    for (const number of [1, 2]) {
      const runId = sampleId(number, 'run');
      expect(await restored.episode(runId)).toEqual(await original.episode(runId));
      expect(await restored.originals(runId)).toEqual(await original.originals(runId));
    }
    expect(await restored.decisions()).toEqual([sampleDecision(1, 0, {})]);
    expect(await restored.check()).toMatchObject({ audit: { type: 'whole' }, damage: [], missingRuns: [] });
    await writeRun(restored, 3);
    const { vault } = await rowsOf(copy, ['vault']);
    expect(vault!.map((row) => (row as { name: string }).name)).toEqual(['charter', 'grant-owner']);
    expect(await faultOf(restoreJournal({ name: copy, file, passphrase }))).toMatchObject({
      code: 'journal-unavailable',
    });
    restored.close();
    original.close();
  });

  test('shows nothing, not even which runs there are', async () => {
    const text = Buffer.from(await bytesOf(file)).toString('latin1');
    for (const part of [sampleId(1, 'run'), 'charter', 'grant', 'sealedRuns'])
      expect(text).not.toContain(part);
  });

  test('that was changed, cut or put together anew is refused, and so is a wrong passphrase', async () => {
    const bytes = await bytesOf(file);
    const broken = (at: number): Blob => {
      const copy = Uint8Array.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return new Blob([copy]);
    };
    const header = bytes.indexOf(10) + 1;
    const first = header + 4 + new DataView(bytes.buffer).getUint32(header);
    const places = [0, 3, header - 3, header, header + 3, header + 4, first - 1, first + 5, bytes.length - 1];
    const files = [
      ...places.map(broken),
      new Blob([bytes.slice(0, first)]),
      new Blob([bytes.slice(0, -1)]),
      new Blob([bytes.slice(0, header)]),
      new Blob([bytes.slice(0, header), bytes.slice(first)]),
      new Blob([bytes, bytes.slice(header)]),
      new Blob([bytes.slice(0, header), bytes.slice(first), bytes.slice(header, first)]),
      new Blob([]),
      new Blob(['{"format":"smallworks-backup","v":2}\n']),
    ];
    const fresh = newName();
    for (const one of files) {
      expect(await faultOf(restoreJournal({ name: fresh, file: one, passphrase }))).toMatchObject({
        code: 'vault-damaged',
      });
    }
    expect(await faultOf(restoreJournal({ name: fresh, file, passphrase: 'no' }))).toMatchObject({
      code: 'vault-damaged',
    });
    for (const rows of Object.values(await rowsOf(fresh, ['vault', 'sealedRuns', 'audit'])))
      expect(rows).toEqual([]);
  });
});
