/**
 * Memory stays flat, however often a model is loaded and unloaded, a worker started and ended, a question answered:
 * the built site's own worker, a tiny model, and the memory of the browser's processes for pages.
 *
 * The counts are small so that the suite stays short. The long run:
 * `SMALLWORKS_LEAK_LOADS=200 SMALLWORKS_LEAK_ANSWERS=1000 npx playwright test memory`.
 */
import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { siteHeaders } from '../../scripts/headers.mjs';
import type * as library from '../../src/index.ts';
import { growthPerStep, memoryUnreadable, ProcessMemory } from '../fixtures/process-memory.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { expect, test } from './test.ts';

// The heap of a worker is collected when a reading is due, not when the browser sees fit.
test.use({
  launchOptions: async ({ launchOptions }, use) => {
    await use({ ...launchOptions, args: [...(launchOptions.args ?? []), '--js-flags=--expose-gc'] });
  },
});

type Engine = 'wllama' | 'transformers';

const loads = Number(process.env['SMALLWORKS_LEAK_LOADS'] ?? 12);
const answers = Number(process.env['SMALLWORKS_LEAK_ANSWERS'] ?? 60);
/** Readings after the warm-up, which is as long as one pause between two of them. */
const readings = 6;
/** Megabytes by which a level differs from the next without a leak; over many times, a small part of it each. */
const noise = 8;
/** Looks at the level for one reading. */
const fewestLooks = 4;
const mostLooks = 12;
/** Milliseconds that a worker's heap takes to be collected at most. */
const longestCollection = 3_000;

const bytes = makeTinyLlama({ packing: 'q8_0', seed: 31, contextTokens: 256 });
const fileName = 'tiny-leak-test.gguf';

function requestFor(engine: Engine): library.LoadRequest {
  return {
    model: {
      id: 'tiny-leak-test',
      title: 'Tiny Llama',
      parameters: 150_000,
      contextWindow: 256,
      licence: 'Apache-2.0',
      quantisation: 'Q8_0',
      chatTemplate: 'chatml',
      engines: [engine],
      file: {
        name: fileName,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        sources: [],
      },
    },
    modelsUrl: '/models/',
    contextTokens: 256,
    slots: 1,
    engine,
  };
}

/** What the page keeps between two calls from here. */
interface Bench {
  readonly spawn: () => library.EngineHandle;
  readonly request: library.LoadRequest;
  readonly ask: (engine: library.EngineHandle) => Promise<unknown>;
  /** Worker of the tests that keep one. */
  kept: library.EngineHandle;
}

declare global {
  var bench: Bench;
}

/** An empty page of the site, with the library and a request at hand. */
async function openBench(page: Page, engine: Engine): Promise<void> {
  await page.context().route('**/empty.html', (route) =>
    route.fulfill({
      headers: siteHeaders,
      contentType: 'text/html',
      body: '<!doctype html><title>-</title>',
    }),
  );
  await page
    .context()
    .route(`**/models/${fileName}`, (route) =>
      route.fulfill({ headers: siteHeaders, body: Buffer.from(bytes) }),
    );
  await page.goto('empty.html');
  await page.evaluate(async (request) => {
    const script = '/assets/smallworks.js';
    const { spawnEngine } = (await import(script)) as typeof library;
    globalThis.bench = {
      spawn: () => spawnEngine(),
      request: { ...request, modelsUrl: new URL(request.modelsUrl, location.href).href },
      ask: (one) =>
        one.generate({
          messages: [{ role: 'user', content: 'Tell.' }],
          sampling: { temperature: 0, maxTokens: 8 },
        }),
      kept: spawnEngine(),
    };
  }, requestFor(engine));
}

/**
 * The lowest level within a few moments, or within more of them while it lies above the level before: a worker that
 * was ended takes some time to give its memory back, on a busy machine seconds. What leaks stays, however long the wait.
 */
async function settledLevel(page: Page, memory: ProcessMemory, before: number): Promise<number> {
  let lowest = Infinity;
  for (let look = 0; look < mostLooks; look += 1) {
    if (look >= fewestLooks && lowest <= before + noise / readings) break;
    await page.requestGC();
    const hosts = page.workers().filter((worker) => worker.url().includes('engine.worker'));
    // One that ends before it is asked never answers: it has nothing left to collect, and is not waited for.
    const collected = Promise.allSettled(hosts.map((worker) => worker.evaluate('gc()')));
    await Promise.race([collected, page.waitForTimeout(longestCollection)]);
    await page.waitForTimeout(400);
    lowest = Math.min(lowest, await memory.read());
  }
  return lowest;
}

/** Runs `work` in the page `count` times, after a warm-up; megabytes that one time adds. */
async function measureGrowth(
  page: Page,
  count: number,
  work: () => Promise<void>,
): Promise<{ readonly perTime: number; readonly levels: readonly number[] }> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('This page has no browser of its own.');
  const memory = await ProcessMemory.of(browser);
  const between = Math.max(1, Math.round(count / readings));
  const levels: number[] = [];
  const source = `(async () => { for (let left = ${String(between)}; left > 0; left -= 1) await (${work.toString()})(); })()`;
  await page.evaluate(source);
  for (let reading = 0; reading <= readings; reading += 1) {
    if (reading > 0) await page.evaluate(source);
    levels.push(await settledLevel(page, memory, levels.at(-1) ?? Infinity));
  }
  return { perTime: growthPerStep(levels) / between, levels };
}

function tell(what: string, growth: { readonly perTime: number; readonly levels: readonly number[] }): void {
  const levels = growth.levels.map((level) => level.toFixed(0)).join(' ');
  console.log(`${what}: ${growth.perTime.toFixed(3)} MB each; MB at each reading: ${levels}`);
}

for (const engine of ['wllama', 'transformers'] as const) {
  test.describe(`memory stays flat with ${engine}`, () => {
    test.skip(memoryUnreadable !== false, String(memoryUnreadable));

    test('when a model is loaded and unloaded', async ({ page }) => {
      await openBench(page, engine);
      const growth = await measureGrowth(page, loads, async () => {
        const { kept, request, ask } = globalThis.bench;
        await kept.load(request);
        await ask(kept);
        await kept.unload();
      });
      tell(`${engine}, ${String(loads)} loads`, growth);
      expect(growth.perTime).toBeLessThan(0.1 + noise / loads);
    });

    test('when questions are answered', async ({ page }) => {
      await openBench(page, engine);
      await page.evaluate(async () => {
        await globalThis.bench.kept.load(globalThis.bench.request);
      });
      const growth = await measureGrowth(page, answers, async () => {
        await globalThis.bench.ask(globalThis.bench.kept);
      });
      tell(`${engine}, ${String(answers)} answers`, growth);
      expect(growth.perTime).toBeLessThan(0.01 + noise / answers);
    });
  });
}
