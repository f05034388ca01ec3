/**
 * The Python of the training recipe, in `.cache/training/venv/`, with the packages of training/requirements*.txt. Where it
 * cannot be had, the recipe's tests are skipped with the reason found here.
 * Run alone: `node scripts/setup-training.mjs`; it prints the path. Uses Node's own modules only.
 */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain } from './failure.mjs';
import { Missing, ensurePythonPackages, installedPython } from './python-packages.mjs';

/** @param {string} root */
function environment(root) {
  return {
    folder: join(root, '.cache', 'training', 'venv'),
    requirements: ['requirements.txt', 'requirements.no-deps.txt'].map((name) =>
      join(root, 'training', name),
    ),
  };
}

/**
 * The recipe's Python where it is set up already, else undefined.
 * @param {string} root
 */
export function trainingPython(root) {
  return installedPython(environment(root));
}

/**
 * @param {{ root: string, print: (text: string) => void }} options
 * @returns {Promise<{ readonly python: string } | { readonly skipped: string }>}
 */
export async function ensureTraining({ root, print }) {
  try {
    const python = await ensurePythonPackages({
      ...environment(root),
      oldest: [3, 11],
      what: 'PyTorch and the training recipe’s other packages',
      print,
    });
    return { python };
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return { skipped: `The training recipe is left out: ${error.message}.` };
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const made = await ensureTraining({ root, print: console.error });
    console.log('python' in made ? made.python : made.skipped);
    if ('skipped' in made) process.exitCode = 1;
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
