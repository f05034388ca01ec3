/**
 * The package installed by npm and opened in a browser: in an empty Vite app, built and in development, and in a page without
 * a bundler. A model answers through a worker and WASM that came with the package; nothing is asked of another origin.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { build, createServer } from 'vite';
import { isolationHeaders } from '../../scripts/headers.mjs';
import { serveSite } from '../../scripts/serve.mjs';
import { installPackage } from '../fixtures/installed-package.ts';
import type { InstalledPackage } from '../fixtures/installed-package.ts';
import { tinyCatalogue } from '../fixtures/tiny-catalogue.ts';
import type { PolicyWatch } from './policy-watch.ts';
import { expect, test } from './test.ts';

let installed: InstalledPackage;

test.beforeAll(async () => {
  installed = await installPackage();
  await cp(join(import.meta.dirname, '../fixtures/package-app'), installed.folder, { recursive: true });
});
test.afterAll(async () => installed?.remove());

/** Puts a tiny model for this engine beside the page. */
async function placeModel(folder: string, engine: 'wllama' | 'transformers'): Promise<void> {
  const { catalogue, bytes } = await tinyCatalogue(engine);
  await mkdir(join(folder, 'models'), { recursive: true });
  await writeFile(join(folder, 'models.json'), JSON.stringify(catalogue));
  await writeFile(join(folder, 'models/tiny.gguf'), bytes);
}

/** Opens the page and waits for the model's answer; what the page did wrong fails the test. */
async function expectAnswer({
  page,
  policy,
  url,
}: {
  readonly page: Page;
  readonly policy: PolicyWatch;
  readonly url: string;
}): Promise<void> {
  policy.addHome(url);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  await expect(page.locator('#answer')).toHaveText(/^tiny: \{"yes":(true|false)\}$/, { timeout: 240_000 });
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  expect(errors).toEqual([]);
}

for (const engine of ['wllama', 'transformers'] as const) {
  test(`an empty Vite app, built: ${engine}`, async ({ page, policy }) => {
    const { folder } = installed;
    await placeModel(join(folder, 'public'), engine);
    await build({ root: folder, configFile: false, logLevel: 'error' });
    const site = await serveSite({ root: folder, folder: join(folder, 'dist'), port: 0 });
    try {
      await expectAnswer({ page, policy, url: `http://127.0.0.1:${String(site.port)}/` });
    } finally {
      await site.close();
    }
  });

  test(`a page without a bundler: ${engine}`, async ({ page, policy }) => {
    const { folder } = installed;
    await placeModel(folder, engine);
    const text = await readFile(join(folder, 'index.html'), 'utf8');
    await writeFile(join(folder, 'plain.html'), text.replace('./main.js', './plain.js'));
    const site = await serveSite({ root: folder, folder, port: 0 });
    try {
      await expectAnswer({ page, policy, url: `http://127.0.0.1:${String(site.port)}/plain.html` });
    } finally {
      await site.close();
    }
  });
}

test('workers and WASM from where the page says they lie', async ({ page, context, policy }) => {
  const { folder } = installed;
  await placeModel(folder, 'wllama');
  const dist = join(folder, 'node_modules/smallworks/dist');
  await cp(dist, join(folder, 'elsewhere'), { recursive: true });
  const text = await readFile(join(folder, 'index.html'), 'utf8');
  await writeFile(join(folder, 'plain.html'), text.replace('./main.js', './plain.js'));
  const asked: string[] = [];
  context.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const site = await serveSite({ root: folder, folder, port: 0 });
  try {
    await expectAnswer({
      page,
      policy,
      url: `http://127.0.0.1:${String(site.port)}/plain.html?elsewhere`,
    });
  } finally {
    await site.close();
  }
  const ours = asked.filter((path) => /(engine|relay)\.worker\.js$|wllama\.wasm$/.test(path));
  expect(new Set(ours)).toEqual(
    new Set(['/elsewhere/engine.worker.js', '/elsewhere/relay.worker.js', '/elsewhere/wllama.wasm']),
  );
});

test('an empty Vite app in development', async ({ page, policy }) => {
  const { folder } = installed;
  await placeModel(join(folder, 'public'), 'wllama');
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, headers: isolationHeaders },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (address === null || typeof address !== 'object') throw new Error('The server has no port.');
  try {
    await expectAnswer({ page, policy, url: `http://127.0.0.1:${String(address.port)}/` });
  } finally {
    await server.close();
  }
});
