import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { defineConfig } from '@playwright/test';
import { chromiumFlags, findChromium } from './scripts/chromium.mjs';

/** A port nobody listens on. Kept in the environment: this file is read once more in every worker. */
async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

const port = (process.env['SMALLWORKS_E2E_PORT'] ??= await freePort());
const baseURL = `http://127.0.0.1:${port}/`;
const chromium = findChromium();

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  // A model in memory takes both cores of a small machine: one page at a time.
  workers: 1,
  timeout: 600_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }], ['./tests/e2e/policy-reporter.ts']],
  use: {
    baseURL,
    // A trace records the model's 98 MB too, which nearly doubles a test's time: `--trace on` makes one when it is wanted.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      args: [...chromiumFlags],
      ...(chromium === undefined ? {} : { executablePath: chromium }),
    },
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --strictPort --port ${port}`,
    url: baseURL,
    reuseExistingServer: false,
  },
});
