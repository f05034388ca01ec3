/**
 * Scoring rows of tool calls on the real model: on the lab page, and from the command line on the same page.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runCommand } from '../../scripts/run-command.mjs';
import { expectGoodOnNarrowScreens } from './good-page.ts';
import { playMusic } from './play-music.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'lab-rows-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = ['Miles Davis', 'Nina Simone', 'Arvo Part'].map((artist, index) => ({
  id: `music-${index + 1}`,
  category: 'made',
  messages: [{ role: 'user', content: `Play something by ${artist}` }],
  tools: [playMusic],
  expected: [{ name: 'PlayMusic', arguments: { artist } }],
}));
const text = rows.map((row) => JSON.stringify(row)).join('\n');

test('the lab page reads a gzipped file, scores its first rows on two sides and reports', async ({
  page,
}) => {
  const watched = watchPage(page);
  await page.goto('demos/lab/');
  await page.getByLabel(/Choose a file/).setInputFiles({
    name: 'rows.jsonl.gz',
    mimeType: 'application/gzip',
    buffer: gzipSync(Buffer.from(text)),
  });
  await page.getByLabel('First rows').fill('2');
  await page.getByRole('combobox', { name: 'B' }).selectOption('The model as it is');
  await page.getByRole('button', { name: 'Score' }).click();
  await expect(page.getByRole('row', { name: /^music-2 \(B\)/ })).toBeVisible({ timeout: 150_000 });
  await expect(page.getByRole('button', { name: 'Score' })).toBeEnabled({ timeout: 60_000 });
  // Greedy decoding says the same twice: nothing differs, and nothing says it might.
  await expect(page.getByRole('row', { name: /^Exact .* 0\.0 % \(0\.0 % to 0\.0 %\)/ })).toBeVisible();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save JSON' }).click();
  const saved = JSON.parse(readFileSync(await (await saving).path(), 'utf8')) as { rows: number; sides: [] };
  expect(saved).toMatchObject({ version: 1, rows: 2, source: 'rows.jsonl.gz' });
  expect(saved.sides).toHaveLength(2);
  await expect(page.getByRole('row', { name: /^music-3/ })).toHaveCount(0);
  await expect(page.getByText('not valid')).toHaveCount(0);
  await expectGoodOnNarrowScreens(page);
  expect(watched.troubles).toEqual([]);
});

test('a file that is none of rows is refused with its line, on the page and by the command', async ({
  page,
}) => {
  await page.goto('demos/lab/');
  await page.getByLabel(/Choose a file/).setInputFiles({
    name: 'rows.jsonl',
    mimeType: 'text/plain',
    buffer: Buffer.from(`${text}\n{"id":"no tools"}`),
  });
  await page.getByRole('button', { name: 'Score' }).click();
  await expect(page.getByRole('status')).toContainText('Line 4: tools must be a list');
});

test('npm run eval ends with one line of figures, every output valid', async () => {
  const file = join(folder, 'rows.jsonl');
  writeFileSync(file, text);
  const { code, output } = await runCommand(
    [process.execPath, 'scripts/eval.mjs', 'toolcall', file, '--limit', '2'],
    {
      cwd: root,
      timeoutMs: 200_000,
    },
  );
  expect(code, output).toBe(0);
  const figures = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, number | number[]>;
  expect(Object.keys(figures)).toEqual([
    'n',
    'valid',
    'name',
    'exact',
    'refused',
    'p50_ms',
    'p95_ms',
    'prompt_tokens',
    'cached_tokens',
    'decode_tokens',
    'decode_tps',
    'seconds',
    'exact_ci',
  ]);
  expect(figures).toMatchObject({ n: 2, valid: 2 });
  expect(figures['decode_tokens']).toBeGreaterThan(0);
});

test('npm run agent prints the steps and the answer', async () => {
  const { code, output } = await runCommand([process.execPath, 'scripts/agent.mjs', 'What is 12.5 * 8?'], {
    cwd: root,
    timeoutMs: 200_000,
  });
  expect(code, output).toBe(0);
  expect(output).toMatch(/→ \w+ \{/);
  expect(output.trim().split('\n').at(-1)).toContain('100');
});
