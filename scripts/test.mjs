/**
 * `npm test`: sets up everything it needs, Chromium and the model included, then runs every check. One that fails does
 * not hide those after it. Ends with a line `N passed, N failed, N skipped`; the exit code is 1 where something failed.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { explain } = await import('./failure.mjs');
const { runCommand } = await import('./run-command.mjs');
const { summarise, totalsOfPlaywright, totalsOfRunner, totalsOfStep } = await import('./totals.mjs');

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results');
const minute = 60_000;

/** @type {import('./totals.mjs').Totals[]} */
const all = [];
const startedAt = Date.now();
/** @type {Record<string, string>} */
const env = { CI: process.env['CI'] ?? 'true', npm_config_loglevel: 'error' };

/** Ends with the summary, whatever happened. @returns {never} */
function finish() {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  console.log(`\nTook ${Math.floor(seconds / 60)} min ${seconds % 60} s.`);
  console.log(summarise(all));
  process.exit(all.some(({ failed }) => failed.length > 0) ? 1 : 0);
}

/**
 * A piece of set-up: where it fails, what needs it cannot run, so the command ends there.
 * @param {{ name: string, work: () => Promise<void> }} step
 */
async function prepare({ name, work }) {
  try {
    await work();
  } catch (error) {
    console.error(explain(error));
    all.push(totalsOfStep({ name: `set-up: ${name}`, code: 1 }));
    finish();
  }
}

/**
 * Starts a piece of set-up that takes minutes beside the checks that do not need it. What it says comes in one piece
 * when it is waited for.
 * @param {{ name: string, script: string }} step `script`: below scripts/; does nothing where its result is there.
 * @returns {() => Promise<void>} Waits for its end; where it failed, the command ends there.
 */
function begin({ name, script }) {
  const running = runCommand([process.execPath, join(root, 'scripts', script)], {
    cwd: root,
    env,
    timeoutMs: 25 * minute,
  });
  return async () => {
    const { code, output } = await running;
    console.log(`\n── set-up: ${name} ${'─'.repeat(Math.max(0, 62 - name.length))}\n${output.trim()}`);
    if (code === 0) return;
    all.push(totalsOfStep({ name: `set-up: ${name}`, code }));
    finish();
  };
}

/**
 * Path of a package's command, run with this Node: no shell and no npx in between.
 * @param {string} path below node_modules
 * @returns {readonly [string, string]}
 */
function tool(path) {
  return [process.execPath, join(root, 'node_modules', path)];
}

/**
 * @param {{ name: string, command: readonly [string, ...string[]], limitMinutes: number,
 *   env?: Readonly<Record<string, string>> }} step
 */
async function run({ name, command, limitMinutes, env: extra = {} }) {
  const started = Date.now();
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`);
  const { code, timedOut } = await runCommand(command, {
    cwd: root,
    show: true,
    env: { ...env, ...extra },
    timeoutMs: limitMinutes * minute,
  });
  if (timedOut) console.error(`✗ ${name} was stopped after ${limitMinutes} minutes.`);
  console.log(
    `── ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
  );
  return code;
}

/** @param {{ name: string, command: readonly [string, ...string[]], limitMinutes?: number }} step */
async function check({ name, command, limitMinutes = 5 }) {
  all.push(totalsOfStep({ name, code: await run({ name, command, limitMinutes }) }));
}

/**
 * Starts a check that leaves a processor to others. What it says comes in one piece when it is waited for.
 * @param {{ name: string, command: readonly [string, ...string[]] }} step
 * @returns {() => Promise<void>}
 */
function beginCheck({ name, command }) {
  const started = Date.now();
  const running = runCommand(command, { cwd: root, env, timeoutMs: 5 * minute }).then((result) => ({
    ...result,
    seconds: (Date.now() - started) / 1000,
  }));
  return async () => {
    const { code, output, seconds } = await running;
    console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}\n${output.trim()}`);
    console.log(`── ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)`);
    all.push(totalsOfStep({ name, code }));
  };
}

/** @param {{ name: string, project: string, limitMinutes: number }} step */
async function vitest({ name, project, limitMinutes }) {
  const path = join(results, `${project}.json`);
  rmSync(path, { force: true });
  const code = await run({
    name,
    command: [
      ...tool('vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=./scripts/vitest-totals.mjs',
    ],
    limitMinutes,
    env: { SMALLWORKS_TOTALS: path },
  });
  all.push(totalsOfRunner({ name, code, totals: readJson(path) }));
}

/**
 * @param {string} path
 * @returns {any} What the file holds; undefined where a runner died before it wrote it.
 */
function readJson(path) {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

await prepare({
  name: 'packages',
  work: async () => {
    const { ensureDependencies } = await import('./dependencies.mjs');
    await ensureDependencies({ root, print: console.log });
  },
});
await prepare({
  name: 'Chromium',
  work: async () => {
    const { ensureChromium } = await import('./setup-chromium.mjs');
    env['CHROME_PATH'] = await ensureChromium({ root, print: console.log });
    console.log(`Chromium: ${env['CHROME_PATH']}`);
  },
});
await prepare({
  name: 'model',
  work: async () => {
    const { ensureModel } = await import('./get-model.mjs');
    const { path } = await ensureModel({ root, print: console.log });
    console.log(`Model: ${path}`);
  },
});
await prepare({
  name: 'sentence encoder',
  work: async () => {
    const { ensureEmbedder } = await import('./get-model.mjs');
    const { weights } = await ensureEmbedder({ root, print: console.log });
    console.log(`Sentence encoder: ${weights}`);
  },
});

const webLlmModel = begin({ name: 'model for web-llm', script: 'make-web-llm-model.mjs' });
const trainedAdapter = begin({ name: 'training recipe', script: 'walk-training.mjs' });

const format = beginCheck({
  name: 'format',
  command: [...tool('prettier/bin/prettier.cjs'), '--check', '.'],
});
await check({ name: 'lint', command: [...tool('oxlint/bin/oxlint'), '--type-aware'] });
await check({ name: 'types', command: tool('typescript/bin/tsc') });
const serviceWorkerConfig = 'workers/tsconfig.json';
if (existsSync(join(root, serviceWorkerConfig))) {
  await check({
    name: 'types of the service worker',
    command: [...tool('typescript/bin/tsc'), '-p', serviceWorkerConfig],
  });
}
await check({ name: 'dead code', command: tool('knip/bin/knip.js') });
await format();
await vitest({ name: 'unit', project: 'unit', limitMinutes: 10 });
await trainedAdapter();
{
  const { trainingPython } = await import('./setup-training.mjs');
  const python = trainingPython(root);
  if (python !== undefined) {
    await check({ name: 'training recipe', command: [python, '-m', 'pytest', '-q', 'training'] });
  } else {
    const reason = readJson(join(root, '.cache', 'training', 'skipped.json'))?.reason ?? 'it is not set up';
    all.push({ passed: 0, failed: [], skipped: [{ name: 'training recipe', reason }] });
  }
}
await webLlmModel();
await vitest({ name: 'browser and contract', project: 'browser', limitMinutes: 30 });
await check({ name: 'build', command: [process.execPath, 'scripts/build.mjs'], limitMinutes: 10 });
{
  const name = 'e2e';
  const path = join(results, 'e2e.json');
  rmSync(path, { force: true });
  const code = await run({
    name,
    command: [...tool('@playwright/test/cli.js'), 'test'],
    limitMinutes: 30,
  });
  const report = readJson(path);
  all.push(
    totalsOfRunner({ name, code, totals: report === undefined ? undefined : totalsOfPlaywright(report) }),
  );
}
finish();
