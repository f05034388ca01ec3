/**
 * The home page in the languages it has: picked from the browser, chosen and kept, written from the right where that is so.
 */
import { expectGoodPage } from './good-page.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

test.describe('a browser in German', () => {
  test.use({ locale: 'de-DE' });

  test('is spoken to in German, until its reader chooses another language', async ({ page }) => {
    const watched = watchPage(page);
    await page.goto('');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Kleine Modelle/);
    await expect(page.getByRole('button', { name: 'Ausführen' })).toBeVisible();
    await expect(page.getByText('98,4 MB').first()).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'de');

    await page.getByLabel('Sprache').selectOption('fr');
    await expect(page.getByRole('button', { name: 'Exécuter' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^De petits modèles/);
    await page.getByLabel('Langue').selectOption('en');
    await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Small models/);
    expect(watched.troubles).toEqual([]);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`a browser in Arabic, ${colorScheme}`, () => {
    test.use({ locale: 'ar', colorScheme, viewport: { width: 360, height: 900 } });

    test('reads from the right at 360 px, with no violation and no sideways scrolling', async ({
      page,
    }, testInfo) => {
      await page.goto('');
      await expect(page.getByRole('button', { name: 'تشغيل', exact: true })).toBeVisible();
      await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
      await page.locator('slm-tool-list summary').click();
      const button = await page.getByRole('button', { name: 'تشغيل', exact: true }).boundingBox();
      // The last of its row: where reading ends, which is on the left.
      expect(button?.x).toBeLessThan(180);
      await page.screenshot({ path: testInfo.outputPath(`arabic-${colorScheme}.png`), fullPage: true });
      await expectGoodPage(page);
    });
  });
}
