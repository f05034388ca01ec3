/**
 * `node scripts/measure-dataset.mjs [RECORDS] [--sample N] [--no-tasks]`: a made-up log of so many records through the whole pipeline
 * of the dataset page in headless Chromium: import, filters, duplicates, a sample embedded and grouped, split, export to a zip.
 * Prints one JSON object: seconds a stage, megabytes a second, and the most memory that page and workers held, in each stage and who
 * held it. Needs `npm run build`.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { UsageError } = await import('./read-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

const usage = `Usage: node scripts/measure-dataset.mjs [RECORDS] [--sample N] [--no-tasks]

  RECORDS     of the log that is made up (default: 5000)
  --sample N  rows that are embedded and grouped (default: 1000)
  --no-tasks  leave the tasks out: no sentence encoder is needed then`;

/**
 * @typedef {object} Typed
 * @property {number} records
 * @property {number} sample
 * @property {boolean} tasks
 */

/**
 * @param {readonly string[]} typed
 * @returns {Typed | 'help'}
 */
function read(typed) {
  const { values, positionals } = parseArgs({
    args: [...typed],
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      'no-tasks': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const records = Number(positionals[0] ?? 5000);
  const sample = Number(values.sample ?? 1000);
  if (!Number.isInteger(records) || records < 100)
    throw new UsageError('RECORDS is a whole number from 100 on.');
  if (!Number.isInteger(sample) || sample < 2)
    throw new UsageError('--sample takes a whole number from 2 on.');
  return { records, sample, tasks: values['no-tasks'] !== true };
}

/**
 * What page and workers held at one moment, as Chromium tells it.
 * @typedef {object} Held
 * @property {number} bytes
 * @property {readonly { bytes: number, attribution: readonly { url: string }[] }[]} breakdown
 */

/** @param {Typed} typed */
async function measure(typed) {
  const folder = join(root, 'dist');
  if (!existsSync(join(folder, 'demos', 'dataset', 'index.html')))
    throw new UsageError('Run `npm run build` first.');
  const work = mkdtempSync(join(tmpdir(), 'smallworks-log-'));
  const log = join(work, 'made-up.jsonl');
  const { writeMadeUpLog } = await import('./made-up-log.mjs');
  await writeMadeUpLog({ path: log, records: typed.records });
  const { serveSite } = await import('./serve.mjs');
  const site = await serveSite({ root, folder, port: 0 });
  const { chromium } = await import('playwright');
  const { chromiumFlags, findChromium } = await import('./chromium.mjs');
  const executablePath = findChromium();
  // A profile on disk: a private one may keep a tenth of the memory at most, and an export of this size is larger.
  const browser = await chromium.launchPersistentContext(join(work, 'profile'), {
    ...(executablePath === undefined ? {} : { executablePath }),
    // Memory is told at once, and not with the next garbage collection.
    args: [...chromiumFlags, '--enable-blink-features=ForceEagerMeasureMemory'],
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => print(`page: ${error.message}`));
    page.on('console', (message) => print(`page: ${message.text()}`));
    await page.goto(`http://127.0.0.1:${site.port}/demos/dataset/`);
    await page.waitForFunction(() => 'datasetDesk' in window);
    await page.getByLabel('Add files').setInputFiles(log);
    await page.waitForFunction(() => window.datasetDesk.view.sources.length === 1);
    const megabytes = statSync(log).size / 1e6;
    const { seconds, bytes, tookMs, held, ...facts } = await page.evaluate(inPage, typed);
    const result = {
      records: typed.records,
      log_mb: round(megabytes),
      ...facts,
      seconds,
      most_memory_mb: Math.max(...Object.values(held).map((one) => inMegabytes(one.bytes))),
      memory_mb: Object.fromEntries(
        Object.entries(held).map(([stage, one]) => [stage, [inMegabytes(one.bytes), ...holdersOf(one)]]),
      ),
      read_mb_per_second: round(megabytes / (seconds['read'] ?? 1)),
      written_mb: round(bytes / 1e6),
      export_mb_per_second: round(bytes / 1e6 / (tookMs / 1000)),
    };
    console.log(JSON.stringify(result));
  } finally {
    await browser.close();
    await site.close();
    rmSync(work, { recursive: true });
  }
}

/**
 * Who held something that counts, e.g. "dataset.worker-a1b2.js 40".
 * @param {Held} held
 */
function holdersOf({ breakdown }) {
  return breakdown
    .filter(({ bytes }) => bytes >= 1e6)
    .map(({ bytes, attribution: [who] }) => `${who?.url.split('/').at(-1) || 'page'} ${inMegabytes(bytes)}`);
}

/** @param {number} bytes */
function inMegabytes(bytes) {
  return Math.round(bytes / 1e6);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/**
 * Runs in the page: nothing of this file's scope is there.
 * @param {Typed} typed
 */
async function inPage({ sample, tasks }) {
  const desk = window.datasetDesk;
  const memory = /** @type {{ measureUserAgentSpecificMemory?: () => Promise<Held> }} */ (
    /** @type {unknown} */ (performance)
  );
  /** The most that was held in each stage. @type {Record<string, Held>} */
  const held = {};
  let stage = 'reading';
  let samples = 0;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const { bytes, breakdown } = (await memory.measureUserAgentSpecificMemory?.()) ?? {
        bytes: 0,
        breakdown: [],
      };
      if (bytes > (held[stage]?.bytes ?? 0)) held[stage] = { bytes, breakdown };
      samples += 1;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  /** Steps that the progress bar took, by stage. @type {Record<string, number>} */
  const steps = {};
  const unsubscribe = desk.subscribe(({ work }) => {
    if (work === undefined) return;
    steps[work.stage] = (steps[work.stage] ?? 0) + 1;
    ({ stage } = work);
  });
  /** @type {Record<string, number>} */
  const seconds = {};
  const timed = async (/** @type {string} */ name, /** @type {() => Promise<unknown>} */ work) => {
    const startedAt = performance.now();
    await work();
    seconds[name] = Math.round(performance.now() - startedAt) / 1000;
    const { fault } = desk.view;
    if (fault !== undefined) throw new Error(`${name}: ${fault.message} ${fault.reason ?? ''}`);
  };
  await timed('read', () => desk.read({ known: false, languages: [] }));
  if (tasks) await timed('tasks', () => desk.discover({ size: sample, k: 'auto' }));
  const formats = /** @type {const} */ ([
    'trl',
    'preference',
    'openai',
    'hermes',
    'data-flywheel',
    'parquet',
    'rendered',
  ]);
  await timed('export', () =>
    desk.write({ name: 'made-up', licence: 'cc0-1.0', formats, target: 'archive' }),
  );
  over.abort();
  await watching;
  unsubscribe();
  const { survey, plan, written, tasks: found } = desk.view;
  await desk.forget();
  return {
    kept: survey?.rows,
    rows: plan?.counts,
    has_leaks: plan?.overlap.clean === false,
    tasks: found?.tasks.length,
    bytes: written?.bytes ?? 0,
    tookMs: written?.tookMs ?? 1,
    seconds,
    held,
    memory_samples: samples,
    progress_steps: steps,
  };
}

await runCommandLine({ read, usage, run: measure, failed: 'The pipeline was not measured:' });
