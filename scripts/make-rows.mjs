/**
 * `npm run rows -- built-in|made --count N --seed S --out FILE`: rows of tool calls to train on, made by templates.
 * The same seed gives the same file. Progress goes to standard error; the last line of standard output is one JSON object.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { explain } = await import('./failure.mjs');
const { UsageError } = await import('./read-arguments.mjs');
const { readRowsArguments, rowsUsage } = await import('./read-row-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

/** @param {import('./read-row-arguments.mjs').RowsArguments} typed */
async function makeRows({ out, ...options }) {
  const { ensureDependencies } = await import('./dependencies.mjs');
  await ensureDependencies({ root, print });
  const { withModule } = await import('./open-modules.mjs');
  // The tools load their libraries when they first run.
  await withModule({
    root,
    entry: 'training/rows/write-rows.ts',
    work: async (module) => {
      const { writeRows } = /** @type {typeof import('../training/rows/write-rows.ts')} */ (module);
      report(out, options, await writeRows(options));
    },
  });
}

/**
 * @param {string} out
 * @param {Omit<import('./read-row-arguments.mjs').RowsArguments, 'out'>} options
 * @param {import('../training/rows/write-rows.ts').WrittenRows} written
 */
function report(out, options, { text, statistics, dropped, repeated }) {
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(out, text);
  print(`${statistics.rows} rows in ${out}; ${dropped.length} dropped, ${repeated} repeated.`);
  for (const reason of dropped.slice(0, 5)) print(`  dropped: ${reason}`);
  console.log(JSON.stringify({ ...options, dropped: dropped.length, repeated, ...statistics }));
}

try {
  const typed = readRowsArguments(process.argv.slice(2));
  if (typed === 'help') console.log(rowsUsage);
  else await makeRows(typed);
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${rowsUsage}`);
    process.exitCode = 2;
  } else {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
