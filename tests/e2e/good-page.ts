/**
 * A page good to look at and to use: no violation of an accessibility rule, and nothing to scroll sideways. Knows no page by
 * name.
 */
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

/** The page as it stands: `what` tells which of its states this is, where there are several. */
export async function expectGoodPage(page: Page, what = 'the page'): Promise<void> {
  await expectNoViolation(new AxeBuilder({ page }), what);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
}

/** The page as it stands, on a screen of 360 px, in light and in dark. The screen is as it was afterwards. */
export async function expectGoodOnNarrowScreens(page: Page, what = 'the page'): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await expectGoodPage(page, `${what}, light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  // Of all the rules, colours are what those of contrast alone depend on.
  await expectNoViolation(
    new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']),
    `${what}, dark`,
  );
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before !== null) await page.setViewportSize(before);
}

async function expectNoViolation(rules: AxeBuilder, what: string): Promise<void> {
  // In the page itself, which has no frames: the other mode opens a page more for each report.
  const { violations } = await rules.setLegacyMode().analyze();
  const broken = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(broken, what).toEqual([]);
}
