/**
 * Reads what Chromium writes about policies, in everything a browser runs: pages and their frames, dedicated workers (which
 * tell their page), shared workers and service workers. Knows the DevTools protocol; knows no test.
 *
 * One session of the browser looks for what can be attached to, and asks each for its log. The log is handed out from its
 * beginning, so nothing is missed that was written before somebody asked.
 */
import type { Browser, CDPSession } from '@playwright/test';

/** What a browser has run. */
export interface BrowserLogListener {
  /** Something was stopped by a Content Security Policy or by Trusted Types. */
  onReport(text: string): void;
  /** A shared worker asked for an address: Playwright does not tell of these. */
  onSharedWorkerRequest(url: string): void;
}

/** What is attached to, and what it is asked for. Dedicated workers write into the log of their page. */
const questions: Readonly<Record<string, readonly string[]>> = {
  page: ['Log.enable'],
  iframe: ['Log.enable'],
  service_worker: ['Log.enable'],
  shared_worker: ['Log.enable', 'Network.enable'],
};

/** One sentence of each report has one of these; browsers explain themselves in further ones. */
const reportMarks =
  /violates the following Content Security Policy|requires 'Trusted|Creating a TrustedTypePolicy/;

/** Milliseconds after which nobody waits for a page that is busy or gone. */
const longestAnswer = 2_000;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly entry?: { readonly text: string; readonly url?: string };
    readonly request?: { readonly url: string };
  };
}

export class BrowserLog {
  readonly #session: CDPSession;
  readonly #listener: BrowserLogListener;
  readonly #sessions = new Set<string>();
  readonly #waiting = new Map<number, () => void>();
  #lastId = 0;

  private constructor(session: CDPSession, listener: BrowserLogListener) {
    this.#session = session;
    this.#listener = listener;
  }

  /** Listens from here on, and to what is open already. */
  static async open(browser: Browser, listener: BrowserLogListener): Promise<BrowserLog> {
    const session = await browser.newBrowserCDPSession();
    const log = new BrowserLog(session, listener);
    session.on('Target.targetCreated', ({ targetInfo }) => {
      void ignoreGone(
        session.send('Target.attachToTarget', { targetId: targetInfo.targetId, flatten: false }),
      );
    });
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      log.#sessions.add(sessionId);
      for (const method of questions[targetInfo.type] ?? []) void log.#send(sessionId, method);
    });
    session.on('Target.detachedFromTarget', ({ sessionId }) => log.#sessions.delete(sessionId));
    session.on('Target.receivedMessageFromTarget', ({ message }) => log.#read(message));
    const filter = Object.keys(questions).map((type) => ({ type }));
    await session.send('Target.setDiscoverTargets', { discover: true, filter });
    return log;
  }

  /**
   * Resolves when all that is open has handed out what it has written until now. It is let go then: the browser would keep
   * a shared worker that ended for whoever listens to it.
   */
  async settle(): Promise<void> {
    const sessions = [...this.#sessions];
    this.#sessions.clear();
    await Promise.all(
      sessions.map(async (sessionId) => {
        // An answer comes behind what was written before it.
        await this.#ask(sessionId);
        await ignoreGone(this.#session.send('Target.detachFromTarget', { sessionId }));
      }),
    );
  }

  async #ask(sessionId: string): Promise<void> {
    const id = this.#lastId + 1;
    const answered = new Promise<void>((resolve) => this.#waiting.set(id, resolve));
    await this.#send(sessionId, 'Log.enable');
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestAnswer);
    });
    await Promise.race([answered, tooLong]);
    clearTimeout(timer);
    this.#waiting.delete(id);
  }

  async #send(sessionId: string, method: string): Promise<void> {
    this.#lastId += 1;
    const message = JSON.stringify({ id: this.#lastId, method });
    await ignoreGone(this.#session.send('Target.sendMessageToTarget', { sessionId, message }));
  }

  #read(text: string): void {
    const { id, method, params } = JSON.parse(text) as Message;
    if (id !== undefined) this.#waiting.get(id)?.();
    if (method === 'Log.entryAdded' && params?.entry !== undefined && reportMarks.test(params.entry.text)) {
      const { text: said, url } = params.entry;
      this.#listener.onReport(url === undefined ? said : `${said} (${url})`);
    }
    if (method === 'Network.requestWillBeSent' && params?.request !== undefined) {
      this.#listener.onSharedWorkerRequest(params.request.url);
    }
  }
}

/** Pages, workers and browsers go while they are asked; there is nothing left to read in them. */
async function ignoreGone(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
