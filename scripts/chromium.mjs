/**
 * Which Chromium the tests and the command lines drive, and with which flags.
 * Knows how to find one that is there; getting one is set-up's work (scripts/setup-chromium.mjs).
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Flags for a quiet, deterministic, headless browser with WebGPU in software (SwiftShader). */
export const chromiumFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome.exe'];

/** Where installers put it without touching the PATH. */
const places = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Paths of every Chromium that seems to be there, the likeliest first: `CHROME_PATH` alone where it is set, else those
 * on the PATH, else the usual places. Whether one runs is not tried.
 * @returns {string[]}
 * @throws {Error} where `CHROME_PATH` names nothing.
 */
export function listChromiums() {
  const named = process.env['CHROME_PATH'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) {
      throw new Error(
        `CHROME_PATH names ${named}, which does not exist. Correct it, or unset it to search the PATH.`,
      );
    }
    return [named];
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...places].filter((path) =>
    existsSync(path),
  );
}

/**
 * Path of a Chromium that is there. Undefined leaves it to Playwright's own.
 * @returns {string | undefined}
 */
export function findChromium() {
  return listChromiums()[0];
}
