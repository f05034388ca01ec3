/**
 * Sums what the tests' watches counted, and ends the run with one line. A test that was not watched makes the run fail:
 * its spec takes `test` from elsewhere than `test.ts`.
 */
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { policyAttachment } from './policy-watch.ts';
import type { PolicyCounts } from './policy-watch.ts';

export default class PolicyReporter implements Reporter {
  #tests = 0;
  readonly #unwatched: string[] = [];
  readonly #sums = { pages: 0, reports: 0, requests: 0, expectedReports: 0, expectedRequests: 0 };

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === 'skipped') return;
    this.#tests += 1;
    const body = result.attachments.find(({ name }) => name === policyAttachment)?.body;
    if (body === undefined) {
      this.#unwatched.push(test.titlePath().join(' > '));
      return;
    }
    const counts = JSON.parse(body.toString()) as PolicyCounts;
    // A test that is to fail has what it provokes counted with what others say will come.
    const isToFail = test.expectedStatus === 'failed';
    this.#sums.pages += counts.pages;
    this.#sums.reports += isToFail ? 0 : counts.reports;
    this.#sums.requests += isToFail ? 0 : counts.requests;
    this.#sums.expectedReports += counts.expectedReports + (isToFail ? counts.reports : 0);
    this.#sums.expectedRequests += counts.expectedRequests + (isToFail ? counts.requests : 0);
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] }> {
    const { pages, reports, requests, expectedReports, expectedRequests } = this.#sums;
    for (const title of this.#unwatched) console.log(`not watched: ${title}`);
    console.log(
      `e2e: ${String(this.#tests)} tests, ${String(pages)} pages, ${String(reports)} policy reports, ` +
        `${String(requests)} requests off origin; on purpose: ${String(expectedReports)} reports, ` +
        `${String(expectedRequests)} requests`,
    );
    const isUnwatched = result.status === 'passed' && this.#unwatched.length > 0;
    return { status: isUnwatched ? 'failed' : result.status };
  }

  printsToStdio(): boolean {
    return false;
  }
}
