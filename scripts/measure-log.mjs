/**
 * `node scripts/measure-log.mjs [--runs N]`: how smoothly the log's window scrolls over N runs (100,000 unless told), on the
 * built site in a real Chromium. Fills a log once, each run sealed as a page seals it, and keeps it in `.cache/log-scroll` for
 * the next time; that takes a quarter of an hour. The last line is one JSON object.
 *
 * A task's time is told twice: by the clock, in which a busy machine counts as well, and in time of the processor.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { UsageError, parse, readCount } = await import('./read-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

/** The log belongs to this address: another port would be another site, with a log of its own. */
const port = 47_321;
/** A task longer than this is long, as browsers see it. Milliseconds. */
const longTask = 50;
/** For a long log to open, on a busy machine. Milliseconds. */
const longestWait = 300_000;

/** Opens the built site in a browser whose profile stays. */
async function openSite() {
  const { ensureChromium } = await import('./setup-chromium.mjs');
  const executablePath = await ensureChromium({ root, print });
  const { ensureBuild } = await import('./build.mjs');
  await ensureBuild({ root, print });
  const { serveSite } = await import('./serve.mjs');
  const site = await serveSite({ root, port });
  if (site.port !== port) throw new Error(`Port ${port} is in use, and the log belongs to it.`);
  const { chromium } = await import('playwright');
  const { chromiumFlags } = await import('./chromium.mjs');
  const context = await chromium.launchPersistentContext(join(root, '.cache', 'log-scroll'), {
    executablePath,
    args: [...chromiumFlags],
    // Its updates would reload the page in the middle.
    serviceWorkers: 'block',
  });
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      await context.close();
      await site.close();
    },
  };
}

/**
 * Writes runs into the log of the site until there are as many as wanted. Runs in the page.
 * @param {number} wanted
 * @returns {Promise<number>} How many there are.
 */
async function fillLog(wanted) {
  const together = 200;
  const minute = 60_000;
  /** @type {typeof import('../src/index.ts')} */
  const { openJournal } = await import(new URL('/assets/smallworks.js', location.href).href);
  const journal = await openJournal({ durability: 'relaxed' });
  const now = Date.now();
  /** @type {import('../src/index.ts').LoadedModel} */
  const model = {
    modelId: 'made-up',
    weightsHash: 'ab',
    engine: 'wllama',
    engineVersion: '1',
    backend: 'wasm-single',
    weights: 'float32',
    threads: 1,
    slots: 1,
    contextTokens: 2048,
    choiceReasons: ['Nothing runs.'],
    loadMs: 1,
  };
  let count = (await journal.runIds()).length;
  while (count < wanted) {
    const numbers = Array.from({ length: Math.min(together, wanted - count) }, (_, place) => count + place);
    await Promise.all(
      numbers.map((number) =>
        journal.append({
          type: 'run-started',
          id: crypto.randomUUID(),
          runId: crypto.randomUUID(),
          at: now - (wanted - number) * minute,
          goal: `errand ${number}: look up the price of ${number * 7} screws, and add it to the list`,
          tools: [],
          model,
          promptVersion: 1,
        }),
      ),
    );
    count += numbers.length;
    if (count % 5000 < together) console.log(`${count} runs`);
  }
  journal.close();
  return count;
}

/**
 * @typedef {object} Scrolled What the page itself saw.
 * @property {number} frames
 * @property {number} medianGapMs Between two frames.
 * @property {number} longestGapMs
 * @property {number} droppedFrames Of those that a screen of 60 Hz would have shown.
 * @property {number} longTasks By the clock.
 * @property {number} longestTaskMs
 * @property {number} mostRows In the page at a time.
 */

/**
 * Scrolls the list from its beginning to its end, or as far as so many frames come. Runs in the page.
 * @param {HTMLElement | SVGElement} list
 * @param {{ pixelsPerFrame: number, mostFrames: number }} options
 * @returns {Promise<Scrolled>}
 */
async function scrollList(list, { pixelsPerFrame, mostFrames }) {
  const frameMs = 1000 / 60;
  list.scrollTo(0, 0);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  /** @type {number[]} */
  const longTasksMs = [];
  const observer = new PerformanceObserver((entries) => {
    longTasksMs.push(...entries.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: 'longtask' });
  /** @type {number[]} */
  const gaps = [];
  let mostRows = 0;
  let before = await new Promise(requestAnimationFrame);
  const end = list.scrollHeight - list.clientHeight;
  while (list.scrollTop < end - 1 && gaps.length < mostFrames) {
    list.scrollBy(0, pixelsPerFrame);
    const now = await new Promise(requestAnimationFrame);
    gaps.push(now - before);
    before = now;
    mostRows = Math.max(mostRows, list.querySelectorAll('[role=option]').length);
  }
  // Entries of the last moments are still on their way.
  await new Promise((resolve) => setTimeout(resolve, 500));
  observer.disconnect();
  const sorted = gaps.toSorted((one, other) => one - other);
  return {
    frames: gaps.length,
    medianGapMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    longestGapMs: sorted.at(-1) ?? 0,
    droppedFrames: gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / frameMs) - 1), 0),
    longTasks: longTasksMs.length,
    longestTaskMs: Math.max(0, ...longTasksMs),
    mostRows,
  };
}

/**
 * Processor time of the longest tasks of the page's main thread while `work` runs.
 * @template Result
 * @param {import('playwright').Page} page
 * @param {() => Promise<Result>} work
 * @returns {Promise<{ result: Result, processorMs: number[] }>}
 */
async function traceTasks(page, work) {
  const session = await page.context().newCDPSession(page);
  /** @type {{ name: string, tid: number, pid: number, tdur?: number, args?: any }[]} */
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(.../** @type {any[]} */ (value)));
  const complete = new Promise((resolve) => session.on('Tracing.tracingComplete', resolve));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] },
  });
  const result = await work();
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const mainThreads = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events
    .filter(({ name, pid, tid }) => name === 'RunTask' && mainThreads.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000);
  return { result, processorMs: tasks.toSorted((one, other) => other - one).slice(0, 5) };
}

/** How far it goes in a frame: as a wheel turns it, as a hand pulls its bar, and over the whole of it in ten seconds. */
const speeds = [
  { name: 'wheel', pixelsPerFrame: 40, mostFrames: 600 },
  { name: 'bar', pixelsPerFrame: 600, mostFrames: 600 },
  { name: 'end to end', pixelsPerFrame: 10_000, mostFrames: 2_000 },
];

const usage =
  'Usage: node scripts/measure-log.mjs [--runs N]\n\n  --runs N  how many runs the log has (default: 100,000)';

/** @param {string[]} words */
function read(words) {
  const { values, positionals } = parse({
    typed: words,
    options: { runs: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (positionals.length > 0) throw new UsageError(`There is nothing to name: ${positionals.join(' ')}.`);
  return values.help === true
    ? 'help'
    : { runs: readCount({ flag: '--runs', text: values.runs }) ?? 100_000 };
}

/** @param {{ runs: number }} typed */
async function run({ runs: wanted }) {
  const { page, origin, close } = await openSite();
  try {
    page.on('console', (message) => message.type() === 'log' && print(message.text()));
    page.setDefaultTimeout(longestWait);
    await page.goto(`${origin}/docs/index.html`);
    const runs = await page.evaluate(fillLog, wanted);
    await page.goto(`${origin}/index.html`);
    const list = page.getByRole('listbox', { name: 'Runs' });
    const opening = await traceTasks(page, async () => {
      const startedAt = Date.now();
      await page.getByRole('button', { name: 'Browse and protect the log…' }).click();
      await list.getByText('errand').first().waitFor();
      return Date.now() - startedAt;
    });
    print(`opened in ${opening.result} ms; longest task ${show(opening.processorMs[0])} ms of the processor`);
    const scrolled = [];
    for (const { name, ...speed } of speeds) {
      const { result, processorMs } = await traceTasks(page, () => list.evaluate(scrollList, speed));
      const long = processorMs.filter((ms) => ms > longTask).length;
      print(
        `${name}: ${result.frames} frames, ${result.droppedFrames} dropped, ${result.longTasks} long tasks by the clock, ` +
          `${long} of the processor, the longest ${show(processorMs[0])} ms; at most ${result.mostRows} rows in the page`,
      );
      scrolled.push({ name, ...speed, ...result, processorMs });
    }
    console.log(
      JSON.stringify({ runs, openMs: opening.result, openProcessorMs: opening.processorMs, scrolled }),
    );
  } finally {
    await close();
  }
}

/** @param {number | undefined} ms */
function show(ms = 0) {
  return ms.toFixed(1);
}

await runCommandLine({ read, usage, run });
