/**
 * What a page keeps after models came and went: nothing. Measured by the browser itself, workers and WebAssembly
 * included, on a tiny model in the real engine.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnginePool } from '../../src/bridge/engine-pool.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import type { LoadRequest } from '../../src/protocol/engine.ts';
import { storeTinyLlama } from '../fixtures/stored-tiny-llama.ts';
import type { StoredTinyLlama } from '../fixtures/stored-tiny-llama.ts';

interface Memory {
  readonly bytes: number;
  readonly breakdown: readonly {
    readonly bytes: number;
    readonly attribution: readonly { readonly scope: string; readonly url: string }[];
  }[];
}

const megabyte = 1e6;
/** What one more round of work may leave behind, by chance of garbage collection. */
const tolerated = 24 * megabyte;

/** Bytes of the page with its workers, and how many workers there are, after the browser has collected garbage. */
async function memoryNow(): Promise<{ readonly bytes: number; readonly workers: number }> {
  const measure = performance as unknown as { measureUserAgentSpecificMemory(): Promise<Memory> };
  const { bytes, breakdown } = await measure.measureUserAgentSpecificMemory();
  const workers = breakdown.filter(({ attribution }) =>
    attribution.some(({ scope }) => scope === 'DedicatedWorkerGlobalScope'),
  );
  return { bytes, workers: workers.length };
}

let tiny: StoredTinyLlama;
let request: LoadRequest;

beforeAll(async () => {
  tiny = await storeTinyLlama('wllama');
  request = { ...tiny.request, contextTokens: 512, prefer: { backend: 'wasm-single' } };
});
afterAll(() => tiny.remove());

/** A question of some 200 tokens, like no other: an engine that keeps prompts for later keeps every one. */
function question(number: number) {
  const content = Array.from({ length: 40 }, (_, place) =>
    String((number * 7919 + place * 104_729) % 9973),
  ).join(' ');
  return { messages: [{ role: 'user', content }], sampling: { temperature: 0, maxTokens: 2 } } as const;
}

test('200 loads and unloads leave memory flat, and a disposed worker is gone', async () => {
  const before = await memoryNow();
  const engines = [spawnEngine(), spawnEngine()];
  /** So many loads and unloads, shared by the engines: each is one thread's work. */
  async function cycle(times: number): Promise<void> {
    await Promise.all(
      engines.map(async (engine) => {
        for (let round = 0; round < times / engines.length; round += 1) {
          await engine.load(request);
          await engine.unload();
        }
      }),
    );
  }
  const startedAt = performance.now();
  await cycle(20);
  const early = await memoryNow();
  await cycle(180);
  const late = await memoryNow();
  for (const engine of engines) engine.dispose();
  const after = await memoryNow();
  console.info(
    `load and unload: ${((performance.now() - startedAt) / 200).toFixed(0)} ms; ${JSON.stringify({ before, early, late, after })}`,
  );
  expect(late.bytes - early.bytes).toBeLessThan(tolerated);
  expect(late.workers).toBe(early.workers);
  expect(after.workers).toBe(before.workers);
  expect(after.bytes - before.bytes).toBeLessThan(tolerated);
}, 400_000);

test('1,000 generations leave memory flat, and so do models that leave a pool', async () => {
  const before = await memoryNow();
  const pool = new EnginePool({ size: 1, spawn: () => spawnEngine() });
  await pool.load(request);
  let asked = 0;
  async function generate(times: number): Promise<void> {
    for (let round = 0; round < times; round += 2) {
      asked += 2;
      await Promise.all([pool.generate(question(asked)), pool.generate(question(asked + 1))]);
    }
  }
  const startedAt = performance.now();
  await generate(100);
  const early = await memoryNow();
  await generate(900);
  const late = await memoryNow();
  console.info(
    `generation: ${((performance.now() - startedAt) / 1000).toFixed(0)} ms; ${JSON.stringify({ before, early, late })}`,
  );
  expect(late.bytes - early.bytes).toBeLessThan(tolerated);
  for (let round = 0; round < 10; round += 1) {
    await pool.unload();
    await pool.load(request);
  }
  pool.dispose();
  const after = await memoryNow();
  expect(after.workers).toBe(before.workers);
  expect(after.bytes - before.bytes).toBeLessThan(tolerated);
}, 400_000);
