/**
 * What one test's pages did against their policy, and what they asked of other origins. A test that breaks a policy, or
 * leaves its origin, on purpose says so here; it is counted apart, and has to happen.
 */
import type { BrowserContext } from '@playwright/test';
import type { BrowserLogListener } from './browser-log.ts';

/** Counts of one test, handed to the reporter. */
export interface PolicyCounts {
  /** Documents that were opened, each time one was. */
  readonly pages: number;
  /** Reports of Content Security Policy and Trusted Types, and requests off origin, that nobody said would come. */
  readonly reports: number;
  readonly requests: number;
  readonly expectedReports: number;
  readonly expectedRequests: number;
}

/** The attachment that carries a test's counts. */
export const policyAttachment = 'policy-counts';

export class PolicyWatch implements BrowserLogListener {
  readonly #homes = new Set<string>();
  readonly #reportsToCome: RegExp[] = [];
  readonly #originsToAsk = new Set<string>();
  readonly #reports: string[] = [];
  readonly #requests: string[] = [];
  #pages = 0;

  /** Pages of this origin are the test's own: they may ask it for everything. */
  addHome(origin: string): void {
    this.#homes.add(new URL(origin).origin);
  }

  /** The test makes its page break the policy, and this is what the browser says of it. */
  expectReport(words: RegExp): void {
    this.#reportsToCome.push(words);
  }

  /** The test makes its page ask this origin. */
  expectRequestsTo(origin: string): void {
    this.#originsToAsk.add(origin);
  }

  /** Watches what the pages of a context, their workers and its service workers ask for. */
  watchRequests(context: BrowserContext): void {
    context.on('request', (request) => this.#addRequest(request.url()));
    context.on('page', (page) => {
      page.on('websocket', (socket) => this.#addRequest(socket.url()));
      page.on('domcontentloaded', () => (this.#pages += 1));
    });
  }

  onReport(text: string): void {
    this.#reports.push(text);
  }

  onSharedWorkerRequest(url: string): void {
    this.#addRequest(url);
  }

  counts(): PolicyCounts {
    const reports = this.#reports.filter((text) => !this.#isToCome(text)).length;
    const requests = this.#requests.filter((url) => !this.#isToBeAsked(url)).length;
    return {
      pages: this.#pages,
      reports,
      requests,
      expectedReports: this.#reports.length - reports,
      expectedRequests: this.#requests.length - requests,
    };
  }

  /** One sentence for everything that should not have happened, and for what should have and did not. */
  troubles(): readonly string[] {
    return [
      ...this.#reports.filter((text) => !this.#isToCome(text)).map((text) => `policy report: ${text}`),
      ...this.#requests.filter((url) => !this.#isToBeAsked(url)).map((url) => `request off origin: ${url}`),
      ...this.#reportsToCome
        .filter((words) => !this.#reports.some((text) => words.test(text)))
        .map((words) => `no policy report came that says ${String(words)}`),
      ...[...this.#originsToAsk]
        .filter((origin) => !this.#requests.some((url) => originOf(url) === origin))
        .map((origin) => `nobody asked ${origin}`),
    ];
  }

  #addRequest(url: string): void {
    if (!/^(blob|data):/.test(url) && !this.#homes.has(originOf(url))) this.#requests.push(url);
  }

  #isToCome(text: string): boolean {
    return this.#reportsToCome.some((words) => words.test(text));
  }

  #isToBeAsked(url: string): boolean {
    return this.#originsToAsk.has(originOf(url));
  }
}

/** A socket belongs to the origin that a page would have there. */
function originOf(url: string): string {
  return new URL(url.replace(/^ws(s?):/, 'http$1:')).origin;
}
