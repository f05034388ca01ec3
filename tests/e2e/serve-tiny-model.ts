/**
 * A site whose catalogue holds one tiny model of our own making: real engines load it in no time. Needs a context without
 * service workers, whose requests cannot be answered from here.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import type { WorkerEngine } from '../../src/protocol/model.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';

/** Has the site's catalogue name a tiny model, and its folder hold that. */
export async function serveTinyModel(context: BrowserContext, engine: WorkerEngine): Promise<void> {
  const bytes = Buffer.from(makeTinyLlama({ seed: 8 }));
  const catalogue = JSON.parse(
    await readFile(join(import.meta.dirname, '../../public/models.json'), 'utf8'),
  ) as { readonly models: readonly Record<string, unknown>[] };
  const model = {
    ...catalogue.models[0],
    id: 'tiny',
    title: 'Tiny Llama',
    parameters: 150_000,
    contextWindow: 512,
    engines: [engine],
    knownAnswer: undefined,
    file: {
      name: 'tiny.gguf',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sources: [],
    },
  };
  await context.route('**/models.json', (route) =>
    route.fulfill({ json: { version: 1, default: 'tiny', models: [model] } }),
  );
  await context.route('**/models/tiny.gguf', (route) => route.fulfill({ body: bytes }));
}
