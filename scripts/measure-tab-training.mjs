/**
 * `node scripts/measure-tab-training.mjs [--runs N] [--unseen N] [--steps N]`: the whole loop in a real Chromium, unattended: a log of runs
 * over the Desk's tools, a training in the tab on four fifths of them, the adapter on the shelf, base and adapter on rows of
 * other phrasings, and, where the adapter is better, every step into use. The last line is one JSON object.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { UsageError, parse, readCount } = await import('./read-arguments.mjs');
const { runCommand } = await import('./run-command.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.cache', 'tab-training');
const print = console.error;

/** What the agent of the demo Desk works with. */
const deskTools = [
  'note_add',
  'note_list',
  'todo_add',
  'todo_list',
  'todo_done',
  'calendar_add',
  'calendar_list',
];

/** A measurement of an hour is not cut off. Milliseconds. */
const longest = 3 * 3_600_000;

/**
 * Rows of the built-in tools; the path of their file.
 * @param {'train' | 'test'} split
 * @param {number} count
 */
async function makeRows(split, count) {
  const out = join(folder, `${split}.jsonl`);
  await script('make-rows.mjs', [
    'built-in',
    '--split',
    split,
    '--seed',
    '9',
    '--share',
    '12',
    '--count',
    String(count),
    '--out',
    out,
  ]);
  return out;
}

/**
 * The last line of another script's output.
 * @param {string} name
 * @param {readonly string[]} words
 */
async function script(name, words) {
  const { code, output } = await runCommand([process.execPath, join(root, 'scripts', name), ...words], {
    cwd: root,
    timeoutMs: longest,
  });
  if (code !== 0) throw new Error(`${name} ended with code ${code}.\n${output}`);
  return JSON.parse(
    output
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('{')) ?? '{}',
  );
}

/**
 * Writes the runs into the site's log. Runs in the page.
 * @param {object[][]} runs
 */
async function fillLog(runs) {
  /** @type {typeof import('../src/index.ts')} */
  const { openJournal } = await import(new URL('/assets/smallworks.js', location.href).href);
  const journal = await openJournal({ durability: 'relaxed' });
  for (const events of runs) {
    const runId = crypto.randomUUID();
    for (const event of events) {
      // @ts-expect-error The events are whole but for what they get here.
      await journal.append({ ...event, id: crypto.randomUUID(), runId, at: Date.now() });
    }
  }
  journal.close();
}

/**
 * Trains and shelves. Runs in the page.
 * @param {number} steps
 */
async function train(steps) {
  /** @type {typeof import('../src/index.ts')} */
  const { openJournal, TrainingDesk } = await import(new URL('/assets/smallworks.js', location.href).href);
  const desk = new TrainingDesk({ openLog: () => openJournal() });
  let told = 0;
  desk.onChange(({ losses, secondsLeft, trouble }) => {
    if (trouble !== undefined) console.log(`trouble: ${trouble}`);
    if (losses.length < told + 10) return;
    told = losses.length;
    console.log(`step ${told}, loss ${losses.at(-1)?.toFixed(3)}, ${Math.round(secondsLeft ?? 0)} s left`);
  });
  await desk.takeLog();
  const rows = desk.view.source?.rows ?? 0;
  await desk.train({ layers: 'all', steps });
  const file = desk.adapterFile();
  if (file === undefined) throw new Error(desk.view.trouble ?? 'There is no adapter.');
  await desk.shelve();
  let bytes = '';
  for (const byte of new Uint8Array(await file.arrayBuffer())) bytes += String.fromCodePoint(byte);
  const { losses, trials, source, madeBy } = desk.view;
  return { rows, trialRows: source?.trialRows ?? 0, losses, trials, madeBy, file: btoa(bytes) };
}

/** All steps into use, of the one adapter that was trained here. Runs in the page. */
async function promote() {
  /** @type {typeof import('../src/index.ts')} */
  const { createSession } = await import(new URL('/assets/smallworks.js', location.href).href);
  const session = createSession();
  await session.start();
  await session.adapters.open();
  await session.promotion.open();
  const trained = session.state.promotion?.adapters.find(({ title }) => title.startsWith('Trained here'));
  if (trained === undefined) throw new Error('The trained adapter is not on the shelf.');
  for (const action of /** @type {const} */ (['start-shadow', 'promote', 'promote']))
    await session.promotion.decide(trained.id, action);
  return session.state.promotion?.adapters.find(({ id }) => id === trained.id)?.stage;
}

/** @param {number} processId */
function memoryOf(processId) {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

/** The most that one process of the browser's pages ever held, in megabytes; undefined where the system does not tell. */
async function peakMemory(/** @type {import('playwright').Browser} */ browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  return process.platform === 'linux' ? Math.max(...pages.map(({ id }) => memoryOf(id))) : undefined;
}

const usage = `Usage: node scripts/measure-tab-training.mjs [--runs N] [--unseen N] [--steps N]

  --runs N    runs in the log (default: 300)
  --unseen N  rows of other phrasings that judge (default: 100)
  --steps N   steps of training (default: 150)`;

/** @param {string[]} words */
function read(words) {
  const { values, positionals } = parse({
    typed: words,
    options: {
      runs: { type: 'string' },
      unseen: { type: 'string' },
      steps: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values['help'] === true) return 'help';
  if (positionals.length > 0) throw new UsageError(`There is nothing to name: ${positionals.join(' ')}.`);
  /** @param {'runs' | 'unseen' | 'steps'} name @param {number} otherwise */
  const count = (name, otherwise) => readCount({ flag: `--${name}`, text: values[name] }) ?? otherwise;
  return { runs: count('runs', 300), unseen: count('unseen', 100), steps: count('steps', 150) };
}

/** @param {{ runs: number, unseen: number, steps: number }} typed */
async function measure({ runs, unseen, steps }) {
  mkdirSync(folder, { recursive: true });
  const { importBundled } = await import('./bundle-module.mjs');
  const { deskLog } = /** @type {typeof import('../bench/train/desk-log.ts')} */ (
    await importBundled({ root, entry: 'bench/train/desk-log.ts', name: 'desk-log' })
  );
  const log = deskLog({
    taught: await makeRows('train', runs * 10),
    judging: await makeRows('test', unseen * 10),
    names: deskTools,
    runs,
    unseen,
    model: {
      modelId: 'larger',
      weightsHash: 'larger',
      engine: 'remote',
      engineVersion: '1',
      backend: 'remote',
      weights: 'quantised',
      threads: 1,
      slots: 1,
      contextTokens: 8192,
      choiceReasons: ['A larger model.'],
      loadMs: 0,
    },
  });
  const rowsFile = join(folder, 'unseen.jsonl');
  writeFileSync(rowsFile, log.unseen);

  const { openBuiltSite } = await import('./open-site.mjs');
  const { browser, origin, close } = await openBuiltSite({ root, print });
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  try {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    context.setDefaultTimeout(longest);
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'log' && print(message.text()));
    await page.goto(`${origin}/demos/train/index.html`);
    await page.evaluate(fillLog, /** @type {object[][]} */ (/** @type {unknown} */ (log.runs)));
    const loggedS = seconds();
    const { rows, trialRows, losses, trials, madeBy, file } = await page.evaluate(train, steps);
    const trainedS = seconds();
    const peakMb = await peakMemory(browser);
    print(`made by step ${madeBy}; trials ${JSON.stringify(trials)}; ${peakMb} MB at most`);
    const adapter = join(folder, 'trained-here.gguf');
    writeFileSync(adapter, Buffer.from(file, 'base64'));
    const base = await script('eval.mjs', ['toolcall', rowsFile]);
    const after = await script('eval.mjs', ['toolcall', rowsFile, '--adapter', adapter]);
    const judgedS = seconds();
    print(`base ${JSON.stringify(pick(base))}, adapter ${JSON.stringify(pick(after))}`);
    const isBetter = after.exact_ci[0] > base.exact_ci[1];
    const stage = isBetter ? String(await page.evaluate(promote)) : 'candidate';
    console.log(
      JSON.stringify({
        runs,
        rows,
        trialRows,
        steps,
        madeBy,
        tools: log.tools,
        loggedS,
        trainedS,
        judgedS,
        endedS: seconds(),
        peakMb,
        stage,
        base: pick(base),
        adapter: pick(after),
        trials: trials.map(({ step, exact, n: of }) => ({ step, exact, of })),
        losses: losses.filter((_, index) => index % 10 === 0 || index === losses.length - 1),
      }),
    );
  } finally {
    await close();
  }
}

/** @param {any} figures */
function pick({ n, exact, name, valid, exact_ci: interval }) {
  return { n, exact, name, valid, interval };
}

await runCommandLine({ read, usage, run: measure, failed: 'It was not measured:' });
