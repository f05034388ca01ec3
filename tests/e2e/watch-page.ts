/**
 * Collects the errors of a page that tests of good pages do not want to see. Policies and requests are watched everywhere,
 * by `test.ts`.
 */
import type { Page } from '@playwright/test';

export interface Watched {
  /** Console errors and uncaught errors: one sentence each. */
  readonly troubles: string[];
}

/** Watches a page from before its first request on. */
export function watchPage(page: Page): Watched {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  return { troubles };
}
