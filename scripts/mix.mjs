/**
 * `npm run mix`: data sets of tool-call rows -> what the training recipe reads and what an adapter is judged by.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { UsageError } = await import('./read-arguments.mjs');
const { mixUsage, readMixArguments } = await import('./read-row-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

/** @param {import('./read-row-arguments.mjs').MixArguments} typed */
async function mix(typed) {
  const missing = typed.files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new UsageError(`There is no file ${missing}.`);
  const { ensureDependencies } = await import('./dependencies.mjs');
  await ensureDependencies({ root, print });
  const { runnerImport } = await import('vite');
  /** @type {{ module: typeof import('../training/mix/mix-sets.ts') }} */
  const { module } = await runnerImport(join(root, 'training/mix/mix-sets.ts'), {
    configFile: false,
    root,
    logLevel: 'error',
  });
  module.mixSets({ ...typed, print });
}

await runCommandLine({
  read: readMixArguments,
  usage: mixUsage,
  run: mix,
  failed: 'The mix was not made:',
});
