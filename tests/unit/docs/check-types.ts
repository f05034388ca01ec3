/**
 * What the compiler says of code blocks, each as a module of its own that imports the package by its name. A block of
 * JavaScript is held to what JavaScript is: nothing is said of what may be null.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { entries } from '../../../scripts/package/entries.mjs';
import { root } from './read-blocks.ts';
import type { Block } from './read-blocks.ts';

const compiler = join(root, 'node_modules/typescript/bin/tsc');

/** The names that readers import from, and the sources behind them. */
const paths = Object.fromEntries([
  ...Object.entries(entries).map(([name, source]) => [
    name === 'index' ? 'smallworks' : `smallworks/${name}`,
    [join(root, source)],
  ]),
  // As the built site has it, for pages without a bundler.
  ['/smallworks/assets/smallworks.js', [join(root, 'src/index.ts')]],
]) as Record<string, string[]>;

/** The lines of a module before the block's own. */
function modulesOf({ given, code }: Block): { readonly text: string; readonly linesBefore: number } {
  const before = given === '' ? '' : `${given}\n`;
  const text = `${before}${code}\nexport {};\n`.replaceAll(/(?<=from ')\.\.\/src\//g, `${root}/src/`);
  return { text, linesBefore: before.split('\n').length - 1 };
}

async function compile(blocks: readonly Block[], isStrict: boolean): Promise<readonly string[]> {
  const results = join(root, 'test-results');
  await mkdir(results, { recursive: true });
  const folder = await mkdtemp(join(results, 'blocks-'));
  try {
    const config = {
      extends: '../../tsconfig.json',
      include: ['./*'],
      compilerOptions: {
        paths,
        noUnusedLocals: false,
        noUnusedParameters: false,
        ...(isStrict ? {} : { strictNullChecks: false, exactOptionalPropertyTypes: false }),
      },
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    await Promise.all(
      blocks.map((block, place) =>
        writeFile(join(folder, `block-${String(place)}.${block.language}`), modulesOf(block).text),
      ),
    );
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [compiler, '-p', folder, '--pretty', 'false'],
      { cwd: root, maxBuffer: 64_000_000 },
    ).catch((error: { readonly stdout?: string }) => {
      // The compiler ends with a code where it finds a mistake; without a word of it, it did not run.
      if (error.stdout === undefined || error.stdout === '') throw error;
      return { stdout: error.stdout };
    });
    const told = stdout.split('\n').filter((line) => line !== '');
    return told.flatMap((line) => {
      const [, place, row, rest] = /block-(\d+)\.\w+\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const block = blocks[Number(place)];
      // Sources are judged by the project's own check; without their null checks they are other programs.
      if (block === undefined) return isStrict && !line.startsWith(' ') ? [line] : [];
      const inBlock = Number(row) - modulesOf(block).linesBefore;
      const where =
        inBlock > 0 ? `${block.file}:${String(block.line + inBlock - 1)}` : `${block.file}, given`;
      return [`${where}: ${rest ?? ''}`];
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One sentence for each mistake, with the place in the document. */
export async function typeMistakes(blocks: readonly Block[]): Promise<readonly string[]> {
  const ts = blocks.filter(({ language }) => language === 'ts');
  const js = blocks.filter(({ language }) => language === 'js');
  const told = [];
  if (ts.length > 0) told.push(...(await compile(ts, true)));
  if (js.length > 0) told.push(...(await compile(js, false)));
  return told;
}
