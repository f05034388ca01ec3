/**
 * The `test` of every spec here: Playwright's, with a watch over the policy in whatever a test opens. A report of Content
 * Security Policy or Trusted Types, or a request off origin, fails the test that caused it, unless it said that it would.
 */
import { test as base } from '@playwright/test';
import { BrowserLog } from './browser-log.ts';
import { PolicyWatch, policyAttachment } from './policy-watch.ts';

export { expect } from '@playwright/test';

/** Where a browser's log goes: to the watch of the test that runs. */
interface PolicyDesk {
  current?: PolicyWatch;
  log?: BrowserLog;
}

export const test = base.extend<{ policy: PolicyWatch }, { policyDesk: PolicyDesk }>({
  policyDesk: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that are needed from the pattern.
    async ({}, use) => {
      await use({});
    },
    { scope: 'worker' },
  ],
  browser: [
    async ({ browser, policyDesk }, use) => {
      policyDesk.log = await BrowserLog.open(browser, {
        onReport: (text) => policyDesk.current?.onReport(text),
        onSharedWorkerRequest: (url) => policyDesk.current?.onSharedWorkerRequest(url),
      });
      await use(browser);
    },
    { scope: 'worker' },
  ],
  policy: [
    async ({ policyDesk, baseURL }, use, testInfo) => {
      const watch = new PolicyWatch();
      if (baseURL !== undefined) watch.addHome(baseURL);
      policyDesk.current = watch;
      await use(watch);
      delete policyDesk.current;
      await testInfo.attach(policyAttachment, {
        body: JSON.stringify(watch.counts()),
        contentType: 'application/json',
      });
      const troubles = watch.troubles();
      if (troubles.length > 0) throw new Error(troubles.join('\n'));
    },
    { auto: true },
  ],
  context: async ({ context, policy, policyDesk }, use) => {
    policy.watchRequests(context);
    await use(context);
    await policyDesk.log?.settle();
  },
});
