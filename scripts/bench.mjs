/**
 * `npm run bench -- [CASE…]`: ours and the peers, round by round in one page of one browser. Each round asks all of them
 * the same, in an order that turns; the first round warms up and does not count. Progress on standard error, a table on
 * standard output; with `--json` the last line is one JSON object.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { UsageError, benchUsage, readBenchArguments } = await import('./read-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

/** Installs what is compared with: it is larger than everything else together, and nobody else needs it. */
async function ensurePeers() {
  const folder = join(root, 'bench');
  if (existsSync(join(folder, 'node_modules', '@huggingface', 'transformers'))) return;
  const { runCommand } = await import('./run-command.mjs');
  print('Installing what is compared with (bench/package.json).');
  const { code, output } = await runCommand(['npm', 'ci', '--ignore-scripts'], {
    cwd: folder,
    timeoutMs: 15 * 60_000,
  });
  if (code !== 0) throw new Error(`npm ci in bench/ ended with code ${code}.\n${output}`);
}

/** Builds the page, serves it and opens it. */
async function openPage() {
  const { ensureDependencies } = await import('./dependencies.mjs');
  await ensureDependencies({ root, print });
  await ensurePeers();
  const { ensureModel } = await import('./get-model.mjs');
  await ensureModel({ root, print });
  const { ensureChromium } = await import('./setup-chromium.mjs');
  const executablePath = await ensureChromium({ root, print });
  const { build } = await import('vite');
  await build({ configFile: join(root, 'bench', 'vite.config.ts'), logLevel: 'error' });
  const { serveSite } = await import('./serve.mjs');
  const site = await serveSite({ root, folder: join(root, '.cache', 'bench'), port: 0 });
  const { chromium } = await import('playwright');
  const { chromiumFlags } = await import('./chromium.mjs');
  const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
  const page = await browser.newPage();
  page.on('pageerror', (error) => print(`page: ${error.message}`));
  await page.goto(`http://127.0.0.1:${site.port}/`);
  await page.waitForFunction(() => 'benchmark' in window);
  return {
    page,
    close: async () => {
      await browser.close();
      await site.close();
    },
  };
}

/**
 * Runs one case.
 * @param {import('playwright').Page} page
 * @param {{ name: string, subjects: readonly string[], rounds: number, startsCold: boolean }} options
 * @returns {Promise<import('./bench-summary.mjs').CaseSummary>}
 */
async function runCase(page, { name, subjects, rounds, startsCold }) {
  const { summariseCase } = await import('./bench-summary.mjs');
  const measured = subjects.map((subject) => ({
    name: subject,
    /** @type {import('./bench-summary.mjs').Sample[]} */
    samples: [],
  }));
  if (!startsCold) {
    for (const subject of subjects) {
      const facts = await page.evaluate(
        ([one, of]) => window.benchmark.open(one, of),
        /** @type {const} */ ([subject, name]),
      );
      print(`  ${subject}: ${facts}`);
    }
  }
  for (let round = 0; round <= rounds; round += 1) {
    const order = measured.map((_, place) => measured[(place + round) % measured.length]);
    for (const one of order) {
      if (one === undefined) continue;
      const sample = await page.evaluate(
        ([subject, of, number]) => window.benchmark.round(subject, of, number),
        /** @type {const} */ ([one.name, name, round]),
      );
      if (round > 0) one.samples.push(sample);
      print(
        `  ${name} ${round === 0 ? 'warm-up' : round}: ${one.name} ${sample.ms.toFixed(0)} ms ${JSON.stringify(sample.figures)}`,
      );
    }
  }
  if (!startsCold) {
    for (const subject of subjects) await page.evaluate((one) => window.benchmark.close(one), subject);
  }
  return summariseCase({ name, measured });
}

/**
 * Whether what was typed means this case: by its name, or by how the names of several begin.
 * @param {string} typed
 * @param {string} name
 */
const isCalled = (typed, name) => name === typed || name.startsWith(`${typed}-`);

/** Rounds that count, where nobody says how many. */
const usualRounds = 10;
/** A step of training takes seconds. */
const fewRounds = 3;

/** @param {import('./read-arguments.mjs').BenchArguments} typed */
async function run(typed) {
  const { caseTable } = await import('./bench-summary.mjs');
  const { names, rounds, chart, json } = typed;
  const isTraining = names.length > 0 && names.every((name) => name === 'train');
  const done = isTraining
    ? await (await import('./bench-training.mjs')).benchTraining({ root, rounds: rounds ?? fewRounds, print })
    : await runInPage(typed);
  console.log(caseTable(done));
  if (chart !== undefined) {
    const { benchChart } = await import('./bench-chart.mjs');
    writeFileSync(chart, benchChart(done, 'Median times beside each other'));
  }
  if (json)
    console.log(JSON.stringify(done.length === 1 ? done[0]?.summary : done.map(({ summary }) => summary)));
}

/**
 * @param {import('./read-arguments.mjs').BenchArguments} typed
 * @returns {Promise<{ title: string, summary: import('./bench-summary.mjs').CaseSummary }[]>}
 */
async function runInPage({ names, rounds, rows, peers, engine, adapter }) {
  const { linesOf } = await import('./read-lines.mjs');
  const lines = rows === undefined ? [] : await linesOf({ file: rows });
  const { page, close } = await openPage();
  try {
    await page.evaluate((all) => window.benchmark.takeRows(all), lines);
    if (adapter !== undefined) await page.evaluate((id) => window.benchmark.useAdapter(id), adapter);
    const known = await page.evaluate(
      (hasRows) => ({
        cases: window.benchmark.cases.filter(({ needsRows }) => hasRows || !needsRows),
        subjects: window.benchmark.subjects,
      }),
      lines.length > 0,
    );
    const wanted = known.cases.filter(
      ({ name }) => names.length === 0 || names.some((typed) => isCalled(typed, name)),
    );
    const unknown = names.filter((typed) => !known.cases.some(({ name }) => isCalled(typed, name)));
    if (unknown.length > 0) {
      throw new UsageError(
        `There is no case ${unknown.join(', ')}. There are ${known.cases.map(({ name }) => name).join(', ')}.`,
      );
    }
    const ours = engine === undefined ? 'smallworks' : `smallworks on ${engine}`;
    const missing = [ours, ...peers].filter((name) => !known.subjects.includes(name));
    if (missing.length > 0) {
      throw new UsageError(
        `Nothing of the name ${missing.join(', ')} can be measured. There are ${known.subjects.join(', ')}.`,
      );
    }
    const done = [];
    for (const { name, title, startsCold, contenders } of wanted) {
      const summary = await runCase(page, {
        name,
        subjects: contenders ?? [ours, ...peers],
        rounds: rounds ?? (name === 'rows' ? lines.length : usualRounds),
        startsCold,
      });
      done.push({ title, summary });
    }
    return done;
  } finally {
    await close();
  }
}

await runCommandLine({ read: readBenchArguments, usage: benchUsage, run });
