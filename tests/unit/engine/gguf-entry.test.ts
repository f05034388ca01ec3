/** What a header says of a model the user brings, and which models are refused by name. */
import { expect, test } from 'vitest';
import { entryOfHeader, requireUsable } from '../../../src/engine/gguf-entry.ts';
import { readGgufHeader } from '../../../src/engine/gguf.ts';
import type { GgufHeader } from '../../../src/engine/gguf.ts';
import { makeTinyLlama, tinyLlamaShape } from '../../fixtures/tiny-llama.ts';

async function header(change: Readonly<Record<string, string | number>> = {}): Promise<GgufHeader> {
  const read = await readGgufHeader(new Blob([makeTinyLlama()]));
  return { ...read, metadata: new Map([...read.metadata, ...Object.entries(change)]) };
}

const file = { name: 'imported/a.gguf', bytes: 10, sha256: '0123456789abcdef'.repeat(4), fileName: 'a.gguf' };

test("a header becomes an entry with the model's own words and counts", async () => {
  const entry = entryOfHeader(await header({ 'general.file_type': 3, 'general.license': 'mit' }), file);
  const { vocabulary, hidden } = tinyLlamaShape;
  expect(entry).toMatchObject({
    id: 'imported-0123456789abcdef',
    title: 'Tiny Llama',
    contextWindow: tinyLlamaShape.contextTokens,
    licence: 'mit',
    quantisation: 'Q4_1',
    engines: ['wllama'],
    file: { name: file.name, bytes: 10, sha256: file.sha256, sources: [] },
    unverified: true,
  });
  expect(entry.parameters).toBeGreaterThan(vocabulary * hidden);
});

test('what a header lacks is filled with what can be said', async () => {
  const bare = { ...(await header()), metadata: new Map() };
  expect(entryOfHeader(bare, file)).toMatchObject({
    title: 'a',
    contextWindow: 2048,
    licence: 'unknown',
    quantisation: 'unknown',
  });
});

test.for([
  ['an adapter', { 'general.type': 'adapter' }, /adapter/],
  ['one part of several', { 'split.count': 3 }, /3 parts/],
  ['another architecture', { 'general.architecture': 'mamba' }, /"mamba"/],
  ['another chat format', { 'tokenizer.chat_template': '[INST] {{ x }} [/INST]' }, /ChatML/],
] as const)('%s is refused by name', async ([, change, reason]) => {
  const read = await header(change);
  expect(() => requireUsable(read, 'a.gguf')).toThrow(
    expect.objectContaining({ code: 'unsupported', reason: expect.stringMatching(reason) as string }),
  );
});

test('a model with a ChatML template, or with none, is taken', async () => {
  requireUsable(await header(), 'a.gguf');
  requireUsable(await header({ 'tokenizer.chat_template': '<|im_start|>{{ x }}' }), 'a.gguf');
});
