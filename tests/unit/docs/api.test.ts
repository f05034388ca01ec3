/** The API as it is read of sources: names are followed to where they are declared, and one without a comment is named. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { readApi } from '../../../scripts/docs/api/read-api.mjs';
import { renderApi } from '../../../scripts/docs/api/render-api.mjs';
import { SetupFailure } from '../../../scripts/failure.mjs';

// A bound against hanging: every test runs the compiler.
vi.setConfig({ testTimeout: 300_000 });

const repository = resolve(import.meta.dirname, '../../..');
const folders: string[] = [];
let root: string;

/** A package with the entries of ours and these sources. */
function place(sources: Readonly<Record<string, string>>): void {
  const empty = { 'app/element.ts': '/** An element. */\nexport {};\n' };
  const others = Object.fromEntries(
    ['openai', 'ai-sdk', 'prompt-api'].map((name) => [`entries/${name}.ts`, 'export {};\n']),
  );
  for (const [path, text] of Object.entries({ ...empty, ...others, ...sources })) {
    const file = join(root, 'src', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'smallworks-api-test-'));
  folders.push(root);
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  const compilerOptions = {
    target: 'es2023',
    module: 'esnext',
    moduleResolution: 'bundler',
    allowImportingTsExtensions: true,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: 'src',
    types: [],
  };
  writeFileSync(join(root, 'tsconfig.package.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('a name that was passed on and renamed comes with its declaration, and without what is private', async () => {
  place({
    'tools/tool.ts': `
/** What is done. */
export interface Act { readonly name: string }
/** A thing. */
export class Thing {
  /** How many. */
  readonly count = 1;
  #hidden = 2;
  /** Not for others. */
  private secret = 3;
  /** Does it. */
  act(): Act { return { name: String(this.#hidden + this.secret) }; }
}
/**
 * Of a number.
 * @throws Error where it is none.
 */
export function make(of: number): Thing;
export function make(of: string): Thing;
export function make(): Thing { return new Thing(); }
`,
    'tools/index.ts': `export { Thing as Object1, make } from './tool.ts';\n`,
    'index.ts': `export { Object1 as Item, make } from './tools/index.ts';\nexport type { Act } from './tools/tool.ts';\n`,
  });
  const api = await readApi({ root });
  const [main, element] = api.entries;
  const [item, make, act] = main?.symbols ?? [];
  expect(item).toMatchObject({ name: 'Item', kind: 'class', source: 'src/tools/tool.ts', text: 'A thing.' });
  expect(item?.code).toBe(`class Item {
  /** How many. */
  readonly count = 1;
  /** Does it. */
  act(): Act;
}`);
  expect(make).toMatchObject({ kind: 'function', text: 'Of a number.', throws: ['Error where it is none.'] });
  expect(make?.code).toBe('function make(of: number): Thing;\n\nfunction make(of: string): Thing;');
  expect(act).toMatchObject({ kind: 'interface', text: 'What is done.' });
  expect(element).toMatchObject({ specifier: 'smallworks/element', text: 'An element.', symbols: [] });
  const pages = renderApi(api);
  expect(pages.map(({ page }) => page)).toEqual(['api/index.html', 'api/tools.html']);
  expect(pages[1]?.html).toContain('<a href="#Act">Act</a>');
});

test('what a declaration names and nobody can import is shown beside it, also where a name is there twice', async () => {
  place({
    'tools/depth.ts': 'export interface Depth { readonly metres: number }\n',
    'tools/options.ts': `
import type { Depth } from './depth.ts';
/** Of the tools. */
export interface Options { readonly depth: Depth }
`,
    'agent/options.ts': '/** Of a run. */\nexport interface Options { readonly goal: string }\n',
    'agent/run.ts': `
import type { Options } from './options.ts';
/** Runs. */
export function run(options: Options): void { void options; }
`,
    'index.ts': `export { run } from './agent/run.ts';\nexport type { Options } from './tools/options.ts';\n`,
  });
  const api = await readApi({ root });
  expect(Array.from(api.beside.values(), ({ name, source }) => `${name} ${source}`).toSorted()).toEqual([
    'Depth src/tools/depth.ts',
    'Options src/agent/options.ts',
  ]);
  const [, tools, agent] = renderApi(api);
  expect(agent?.html).toMatch(/run<\/span>.*<a href="#Options">Options<\/a>.*<h3 id="Options">.*goal/s);
  expect(agent?.html).not.toContain('tools.html#Options');
  expect(tools?.html).toMatch(/<h2 id="Options">.*<a href="#Depth">Depth<\/a>.*<h3 id="Depth">.*metres/s);
});

test('every name without a comment is told', async () => {
  place({
    'index.ts': '/** Told. */\nexport const told = 1;\nexport const untold = 2;\nexport type Silent = 3;\n',
  });
  const failure = await readApi({ root }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SetupFailure);
  expect(failure).toMatchObject({ what: '2 exported names have no comment.' });
  expect((failure as { readonly why: string }).why.split(/\s*\n\s*/)).toEqual([
    'untold (src/index.ts)',
    'Silent (src/index.ts)',
  ]);
});

test('a source that does not compile is told by the compiler', async () => {
  place({ 'index.ts': '/** A number. */\nexport const told: number = "a";\n' });
  await expect(readApi({ root })).rejects.toMatchObject({ why: expect.stringContaining('TS2322') });
});
