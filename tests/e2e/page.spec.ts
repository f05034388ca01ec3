/**
 * The page as it comes: quiet, within its policy and its weight, isolated, accessible.
 */
import { gzipSync } from 'node:zlib';
import { AgentPage } from './agent-page.ts';
import { expectGoodPage } from './good-page.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

/** Script that may come before anyone has touched the page, compressed. Bytes. */
const scriptBudget = 80_000;

test('loads without an error, a policy violation, or a request to elsewhere, and is isolated', async ({
  page,
}) => {
  const watched = watchPage(page);
  const agent = new AgentPage(page);
  await agent.open();
  await expect(page.getByText('SmolLM2 135M Instruct')).toBeVisible();
  await agent.waitForOffline();
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  await expect(page.getByText('Cross-origin isolation')).toHaveCount(0);
  expect(watched.troubles).toEqual([]);
});

test('the policy is in force: an inline script does not run', async ({ page, policy }) => {
  policy.expectReport(/requires 'TrustedScript'/);
  const agent = new AgentPage(page);
  await agent.open();
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.append('globalThis.inlineRan = true;');
    document.body.append(script);
    return Reflect.has(globalThis, 'inlineRan');
  });
  expect(ran).toBe(false);
});

test('a text becomes neither HTML nor code, and no worker of another site', async ({ page, policy }) => {
  policy.expectReport(/requires 'TrustedHTML'/);
  policy.expectReport(/requires 'TrustedScript'/);
  await new AgentPage(page).open();
  const refused = await page.evaluate(() => {
    const tries = {
      html: () => (document.body.innerHTML = '<p>text</p>'),
      script: () => (document.createElement('script').text = 'globalThis.ran = true;'),
      worker: () => new Worker('https://other.example/engine.js'),
      data: () => new Worker('data:text/javascript,0'),
    };
    return Object.entries(tries).flatMap(([name, go]) => {
      try {
        go();
        return [];
      } catch (error) {
        return error instanceof TypeError ? [name] : [];
      }
    });
  });
  expect(refused).toEqual(['html', 'script', 'worker', 'data']);
});

test.describe('before any touch', () => {
  // The worker would fetch everything for offline use, also what this page does not run.
  test.use({ serviceWorkers: 'block' });

  test('at most 80 kB of compressed script come', async ({ page }) => {
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') bodies.push(response.body());
    });
    await new AgentPage(page).open();
    await page.waitForLoadState('networkidle');
    const scripts = await Promise.all(bodies);
    expect(scripts.length).toBeGreaterThan(0);
    const total = scripts.reduce((sum, body) => sum + gzipSync(body).length, 0);
    test.info().annotations.push({ type: 'bytes', description: String(total) });
    expect(total).toBeLessThanOrEqual(scriptBudget);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`has no accessibility violation and no sideways scrolling: ${colorScheme}, ${width} px`, async ({
      page,
    }, testInfo) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await new AgentPage(page).open();
      await expect(page.getByText(/tools the model may call/)).toBeVisible();
      await page.getByText(/tools the model may call/).click();
      await page.locator('slm-adapter-list summary').first().click();
      await page.screenshot({
        path: testInfo.outputPath(`page-${colorScheme}-${width}.png`),
        fullPage: true,
      });
      await expectGoodPage(page);
    });
  }
}
