/**
 * Makes the tiny model that web-llm is tested with, in `.cache/web-llm/tiny/`: compiled here, because no package registry
 * carries a model library for web-llm. Gets Python packages and emscripten where it may; where it may not, the tests
 * of web-llm are skipped with the reason found here. Done once: the result is kept until its sources change.
 * Run alone: `node scripts/make-web-llm-model.mjs`. Uses Node's own modules only.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure, explain } from './failure.mjs';
import { createProgress } from './progress.mjs';
import { runCommand } from './run-command.mjs';

const minute = 60_000;
const oldestPython = [3, 10];

/**
 * @typedef {{ readonly path: string } | { readonly skipped: string }} TinyModel
 *   Folder of the finished model, or why there is none on this machine.
 * @typedef {(text: string) => void} Print
 */

/** A missing tool: not a failure, but a reason to leave the tests of web-llm out. */
class Missing extends Error {}

/**
 * What the result depends on, as one hash: the library's sources and the version of web-llm.
 * @param {{ root: string, sources: string }} options
 */
function keyOf({ root, sources }) {
  const hash = createHash('sha256');
  const files = readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) {
    hash.update(`${relative(sources, file)}\0`).update(readFileSync(file));
  }
  const manifest = join(root, 'node_modules', '@mlc-ai', 'web-llm', 'package.json');
  return hash.update(JSON.parse(readFileSync(manifest, 'utf8')).version).digest('hex');
}

/**
 * Runs one step with a sign of life.
 * @param {{ command: readonly [string, ...string[]], label: string, timeoutMs: number,
 *   env?: Readonly<Record<string, string>> }} options
 * @returns {Promise<string | undefined>} Undefined where it succeeded, else the last of what it said.
 */
async function attempt({ command, label, timeoutMs, env = {} }) {
  const progress = createProgress({ label });
  const started = Date.now();
  const timer = setInterval(() => progress.show(`${Math.round((Date.now() - started) / 1000)} s`), 500);
  const { code, output, timedOut } = await runCommand(command, { timeoutMs, env });
  clearInterval(timer);
  progress.end();
  if (code === 0) return undefined;
  if (timedOut) return `it did not end in ${Math.round(timeoutMs / minute)} minutes`;
  return output.trim().split('\n').slice(-3).join(' / ') || `code ${code}`;
}

/**
 * A Python that can make a virtual environment.
 * @returns {Promise<string>}
 */
async function findPython() {
  const question = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  const wanted = oldestPython.join('.');
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
    const { code, output } = await runCommand([name, '-c', question], { timeoutMs: 30_000 });
    const [major = 0, minor = 0] = output.trim().split('.').map(Number);
    if (code === 0 && (major > 3 || (major === 3 && minor >= (oldestPython[1] ?? 0)))) return name;
  }
  throw new Missing(`there is no Python ${wanted} or newer with venv`);
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
 * A virtual environment with the packages of requirements.txt; kept for the next build.
 * @param {{ cache: string, sources: string, print: Print }} options
 * @returns {Promise<string>} Its Python.
 */
async function ensurePackages({ cache, sources, print }) {
  const folder = join(cache, 'venv');
  const requirements = join(sources, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  const note = join(folder, 'installed.txt');
  const python = join(folder, 'bin', 'python');
  if (existsSync(note) && readFileSync(note, 'utf8') === wanted) return python;
  rmSync(folder, { recursive: true, force: true });
  const system = await findPython();
  print('  Installing the compiler (apache-tvm) from PyPI.');
  const steps = /** @type {const} */ ([
    [system, '-m', 'venv', folder],
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
  ]);
  for (const command of steps) {
    const problem = await attempt({ command, label: 'Python packages', timeoutMs: 8 * minute });
    if (problem !== undefined) throw new Missing(`the Python packages could not be installed: ${problem}`);
  }
  writeFileSync(note, wanted);
  return python;
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
    const python = await ensurePackages({ cache, sources, print });
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
