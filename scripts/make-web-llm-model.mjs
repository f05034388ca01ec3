/**
 * Makes the tiny model that web-llm is tested with, in `.cache/web-llm/tiny/`: compiled here, because no package registry
 * carries a model library for web-llm. Gets Python packages and emscripten where it may; where it may not, the tests
 * of web-llm are skipped with the reason found here. Done once: the result is kept until its sources change.
 * Run alone: `node scripts/make-web-llm-model.mjs`. Uses Node's own modules only.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure, explain } from './failure.mjs';
import { filesBelow } from './files-below.mjs';
import { Missing, attempt, ensurePythonPackages } from './python-packages.mjs';
import { runCommand } from './run-command.mjs';

const minute = 60_000;

/**
 * @typedef {{ readonly path: string } | { readonly skipped: string }} TinyModel
 *   Folder of the finished model, or why there is none on this machine.
 * @typedef {(text: string) => void} Print
 */

/**
 * What the result depends on, as one hash: the library's sources and the version of web-llm.
 * @param {{ root: string, sources: string }} options
 */
function keyOf({ root, sources }) {
  const hash = createHash('sha256');
  for (const file of filesBelow(sources)) {
    if (file.includes('__pycache__')) continue;
    hash.update(`${relative(sources, file)}\0`).update(readFileSync(file));
  }
  const manifest = join(root, 'node_modules', '@mlc-ai', 'web-llm', 'package.json');
  return hash.update(JSON.parse(readFileSync(manifest, 'utf8')).version).digest('hex');
}

async function hasEmscripten() {
  return (await runCommand(['emcc', '--version'], { timeoutMs: minute })).code === 0;
}

/** emscripten on the PATH; from Debian's packages where this may install them. @param {Print} print */
async function ensureEmscripten(print) {
  if (await hasEmscripten()) return;
  const apt = await runCommand(['apt-get', '--version'], { timeoutMs: 10_000 });
  if (process.getuid?.() !== 0 || apt.code !== 0) {
    throw new Missing('emcc is not on the PATH, and only root on a system with apt can install it here');
  }
  print('  Installing emscripten from the system’s packages.');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const rest of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'emscripten'],
  ]) {
    const problem = await attempt({
      command: ['apt-get', ...rest],
      label: 'emscripten',
      timeoutMs: 8 * minute,
      env,
    });
    if (problem !== undefined) throw new Missing(`emscripten could not be installed: ${problem}`);
  }
  if (!(await hasEmscripten())) throw new Missing('the emscripten of the system’s packages does not run');
}

/**
 * The finished model, made now where it is not there yet.
 * @param {{ root: string, print: Print }} options
 * @returns {Promise<TinyModel>}
 * @throws {SetupFailure} where everything is there and the build fails: that is a fault of this repository.
 */
export async function ensureWebLlmModel({ root, print }) {
  const sources = join(root, 'scripts', 'web-llm-library');
  const cache = join(root, '.cache', 'web-llm');
  const folder = join(cache, 'tiny');
  const stamp = join(folder, 'key.txt');
  const skipNote = join(cache, 'skipped.json');
  const key = keyOf({ root, sources });
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return { path: folder };
  mkdirSync(cache, { recursive: true });
  // An older model would be tested as if it were this one.
  rmSync(folder, { recursive: true, force: true });
  rmSync(skipNote, { force: true });
  print('Making the tiny model for web-llm: this takes minutes once.');
  try {
    await ensureEmscripten(print);
    const python = await ensurePythonPackages({
      folder: join(cache, 'venv'),
      requirements: [join(sources, 'requirements.txt')],
      oldest: [3, 10],
      what: 'the compiler (apache-tvm)',
      print,
    });
    const half = `${folder}.part`;
    rmSync(half, { recursive: true, force: true });
    const problem = await attempt({
      command: [python, join(sources, 'build.py'), half],
      label: 'model library',
      timeoutMs: 10 * minute,
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    });
    if (problem !== undefined) {
      throw new SetupFailure({
        what: 'The tiny model for web-llm could not be built.',
        why: problem,
        remedy: `Run it by hand to see everything: ${python} scripts/web-llm-library/build.py /tmp/tiny`,
      });
    }
    writeFileSync(join(half, 'key.txt'), key);
    renameSync(half, folder);
    return { path: folder };
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    const skipped = `The tests of web-llm are left out: ${error.message}.`;
    writeFileSync(skipNote, JSON.stringify({ reason: skipped }));
    return { skipped };
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const made = await ensureWebLlmModel({ root, print: console.log });
    console.log('path' in made ? `Model for web-llm: ${made.path}` : made.skipped);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
