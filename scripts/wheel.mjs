/**
 * Fetches one Python wheel. `pip download` comes first, because it knows the user's mirrors and proxies.
 * Knows nothing of what is in the wheel.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { megabytes } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/** Ways to call pip, tried in order. */
const pips = /** @type {const} */ ([
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['py', '-3', '-m', 'pip'],
  ['pip3'],
  ['pip'],
]);

/**
 * The first way to call pip that answers, or undefined.
 * @returns {Promise<readonly [string, ...string[]] | undefined>}
 */
export async function findPip() {
  for (const command of pips) {
    const { code } = await runCommand([...command, '--version'], { timeoutMs: 20_000 });
    if (code === 0) return command;
  }
  return undefined;
}

/**
 * Bytes below a folder, for progress only: files may come and go meanwhile.
 * @param {string} folder
 */
function bytesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  } catch {
    return 0;
  }
}

/**
 * Downloads a wheel into a folder that is emptied before.
 * @param {{ source: { package: string, version: string }, folder: string, env: Readonly<Record<string, string>>,
 *   progress: import('./progress.mjs').Progress }} options `env`: added to pip's environment.
 * @returns {Promise<string>} The wheel's path.
 * @throws {Error} where pip is missing or fails, with its last line.
 */
export async function downloadWheel({ source, folder, env, progress }) {
  const pip = await findPip();
  if (pip === undefined) throw new Error('pip was not found (python3 -m pip)');
  rmSync(folder, { recursive: true, force: true });
  // pip unpacks and downloads below TMPDIR: kept here, its growth can be shown and the final move is a rename.
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const timer = setInterval(() => progress.show(`pip has ${megabytes(bytesBelow(folder))}`), 500);
  const { code, output } = await runCommand(
    [
      ...pip,
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--disable-pip-version-check',
      '--no-input',
      '--no-cache-dir',
      '--progress-bar=off',
      '--timeout=10',
      '--retries=1',
      `${source.package}==${source.version}`,
      '-d',
      folder,
    ],
    { env: { TMPDIR: temporary, ...env }, timeoutMs: 15 * 60_000 },
  );
  clearInterval(timer);
  rmSync(temporary, { recursive: true, force: true });
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (code === 0 && wheel !== undefined) return join(folder, wheel);
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => /error/i.test(line));
  throw new Error(`pip download failed: ${lines.at(-1) ?? `code ${code}`}`);
}
