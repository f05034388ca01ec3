/** Members of zip archives come out byte for byte; broken archives are named, not guessed at. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { extractMember } from '../../../scripts/zip-member.mjs';
import { makeZip } from './make-zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'zip-member-'));
const archivePath = join(folder, 'archive.zip');
const targetPath = join(folder, 'member');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function extract(archive: Buffer, name: string): Promise<Buffer> {
  writeFileSync(archivePath, archive);
  await extractMember({ archivePath, name, targetPath });
  return readFileSync(targetPath);
}

test('any member of any archive comes out as it went in', async () => {
  const part = fc.record({
    name: fc.stringMatching(/^[a-z/é]{1,12}$/),
    body: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    deflate: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(part, { minLength: 1, maxLength: 5, selector: ({ name }) => name }),
      async (parts) => {
        const archive = makeZip(parts);
        for (const { name, body } of parts) expect((await extract(archive, name)).equals(body)).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test('an archive cut short, a missing member and an unknown method are named', async () => {
  const archive = makeZip([{ name: 'a', body: Buffer.from('text'), method: 12 }]);
  await expect(extract(archive, 'b')).rejects.toThrow('the archive has no member b');
  await expect(extract(archive, 'a')).rejects.toThrow('compression method 12');
  await expect(extract(archive.subarray(0, -10), 'a')).rejects.toThrow('not a zip archive');
});
