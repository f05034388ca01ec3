/**
 * What the build puts on the first page, read from its manifest: the script that comes with the page itself is small,
 * and no engine is in it. No browser.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from './test.ts';

const dist = join(import.meta.dirname, '../../dist');

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;

/** The files that the browser fetches for an entry before any of it runs. */
function filesOf(name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const imported of chunk.imports ?? []) filesOf(imported, seen);
  return seen;
}

/** A word of each engine's library that stands nowhere in the page's own code. */
const engineMarks = {
  '@wllama/wllama/esm/index.js': 'wllama_start',
  'onnxruntime-web/dist/ort.min.mjs': 'onnxruntime',
  '@mlc-ai/web-llm/lib/index.js': 'MLCEngine',
  '@mlc-ai/web-xgrammar/lib/index.js': 'GrammarCompiler',
} as const;

/** The texts of the scripts that come with an entry. */
function textsOf(entry: string): string[] {
  const scripts = [...filesOf(entry)].filter((file) => file.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(0);
  return scripts.map((file) => readFileSync(join(dist, file), 'utf8'));
}

test('the home page comes with at most 80 kB of compressed script', () => {
  const bytes = textsOf('index.html').reduce((sum, text) => sum + gzipSync(text).length, 0);
  expect(bytes).toBeLessThanOrEqual(80_000);
});

for (const entry of ['index.html', 'src/app/element.ts', 'src/index.ts']) {
  test(`${entry} comes without an engine`, () => {
    const text = textsOf(entry).join('\n');
    for (const mark of Object.values(engineMarks)) expect(text).not.toContain(mark);
  });
}

for (const [library, mark] of Object.entries(engineMarks)) {
  test(`the mark that is looked for does stand in ${library}`, () => {
    expect(readFileSync(join(import.meta.dirname, '../../node_modules', library), 'utf8')).toContain(mark);
  });
}
