/**
 * `npm run dataset -- FILE... --out FOLDER`: logs -> a data set that trainers load. The same files and seed give the same folder.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { UsageError } = await import('./read-arguments.mjs');
const { datasetUsage, readDatasetArguments } = await import('./read-dataset-arguments.mjs');
const { fileTarget, nodeFolder, readBytes } = await import('./folder-files.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

/** @typedef {typeof import('../src/flywheel/dataset/index.ts')} Room */
/** @typedef {import('./read-dataset-arguments.mjs').DatasetArguments} Typed */

/** @param {Typed} typed */
async function dataset(typed) {
  const missing = typed.files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new UsageError(`There is no file ${missing}.`);
  const { ensureDependencies } = await import('./dependencies.mjs');
  await ensureDependencies({ root, print });
  const { withModule } = await import('./open-modules.mjs');
  // Filters load their libraries when they are first asked for.
  await withModule({
    root,
    entry: 'src/flywheel/dataset/index.ts',
    work: async (module) => {
      const room = /** @type {Room} */ (module);
      const [first] = typed.files;
      const again =
        typed.files.length === 1 && first !== undefined && existsSync(join(first, 'manifest.json'));
      await (again ? writeAgain(room, typed, first) : make(room, typed));
    },
  });
}

/**
 * @param {Room} room
 * @param {Typed} typed
 */
async function make(room, typed) {
  const { files, from, seed, cap, shares, known, languages, variants, replace } = typed;
  const folder = files.find((file) => statSync(file).isDirectory());
  if (folder !== undefined) throw new UsageError(`${folder} is a folder without a manifest.json.`);
  async function* items() {
    for (const file of files) {
      yield* room.importRecords({
        name: basename(file),
        bytes: readBytes(file),
        ...(from === undefined ? {} : { format: from }),
      });
    }
  }
  const made = await room.makeDataset({
    items,
    seed,
    shares,
    ...(cap === undefined ? {} : { cap }),
    filters: {
      ...(known ? { success: /** @type {const} */ ('known') } : {}),
      ...(languages.length === 0 ? {} : { languages }),
    },
    ...(variants === undefined && !replace
      ? {}
      : {
          paraphrase: {
            variants: variants ?? 1,
            mode: replace ? /** @type {const} */ ('replace') : /** @type {const} */ ('add'),
            surface: /** @type {const} */ ('en'),
          },
        }),
    onProgress: throttled((read) => print(`${read} items looked through`)),
  });
  for (const { filter, in: before, out, reasons } of made.plan.funnel) {
    print(`${filter}: ${before} -> ${out}`);
    for (const [reason, count] of Object.entries(reasons)) print(`  ${count}  ${reason}`);
  }
  for (const { kind, checked, overlapping, share, limit } of made.plan.overlap.figures) {
    print(`overlap by ${kind}: ${overlapping} of ${checked} (${share.toFixed(4)}, limit ${limit})`);
  }
  for (const advice of made.plan.guidance) print(advice);
  /** @type {import('../src/flywheel/dataset/index.ts').DatasetAbout} */
  const about = {
    name: typed.name ?? basename(typed.out, '.zip'),
    licence: typed.licence,
    languages,
    ...(variants === undefined && !replace
      ? {}
      : { paraphrase: `${variants ?? 1} a row, ${replace ? 'in its place' : 'beside it'}.` }),
  };
  await write(room, typed, {
    records: made.records,
    about,
    plan: made.plan,
    prompts: typed.plain ? 'plain' : 'as-sent',
    ...(typed.formats === undefined ? {} : { formats: typed.formats }),
  });
}

/**
 * @param {Room} room
 * @param {Typed} typed
 * @param {string} folder
 */
async function writeAgain(room, typed, folder) {
  if (resolve(folder) === resolve(typed.out)) throw new UsageError('A data set is not written over itself.');
  const { manifest, records } = await room.readDataset(nodeFolder(folder));
  const { about, plan, formats, prompts } = manifest;
  await write(room, typed, { records, about, plan, prompts, formats: typed.formats ?? formats });
}

/**
 * @param {Room} room
 * @param {Typed} typed
 * @param {Omit<import('../src/flywheel/dataset/index.ts').WriteDatasetOptions, 'folder'>} options
 */
async function write(room, typed, options) {
  const { out } = typed;
  const archive = out.endsWith('.zip');
  // An archive is packed from a folder, which is gone afterwards.
  const place = archive ? `${out}.folder` : out;
  mkdirSync(place, { recursive: true });
  const unfinished = join(place, '.unfinished.json');
  // Whole files of an export that was stopped are kept where it was asked for in the same words.
  const words = JSON.stringify({ ...typed, formats: undefined });
  /** @type {import('../src/flywheel/dataset/index.ts').ExportedFile[]} */
  const done = [];
  if (existsSync(unfinished)) {
    const before = JSON.parse(readFileSync(unfinished, 'utf8'));
    if (before.words === words) done.push(...before.done);
  }
  const startedAt = performance.now();
  const folder = nodeFolder(place);
  const manifest = await room.writeDataset({
    ...options,
    folder,
    done,
    onFiles: (files) => {
      done.push(...files);
      writeFileSync(unfinished, JSON.stringify({ words, done }));
    },
    onProgress: throttled(({ stage, rows, ofRows }) =>
      print(`${stage}: ${rows}${ofRows === undefined ? '' : ` of ${ofRows}`} rows`),
    ),
  });
  rmSync(unfinished, { force: true });
  if (archive) {
    await room.packArchive({ reader: folder, manifest, target: fileTarget(out) });
    rmSync(place, { recursive: true });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const rows = manifest.files.filter(({ format }) => format === 'records');
  console.log(
    JSON.stringify({
      out,
      rows: Object.fromEntries(rows.map((file) => [file.split, file.rows])),
      formats: manifest.formats,
      bytes,
      seconds: Math.round(seconds * 100) / 100,
      mb_per_second: Math.round(bytes / seconds / 1e4) / 100,
    }),
  );
}

/**
 * At most twice a second.
 * @template Value
 * @param {(value: Value) => void} tell
 * @returns {(value: Value) => void}
 */
function throttled(tell) {
  let next = 0;
  return (value) => {
    if (performance.now() < next) return;
    next = performance.now() + 500;
    tell(value);
  };
}

await runCommandLine({
  read: readDatasetArguments,
  usage: datasetUsage,
  run: dataset,
  failed: 'The data set was not made:',
});
