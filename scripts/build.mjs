/**
 * Builds the site into dist/, and does nothing where dist/ was built from the very same inputs.
 * The proof is a stamp inside dist/, written last: whoever else builds there removes it with the rest.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure, explain } from './failure.mjs';
import { filesBelow } from './files-below.mjs';
import { runCommand } from './run-command.mjs';

const inputFolders = ['src', 'workers', 'demos', 'public', 'docs', 'scripts/docs', 'scripts/package'];
const inputFiles = [
  'index.html',
  'vite.config.ts',
  'package-lock.json',
  'README.md',
  'CONTRIBUTING.md',
  'training/README.md',
  'training/rows/README.md',
  'scripts/headers.mjs',
  'scripts/page-head.html',
  'scripts/page-head.mjs',
];

/** Larger files (weights) are known by size and time: reading them all would take longer than building. */
const hashedUpTo = 4_000_000;

/**
 * One hash over everything a build reads; absent folders and files are those of the site.
 * @param {{ root: string, folders?: readonly string[], files?: readonly string[] }} options
 * @returns {string}
 */
export function hashInputs({ root, folders = inputFolders, files: names = inputFiles }) {
  const hash = createHash('sha256');
  const files = [
    ...names.map((name) => join(root, name)),
    ...folders.flatMap((name) => filesBelow(join(root, name))),
  ].filter((file) => existsSync(file));
  for (const file of files.toSorted()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)}\0${size}\0`);
    hash.update(size > hashedUpTo ? String(mtimeMs) : readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * Runs `vite build` where dist/ is absent or older than its inputs.
 * @param {{ root: string, print: (text: string) => void, force?: boolean }} options `force`: build in any case.
 * @returns {Promise<void>}
 * @throws {SetupFailure} where the build fails.
 */
export async function ensureBuild({ root, print, force = false }) {
  const stampPath = join(root, 'dist', '.built-from');
  const stamp = hashInputs({ root });
  if (!force && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  const started = Date.now();
  print('Building the site (vite build).');
  const { code, output } = await runCommand(
    [process.execPath, join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: root, timeoutMs: 10 * 60_000 },
  );
  if (code !== 0) {
    throw new SetupFailure({
      what: 'The site could not be built.',
      why: `vite build ended with code ${code}.\n${output.trim().split('\n').slice(-40).join('\n')}`,
      remedy:
        'If you changed the source, correct what vite names; else remove node_modules and dist, and run the command again.',
    });
  }
  writeFileSync(stampPath, stamp);
  print(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await ensureBuild({
      root: fileURLToPath(new URL('..', import.meta.url)),
      print: console.log,
      force: true,
    });
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
