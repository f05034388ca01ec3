/**
 * The element in a page of somebody else's: one script and one tag.
 */
import { siteHeaders } from '../../scripts/headers.mjs';
import { expect, test } from './test.ts';

const page10Lines = `<!doctype html>
<html lang="en">
  <head>
    <title>My page</title>
    <script type="module" src="/assets/slm-agent.js"></script>
  </head>
  <body>
    <slm-agent></slm-agent>
  </body>
</html>`;

test('ten lines of HTML give a working element, in any folder', async ({ page, context }) => {
  await context.route('**/somewhere/deep/embed.html', (route) =>
    route.fulfill({ headers: siteHeaders, contentType: 'text/html', body: page10Lines }),
  );
  await page.goto('somewhere/deep/embed.html');
  await expect(page.getByText('SmolLM2 135M Instruct')).toBeVisible();
  await expect(page.getByText(/tools the model may call/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
});

test('an element marked manual is left to its page', async ({ page, context }) => {
  await context.route('**/embed.html', (route) =>
    route.fulfill({
      headers: siteHeaders,
      contentType: 'text/html',
      body: page10Lines.replace('<slm-agent>', '<slm-agent manual>'),
    }),
  );
  await page.goto('embed.html');
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await expect(page.getByText('Reading the catalogue…')).toBeVisible();
});
