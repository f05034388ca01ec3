/**
 * The packed package, looked at as npm and compilers look at it: what is in it, whether every entry resolves with its
 * types, whether what is not used falls out of a bundle.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { installPackage } from '../../fixtures/installed-package.ts';
import type { InstalledPackage } from '../../fixtures/installed-package.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
let installed: InstalledPackage;

// A bound against hanging: compilers read thousands of declarations.
vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  installed = await installPackage(['openai', 'ai', '@ai-sdk/provider']);
}, 600_000);
afterAll(async () => installed?.remove());

const weights = /\.(gguf|safetensors|onnx|onnx_data|bin)$/;

test('the package holds no weights, and the notes of licences', async () => {
  const { stdout } = await run('tar', ['-tzf', installed.tarball], { maxBuffer: 64_000_000 });
  const files = stdout.trim().split('\n');
  expect(files.filter((file) => weights.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      'package/LICENSE',
      'package/LICENCES-OF-OTHERS.md',
      'package/README.md',
      'package/models.json',
      'package/dist/engine.worker.js',
      'package/dist/wllama.wasm',
    ]),
  );
  const notes = await readFile(
    join(installed.folder, 'node_modules/smallworks/LICENCES-OF-OTHERS.md'),
    'utf8',
  );
  for (const name of ['lit', '@wllama/wllama', 'onnxruntime-web', 'comlink', 'mathjs']) {
    expect(notes).toMatch(new RegExp(`^## ${name} .+\\(.+\\)$`, 'm'));
  }
});

test('publint finds nothing to say', async () => {
  const bytes = await readFile(installed.tarball);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages } = await publint({ pack: { tarball }, strict: true });
  expect(messages).toEqual([]);
});

test('the types of every entry are right, for ES modules in Node and for bundlers', async () => {
  const { types, problems } = (await checkPackage(
    createPackageFromTarballData(new Uint8Array(await readFile(installed.tarball))),
  )) as {
    readonly types: unknown;
    readonly problems: readonly { readonly kind: string; readonly resolutionKind?: string }[];
  };
  expect(types).not.toBe(false);
  // The package is for browsers and has ES modules only: what CommonJS would see is not promised.
  const promised = problems.filter(
    ({ resolutionKind }) => resolutionKind !== 'node10' && resolutionKind !== 'node16-cjs',
  );
  expect(promised).toEqual([]);
});

const consumer = `
import OpenAI from 'openai';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import { createSession, defineTool, overrideAssetUrls, type SlmAgent } from 'smallworks';
import { createProvider } from 'smallworks/ai-sdk';
import { createOpenAI, createOpenAIFetch, createRuntime } from 'smallworks/openai';
const runtime = createRuntime({ modelsUrl: '/models/', catalogueUrl: '/models.json' });
export const client = new OpenAI({ apiKey: '-', fetch: createOpenAIFetch(runtime) });
export const answer: Promise<OpenAI.ChatCompletion> = createOpenAI(runtime).chat.completions.create({
  model: 'any', messages: [{ role: 'user', content: 'Hi' }],
});
export const model: LanguageModelV4 = createProvider(runtime).languageModel('local');
export const element: SlmAgent | null = document.querySelector('slm-agent');
element?.addEventListener('goal-submit', ({ detail }) => detail.goal.trim());
overrideAssetUrls({ workers: { engine: '/engine.js' } });
export const session = createSession({ tools: [defineTool({
  name: 'a', description: 'b', inputSchema: { type: 'object' }, permission: 'read', execute: () => Promise.resolve(1),
})] });
// @ts-expect-error There is no such option.
createRuntime({ cdn: true });
`;

/** The examples of the page that the package carries as its README. */
async function documented(): Promise<readonly string[]> {
  const page = await readFile(join(installed.folder, 'node_modules/smallworks/README.md'), 'utf8');
  const blocks = Array.from(page.matchAll(/^```ts\n(.*?)^```/gms), (match) => match[1] ?? '');
  expect(blocks.length).toBeGreaterThanOrEqual(5);
  return blocks;
}

for (const [module, moduleResolution] of [
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
] as const) {
  test(`the examples of docs/package.md compile strictly, with every declaration checked: ${moduleResolution}`, async () => {
    const texts = [consumer, ...(await documented())];
    const names = texts.map((_, index) => `consumer-${String(index)}.ts`);
    for (const [index, name] of names.entries()) {
      await writeFile(join(installed.folder, name), `${texts[index] ?? ''}\nexport {};\n`);
    }
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2024,dom,dom.iterable'];
    const resolution = ['--module', module, '--moduleResolution', moduleResolution];
    const { stdout } = await run(
      process.execPath,
      [tsc, ...options, ...resolution, '--types', '', ...names],
      {
        cwd: installed.folder,
        maxBuffer: 64_000_000,
      },
    ).catch((error: { readonly stdout: string }) => error);
    // What other packages declare wrongly is theirs; a mistake in a line of ours is found, or the last line would not be.
    const ours = stdout.split('\n').filter((line) => /^(consumer|node_modules\/smallworks)/.test(line));
    expect(ours).toEqual([]);
  });
}

test('what is not used falls out', async () => {
  const bundle = await rolldown({
    cwd: installed.folder,
    input: 'virtual:app',
    platform: 'browser',
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === 'virtual:app' ? id : null),
        load: (id) =>
          id === 'virtual:app' ? "import { Fault } from 'smallworks'; console.log(Fault.name);" : null,
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'es', codeSplitting: false });
  await bundle.close();
  const code = output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
  expect(code).toContain('class');
  // A word of each room that is not needed for a fault.
  for (const mark of ['slm-agent', 'wllama_start', 'customElements', 'indexedDB', 'postMessage']) {
    expect(code.includes(mark), mark).toBe(false);
  }
  expect(code.length).toBeLessThan(20_000);
});
