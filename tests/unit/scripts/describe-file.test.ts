/** What the catalogue says of files: made by the script, and true of the catalogue as it stands. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeFile } from '../../../scripts/describe-file.mjs';
import type { ModelCatalogue } from '../../../src/protocol/model.ts';

const root = join(import.meta.dirname, '../../..');

function sum(part: Buffer): string {
  return createHash('sha256').update(part).digest('hex');
}

test.for([0, 1, 65_536, 3_000_001])('a file of %i bytes is described by its pieces', async (size) => {
  const folder = await mkdtemp(join(tmpdir(), 'describe-'));
  const bytes = Buffer.from(Array.from({ length: size }, (_, index) => (index * 31 + (index >> 9)) & 255));
  const path = join(folder, 'some.gguf');
  await writeFile(path, bytes);
  const { chunks, ...whole } = await describeFile(path);
  await rm(folder, { recursive: true });
  expect(whole).toEqual({ name: 'some.gguf', bytes: size, sha256: sum(bytes) });
  expect(chunks.sha256).toHaveLength(Math.ceil(size / chunks.bytes));
  for (const [index, expected] of chunks.sha256.entries()) {
    expect(sum(bytes.subarray(index * chunks.bytes, (index + 1) * chunks.bytes))).toBe(expected);
  }
});

test('every file of the catalogue has hashes of pieces, one of which is at most 5 % of it', async () => {
  const text = await readFile(join(root, 'public/models.json'), 'utf8');
  const { models } = JSON.parse(text) as ModelCatalogue;
  for (const { file } of models) {
    const { chunks, bytes } = file;
    expect(chunks?.sha256, file.name).toHaveLength(Math.ceil(bytes / (chunks?.bytes ?? 1)));
    expect((chunks?.bytes ?? Infinity) / bytes).toBeLessThanOrEqual(0.05);
  }
});
