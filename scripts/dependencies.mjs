/**
 * Puts the packages of package-lock.json in place, and does nothing where they are.
 * npm writes node_modules/.package-lock.json last of all: it is the proof that an installation came to its end.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import { createProgress } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage
 * @typedef {Readonly<Record<string, LockedPackage>>} LockedPackages
 */

/**
 * @param {string} path
 * @returns {LockedPackages | undefined} Undefined where the file is missing or half written.
 */
function readPackages(path) {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Why the installed packages are not those of the lock file, or undefined. Optional packages (other platforms'
 * binaries) may be absent.
 * @param {{ wanted: LockedPackages, installed: LockedPackages | undefined }} state
 * @returns {string | undefined}
 */
export function findStalePackage({ wanted, installed }) {
  if (installed === undefined) return 'nothing is installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    if (found === undefined) {
      if (entry.optional === true) continue;
      return `${path} is missing`;
    }
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${path} is ${found.version}, the lock file says ${entry.version}`;
    }
  }
  return undefined;
}

/** @returns {[string, ...string[]]} How to call the npm that called us, else the one on the PATH. */
function npmCommand() {
  const script = process.env['npm_execpath'];
  return script !== undefined && /npm-cli\.[cm]?js$/.test(script) ? [process.execPath, script] : ['npm'];
}

/**
 * Runs `npm ci` where node_modules is absent or not that of the lock file.
 * @param {{ root: string, print: (text: string) => void }} options `root`: absolute path of the repository.
 * @returns {Promise<void>}
 * @throws {SetupFailure} where npm fails.
 */
export async function ensureDependencies({ root, print }) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (wanted === undefined) {
    throw new SetupFailure({
      what: 'package-lock.json is missing or broken.',
      why: 'It names the exact packages to install.',
      remedy: 'Restore it: git checkout package-lock.json',
    });
  }
  const stale = findStalePackage({
    wanted,
    installed: readPackages(join(root, 'node_modules', '.package-lock.json')),
  });
  if (stale === undefined) return;
  const total = Object.keys(wanted).length - 1;
  print(`Installing up to ${total} packages with npm ci (${stale}).`);
  const progress = createProgress({ label: 'npm ci' });
  const started = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    progress.show(`${countFolders(join(root, 'node_modules'))} folders in node_modules, ${seconds} s`);
  }, 500);
  const { code, output } = await runCommand(
    [...npmCommand(), 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    { cwd: root, timeoutMs: 15 * 60_000 },
  );
  clearInterval(timer);
  progress.end();
  if (code !== 0) {
    throw new SetupFailure({
      what: 'The packages could not be installed.',
      why: `npm ci ended with code ${code}:\n${output.trim().split('\n').slice(-12).join('\n')}`,
      remedy:
        'Check that the npm registry is reachable (npm ping) and that the disk has 1 GB to spare, then run the command again.',
    });
  }
  print(`Packages are in place (${Math.round((Date.now() - started) / 1000)} s).`);
}

/** @param {string} folder */
function countFolders(folder) {
  return existsSync(folder) ? readdirSync(folder).length : 0;
}
