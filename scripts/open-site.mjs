/**
 * The built site with its model, served to a headless Chromium whose profile is thrown away. Knows nothing of what is done there.
 */
import { chromium } from 'playwright';
import { ensureBuild } from './build.mjs';
import { chromiumFlags } from './chromium.mjs';
import { ensureModel } from './get-model.mjs';
import { serveSite } from './serve.mjs';
import { ensureChromium } from './setup-chromium.mjs';

/**
 * Builds the site and gets the model where needed.
 * @param {{ root: string, print: (text: string) => void }} options `print` takes progress.
 * @returns {Promise<{ browser: import('playwright').Browser, origin: string, close: () => Promise<void> }>}
 */
export async function openBuiltSite({ root, print }) {
  const executablePath = await ensureChromium({ root, print });
  await ensureModel({ root, print });
  await ensureBuild({ root, print });
  const site = await serveSite({ root, port: 0 });
  const browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
  return {
    browser,
    origin: `http://127.0.0.1:${site.port}`,
    close: async () => {
      await browser.close();
      await site.close();
    },
  };
}
