/**
 * `npm run mix`: data sets of tool-call rows -> what the training recipe reads and what an adapter is judged by.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { explain, reasonOf } = await import('./failure.mjs');
const { UsageError, mixUsage, readMixArguments } = await import('./read-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

/** @param {import('./read-arguments.mjs').MixArguments} typed */
async function mix(typed) {
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

try {
  const typed = readMixArguments(process.argv.slice(2));
  if (typed === 'help') console.log(mixUsage);
  else {
    const missing = typed.files.find((file) => !existsSync(file));
    if (missing !== undefined) throw new UsageError(`There is no file ${missing}.`);
    await mix(typed);
  }
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${mixUsage}`);
    process.exitCode = 2;
  } else {
    console.error(explain(error));
    console.error(`\nThe mix was not made: ${reasonOf(error).split('\n')[0] ?? ''}`);
    process.exitCode = 1;
  }
}
