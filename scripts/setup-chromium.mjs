/**
 * Finds a Chromium that runs, or gets one: the one named by CHROME_PATH, the system's, Playwright's own, Playwright's
 * installer, the system's package manager, in this order. Says what it does, and why it went on.
 * Needs the packages in place (Playwright).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listChromiums } from './chromium.mjs';
import { SetupFailure } from './failure.mjs';
import { createProgress } from './progress.mjs';
import { runCommand } from './run-command.mjs';

const minute = 60_000;

/**
 * Why a Chromium does not run, or undefined. Distributions ship stubs of that name, and libraries may be missing.
 * @param {string} path
 * @returns {Promise<string | undefined>}
 */
async function tryChromium(path) {
  const { code, output } = await runCommand([path, '--version'], { timeoutMs: 30_000 });
  return code === 0
    ? undefined
    : `${path} does not run: ${output.trim().split('\n').at(-1) ?? `code ${code}`}`;
}

/**
 * The first of some paths that runs.
 * @param {{ paths: readonly string[], print: (text: string) => void }} options
 * @returns {Promise<string | undefined>}
 */
async function firstThatRuns({ paths, print }) {
  for (const path of paths) {
    const problem = await tryChromium(path);
    if (problem === undefined) return path;
    print(`  ${problem}`);
  }
  return undefined;
}

/** @returns {Promise<string[]>} Path of Playwright's own Chromium where it is installed. */
async function playwrightPaths() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return existsSync(path) ? [path] : [];
}

/**
 * Runs one step of an installation, with a sign of life.
 * @param {{ command: readonly [string, ...string[]], print: (text: string) => void, timeoutMs: number,
 *   env?: Readonly<Record<string, string>> }} options
 * @returns {Promise<boolean>} Whether it succeeded.
 */
async function install({ command, print, timeoutMs, env = {} }) {
  print(`  Running: ${command.join(' ')}`);
  const progress = createProgress({ label: command[0] });
  const started = Date.now();
  const timer = setInterval(() => progress.show(`${Math.round((Date.now() - started) / 1000)} s`), 500);
  const { code, output } = await runCommand(command, { timeoutMs, env });
  clearInterval(timer);
  progress.end();
  if (code === 0) return true;
  const lines = output.trim().split('\n');
  const errors = lines.filter((line) => /error|unable|cannot/i.test(line));
  print(`  It failed (code ${code}): ${(errors.length > 0 ? errors : lines).slice(-3).join(' / ')}`);
  return false;
}

/** @param {string} program */
async function has(program) {
  const { code } = await runCommand([program, '--version'], { timeoutMs: 10_000 });
  return code === 0;
}

/**
 * The commands that install Chromium with the system's package manager. Empty: none that could be used without a password.
 * @returns {Promise<(readonly [string, ...string[]])[]>}
 */
async function systemCommands() {
  const root = process.getuid?.() === 0;
  const sudo = !root && (await runCommand(['sudo', '-n', 'true'], { timeoutMs: 10_000 })).code === 0;
  /** @param {readonly [string, ...string[]]} command @returns {readonly [string, ...string[]]} */
  const asRoot = (command) => (root ? command : ['sudo', '-n', ...command]);
  if (root || sudo) {
    if (await has('apt-get')) {
      return [
        asRoot(['apt-get', 'update', '-qq']),
        asRoot([
          'apt-get',
          'install',
          '-y',
          '-qq',
          '--no-install-recommends',
          'chromium',
          'fonts-dejavu-core',
        ]),
      ];
    }
    if (await has('dnf')) return [asRoot(['dnf', 'install', '-y', 'chromium'])];
    if (await has('apk')) return [asRoot(['apk', 'add', '--no-progress', 'chromium'])];
    if (await has('pacman')) return [asRoot(['pacman', '-Sy', '--noconfirm', 'chromium'])];
  }
  if (process.platform === 'darwin' && (await has('brew')))
    return [['brew', 'install', '--cask', 'chromium']];
  return [];
}

/** A browser that the user named is the one to use: where it does not run, that is said, and no other is taken. */
async function checkNamed() {
  const named = process.env['CHROME_PATH'];
  if (named === undefined || named === '') return;
  const problem = existsSync(named) ? await tryChromium(named) : `${named} does not exist`;
  if (problem === undefined) return;
  throw new SetupFailure({
    what: 'The browser named by CHROME_PATH cannot be used.',
    why: problem,
    remedy: 'Set CHROME_PATH to a Chromium or Chrome that runs, or unset it to have one found.',
  });
}

/**
 * Path of a Chromium that runs.
 * @param {{ root: string, print: (text: string) => void }} options
 * @returns {Promise<string>}
 * @throws {SetupFailure} where none could be found or got.
 */
export async function ensureChromium({ root, print }) {
  await checkNamed();
  const there = await firstThatRuns({ paths: [...listChromiums(), ...(await playwrightPaths())], print });
  if (there !== undefined) return there;

  print('No Chromium runs on this machine yet: getting one.');
  const playwright = join(root, 'node_modules', 'playwright', 'cli.js');
  const installed = await install({
    command: [process.execPath, playwright, 'install', 'chromium'],
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '8000' },
    timeoutMs: 10 * minute,
    print,
  });
  if (installed) {
    const own = await firstThatRuns({ paths: await playwrightPaths(), print });
    if (own !== undefined) return own;
  }

  const commands = await systemCommands();
  for (const command of commands) {
    const done = await install({
      command,
      print,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: 15 * minute,
    });
    if (!done) break;
  }
  const system = await firstThatRuns({ paths: listChromiums(), print });
  if (system !== undefined) return system;
  throw new SetupFailure({
    what: 'No Chromium could be found or installed.',
    why:
      commands.length === 0
        ? "Playwright's installer did not succeed, and no package manager can be used without a password."
        : "Neither Playwright's installer nor the system's package manager succeeded (their messages stand above).",
    remedy:
      'Install Chromium or Chrome by hand (Debian and Ubuntu: apt-get install chromium), or set CHROME_PATH to one, then run the command again.',
  });
}
