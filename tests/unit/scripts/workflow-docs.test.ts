/** The examples of docs/workflows are code: the compiler takes them as they stand. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const compiler = join(root, 'node_modules/typescript/bin/tsc');

async function examples(): Promise<readonly string[]> {
  const page = await readFile(join(root, 'docs/workflows.md'), 'utf8');
  return Array.from(page.matchAll(/^```ts\n(.*?)^```$/gms), (match) => match[1] ?? '');
}

/** What the compiler says of a text that stands where docs/ stands. Empty: nothing. */
async function complaints(texts: readonly string[]): Promise<string> {
  const results = join(root, 'test-results');
  await mkdir(results, { recursive: true });
  const folder = await mkdtemp(join(results, 'docs-'));
  try {
    await Promise.all(
      texts.map((text, index) =>
        writeFile(join(folder, `${String(index)}.ts`), text.replaceAll("'../src/", "'../../src/")),
      ),
    );
    const config = {
      extends: '../../tsconfig.json',
      include: ['./*.ts'],
      compilerOptions: { noEmit: true },
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    await promisify(execFile)(process.execPath, [compiler, '-p', folder], { cwd: root });
    return '';
  } catch (error) {
    return String((error as { readonly stdout?: string }).stdout ?? error);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test(
  'the examples compile as they stand, and one that takes a step for what it is not does not',
  {
    timeout: 120_000,
  },
  async () => {
    const texts = await examples();
    expect(texts.length).toBeGreaterThanOrEqual(2);
    const [first = ''] = texts;
    const wrong = first.replace("topic === 'other'", "topic === 'letter'");
    expect(wrong).not.toBe(first);
    const told = await complaints([...texts, wrong]);
    expect(told.trim().split('\n')).toEqual([
      expect.stringMatching(new RegExp(`/${String(texts.length)}\\.ts.*TS2367`)),
    ]);
  },
);
