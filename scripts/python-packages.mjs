/**
 * A virtual environment of Python with given packages, made once and kept until what is wanted changes. Where there is no
 * Python, or the packages cannot be had, that is a reason to leave something out and no failure.
 * Uses Node's own modules only.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createProgress } from './progress.mjs';
import { runCommand } from './run-command.mjs';

const minute = 60_000;

/** @typedef {(text: string) => void} Print */

/** A tool that this machine does not have: what needs it is left out, and this message says why. */
export class Missing extends Error {}

/**
 * Runs one step with a sign of life.
 * @param {{ command: readonly [string, ...string[]], label: string, timeoutMs: number,
 *   cwd?: string, env?: Readonly<Record<string, string>> }} options
 * @returns {Promise<string | undefined>} Undefined where it succeeded, else the last of what it said.
 */
export async function attempt({ command, label, timeoutMs, cwd, env = {} }) {
  const progress = createProgress({ label });
  const started = Date.now();
  const timer = setInterval(() => progress.show(`${Math.round((Date.now() - started) / 1000)} s`), 500);
  const { code, output, timedOut } = await runCommand(command, {
    timeoutMs,
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  clearInterval(timer);
  progress.end();
  if (code === 0) return undefined;
  if (timedOut) return `it did not end in ${Math.round(timeoutMs / minute)} minutes`;
  return output.trim().split('\n').slice(-3).join(' / ') || `code ${code}`;
}

/**
 * A Python that can make a virtual environment.
 * @param {readonly [number, number]} oldest
 * @returns {Promise<string>}
 */
async function findPython(oldest) {
  const question = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
    const { code, output } = await runCommand([name, '-c', question], { timeoutMs: 30_000 });
    const [major = 0, minor = 0] = output.trim().split('.').map(Number);
    if (code === 0 && (major > oldest[0] || (major === oldest[0] && minor >= oldest[1]))) return name;
  }
  throw new Missing(`there is no Python ${oldest.join('.')} or newer with venv`);
}

/** @param {readonly string[]} requirements */
function wantedBy(requirements) {
  return requirements.map((path) => readFileSync(path, 'utf8')).join('');
}

/**
 * The Python of an environment that has what is wanted; undefined where it was not made yet, or for other packages.
 * @param {{ folder: string, requirements: readonly string[] }} options
 */
export function installedPython({ folder, requirements }) {
  const note = join(folder, 'installed.txt');
  const fresh = existsSync(note) && readFileSync(note, 'utf8') === wantedBy(requirements);
  return fresh ? join(folder, 'bin', 'python') : undefined;
}

/**
 * @param {object} options
 * @param {string} options.folder Where the environment is kept.
 * @param {readonly string[]} options.requirements Files for `pip install -r`, each in a step of its own.
 * @param {readonly [number, number]} options.oldest Oldest version of Python that will do.
 * @param {string} options.what What is installed, for the message.
 * @param {Print} options.print
 * @returns {Promise<string>} The environment's Python.
 * @throws {Missing}
 */
export async function ensurePythonPackages({ folder, requirements, oldest, what, print }) {
  const installed = installedPython({ folder, requirements });
  if (installed !== undefined) return installed;
  const python = join(folder, 'bin', 'python');
  rmSync(folder, { recursive: true, force: true });
  const system = await findPython(oldest);
  mkdirSync(dirname(folder), { recursive: true });
  print(`  Installing ${what} from PyPI.`);
  /** @type {(readonly [string, ...string[]])[]} */
  const steps = [
    [system, '-m', 'venv', folder],
    ...requirements.map(
      (path) =>
        /** @type {const} */ ([
          python,
          '-m',
          'pip',
          'install',
          '--quiet',
          '--disable-pip-version-check',
          ...(path.endsWith('.no-deps.txt') ? ['--no-deps'] : []),
          '-r',
          path,
        ]),
    ),
  ];
  for (const command of steps) {
    const problem = await attempt({ command, label: 'Python packages', timeoutMs: 8 * minute });
    if (problem !== undefined) throw new Missing(`the Python packages could not be installed: ${problem}`);
  }
  writeFileSync(join(folder, 'installed.txt'), wantedBy(requirements));
  return python;
}
