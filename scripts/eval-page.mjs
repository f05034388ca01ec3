/**
 * The lab's page with a model in it, for the evaluations that ask one. Knows files of lines and what is loaded; nothing of
 * what is asked.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLab } from './lab-browser.mjs';
import { UsageError } from './read-arguments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

/** Lines looked at in one go. They are scored one by one: a row takes seconds, handing it over takes milliseconds. */
const checkedAtOnce = 500;

/**
 * Lets the page load an adapter's file that lies outside the site.
 * @param {import('playwright').Page} page
 * @param {string} path
 * @returns {Promise<import('../demos/lab/lab-api.ts').AdapterChoice>}
 */
async function offerFile(page, path) {
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = `${sha256.slice(0, 16)}.gguf`;
  const filesUrl = new URL('own-adapters/', page.url()).href;
  await page.context().route(`${filesUrl}${name}`, (route) => route.fulfill({ path }));
  return { id: basename(path), file: { name, bytes: bytes.length, sha256, sources: [] }, filesUrl };
}

/**
 * Opens the page with what is to be scored loaded in it, once the lines of every file are seen to be what they should be.
 * @param {import('./read-arguments.mjs').EvalArguments} typed
 * @param {readonly { file: string, lines: readonly import('./read-lines.mjs').Line[] }[]} sets
 */
export async function openWithModel({ kind, model, adapter, engine, backend }, sets) {
  const { page, close } = await openLab({ root, model, print });
  try {
    for (const { file, lines } of sets) {
      for (let at = 0; at < lines.length; at += checkedAtOnce) {
        const [problem] = await page.evaluate(
          ({ part, isArithmetic }) =>
            isArithmetic ? window.lab.checkArithmetic(part) : window.lab.check(part),
          { part: lines.slice(at, at + checkedAtOnce), isArithmetic: kind === 'arithmetic' },
        );
        if (problem !== undefined) throw new UsageError(`${file} cannot be read. ${problem}`);
      }
    }
    const loaded = await page.evaluate((options) => window.lab.load(options), {
      model,
      adapter: adapter?.endsWith('.gguf') === true ? await offerFile(page, adapter) : adapter,
      engine,
      backend,
    });
    print(
      `${loaded.modelId} on ${loaded.engine} ${loaded.engineVersion} (${loaded.backend}, ${loaded.weights}, ${loaded.threads} threads), loaded in ${(loaded.loadMs / 1000).toFixed(1)} s`,
    );
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
