/**
 * Opens the site's lab page (demos/lab) in headless Chromium, so that command lines run the very code that the site
 * runs. The site keeps one origin whatever port it is served on, and the browser one profile: the model stays in its
 * storage from one run to the next. Knows nothing of what is done on the page.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { ensureBuild } from './build.mjs';
import { chromiumFlags } from './chromium.mjs';
import { ensureModel } from './get-model.mjs';
import { serveSite } from './serve.mjs';
import { ensureChromium } from './setup-chromium.mjs';

/** Browsers treat names below .localhost as secure, so the page is cross-origin isolated there as on 127.0.0.1. */
const host = 'smallworks.localhost';

/**
 * Takes a profile folder for this process alone: two browsers cannot share one.
 * @param {{ root: string }} options
 * @returns {{ folder: string, release: () => void }} The kept profile, or a throw-away one where it is in use.
 */
function takeProfile({ root }) {
  const lockPath = join(root, '.cache', 'profile.lock');
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      const lock = openSync(lockPath, 'wx');
      writeSync(lock, String(process.pid));
      closeSync(lock);
      return { folder: join(root, '.cache', 'profile'), release: () => rmSync(lockPath, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (isAlive(Number(readFileSync(lockPath, 'utf8')))) break;
      rmSync(lockPath, { force: true });
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'smallworks-profile-'));
  return { folder, release: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Opens the lab. Builds the site and gets the model where needed.
 * @param {{ root: string, model?: string | undefined, print: (text: string) => void }} options `print` takes progress.
 * @returns {Promise<{ page: import('playwright').Page, close: () => Promise<void> }>}
 */
export async function openLab({ root, model, print }) {
  await ensureModel({ root, id: model, print });
  await ensureBuild({ root, print });
  const executablePath = await ensureChromium({ root, print });
  const site = await serveSite({ root, port: 0 });
  const profile = takeProfile({ root });
  /** @type {import('playwright').BrowserContext | undefined} */
  let context;
  async function close() {
    await context?.close();
    await site.close();
    profile.release();
  }
  try {
    context = await chromium.launchPersistentContext(profile.folder, {
      executablePath,
      headless: true,
      // The site changes between runs; its offline copy in the kept profile would be the old one.
      serviceWorkers: 'block',
      args: [...chromiumFlags, `--host-resolver-rules=MAP ${host}:80 127.0.0.1:${site.port}`],
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.on('pageerror', (error) => print(`page: ${error.message}`));
    await page.goto(`http://${host}/demos/lab/`);
    await page.waitForFunction(() => 'lab' in window);
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
