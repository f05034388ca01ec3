/**
 * Collects what must not happen on a page: errors on its console, violations of its policy, requests to elsewhere.
 */
import type { BrowserContext, Page } from '@playwright/test';

export interface Watched {
  /** Console errors, uncaught errors, policy violations, requests to other origins: one sentence each. */
  readonly troubles: string[];
}

/** Watches a page from before its first request on. */
export async function watchPage(page: Page, origin: string): Promise<Watched> {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  watchRequests(page.context(), origin, troubles);
  await page.exposeFunction('reportViolation', (text: string) => troubles.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report = Reflect.get(globalThis, 'reportViolation') as (text: string) => void;
      report(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { troubles };
}

/** Requests of workers and of the service worker count as well. */
function watchRequests(context: BrowserContext, origin: string, troubles: string[]): void {
  context.on('request', (request) => {
    const url = new URL(request.url());
    const own = url.origin === origin || url.protocol === 'blob:' || url.protocol === 'data:';
    if (!own) troubles.push(`request: ${request.url()}`);
  });
}
