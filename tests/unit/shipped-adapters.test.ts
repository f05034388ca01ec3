/** The adapters that the site brings along are what the catalogue says of them, and their files say the same. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { promptVersion } from '../../src/decode/prompt.ts';
import { checkLora } from '../../src/engine/check-lora.ts';
import { readGgufHeader } from '../../src/engine/gguf.ts';
import { readAdapterFacts } from '../../src/engine/lora/adapter-metadata.ts';
import { shippedCatalogue } from '../fixtures/shipped-lists.ts';

const { adapters = [], models } = shippedCatalogue;
const modelsFolder = join(import.meta.dirname, '../../public/models');
/** What a page may be asked to fetch beside a model, bytes. */
const largest = 12_000_000;

test('there is one that is used where nobody chose, and every id is its own', () => {
  expect(adapters.filter(({ byDefault }) => byDefault === true).length).toBe(1);
  expect(new Set(adapters.map(({ id }) => id)).size).toBe(adapters.length);
});

describe.each(adapters)('$id', (entry) => {
  const bytes = readFileSync(join(import.meta.dirname, '../../public', entry.file.name));
  const file = new Blob([bytes]);

  test('is the file that the catalogue names, and small', () => {
    expect(bytes.length).toBe(entry.file.bytes);
    expect(bytes.length).toBeLessThanOrEqual(largest);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.file.sha256);
  });

  test('is for the weights of a model of the catalogue, and for the prompts that are written now', () => {
    const base = models.find(({ id }) => id === entry.baseId);
    expect(entry.baseSha256).toBe(base?.file.sha256);
    expect(entry.promptVersion).toBe(promptVersion);
  });

  test('says of itself what the catalogue says', async () => {
    const { metadata } = await readGgufHeader(file);
    const {
      name,
      licence,
      purpose,
      baseId,
      baseSha256,
      promptVersion: version,
      scores,
      attribution,
    } = readAdapterFacts(metadata);
    expect(name).toBe(entry.id);
    expect({ licence, purpose, baseId, baseSha256, promptVersion: version, scores, attribution }).toEqual({
      licence: entry.licence,
      purpose: entry.purpose,
      baseId: entry.baseId,
      baseSha256: entry.baseSha256,
      promptVersion: entry.promptVersion,
      scores: entry.scores,
      attribution: entry.attribution,
    });
  });

  test('fits the matrices of that model', async ({ skip }) => {
    const base = models.find(({ id }) => id === entry.baseId);
    const path = join(modelsFolder, base?.file.name ?? '');
    skip(!existsSync(path), `${path} is not there (npm start fetches it)`);
    const adapter = { id: entry.id, file };
    await expect(
      checkLora({ base: new Blob([readFileSync(path)]), adapters: [adapter] }),
    ).resolves.toBeUndefined();
  });
});
