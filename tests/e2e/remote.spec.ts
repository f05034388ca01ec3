/**
 * A model on another origin, in a real browser: its rules on cross-origin requests and the site's own policy decide
 * what may be reached, and the engine says which of them said no.
 */
import type { Page } from '@playwright/test';
import { isolationHeaders, policyFor } from '../../scripts/headers.mjs';
import type * as Smallworks from '../../src/index.ts';
import { chunk, ending, startHttpScript } from '../fixtures/http-script.ts';
import type { HttpScript } from '../fixtures/http-script.ts';
import type { PolicyWatch } from './policy-watch.ts';
import { expect, test } from './test.ts';

/** A server that streams a greeting to pages of one origin. */
async function startServer(allowOrigin: string): Promise<HttpScript> {
  return await startHttpScript(async (response, { method, path }) => {
    response.setHeader('Access-Control-Allow-Origin', allowOrigin);
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
    if (method === 'OPTIONS') {
      response.writeHead(204).end();
    } else if (path === '/v1/models') {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ data: [{ id: 'large' }] }));
    } else {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      for (const content of ['Good ', 'day, [NA', 'ME_1]!']) {
        response.write(chunk({ content }));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      response.end(ending());
    }
  });
}

interface Outcome {
  readonly text?: string;
  readonly pieces: readonly string[];
  readonly code?: string;
  readonly remedy?: string;
}

/**
 * A host that puts a page of its own beside the site's scripts. A page that the test only made up would do for neither
 * rule: the browser takes it for one of the public internet, which may not reach this machine.
 */
async function startHost(site: string, policy: () => string): Promise<HttpScript> {
  return await startHttpScript(async (response, { path }) => {
    for (const [name, value] of Object.entries(isolationHeaders)) response.setHeader(name, value);
    if (path === '/remote.html') {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': policy() });
      response.end('<!doctype html><title>Remote</title>');
      return;
    }
    const file = await fetch(new URL(path, site));
    response.writeHead(file.status, { 'Content-Type': file.headers.get('Content-Type') ?? 'text/plain' });
    response.end(Buffer.from(await file.arrayBuffer()));
  });
}

interface Asking {
  readonly page: Page;
  readonly policy: PolicyWatch;
  readonly host: HttpScript;
  readonly server: HttpScript;
}

/** Opens a page of a host, and asks the server there. */
async function ask({ page, policy, host, server }: Asking): Promise<Outcome> {
  policy.addHome(host.origin);
  await page.goto(`${host.origin}/remote.html`);
  return await page.evaluate(async (origin) => {
    // Cookies know hosts and no ports: one that must not be sent along.
    document.cookie = 'page=mine';
    const script = new URL('/assets/smallworks.js', location.href).href;
    const { RemoteEngine, Fault } = (await import(script)) as typeof Smallworks;
    const engine = new RemoteEngine({
      baseUrl: `${origin}/v1`,
      allowOrigins: [origin],
      getKey: () => Promise.resolve('sk-of-the-user'),
      mask: (texts) => ({
        texts: texts.map((text) => text.replaceAll('Ada', '[NAME_1]')),
        originals: new Map([['[NAME_1]', 'Ada']]),
      }),
      retry: { attempts: 1 },
    });
    const file = { name: '', bytes: 0, sha256: '', sources: [] };
    const model = {
      id: 'large',
      title: 'Large',
      parameters: 0,
      contextWindow: 8192,
      licence: 'Apache-2.0',
      quantisation: '',
      chatTemplate: 'chatml' as const,
      engines: [],
      file,
    };
    const pieces: string[] = [];
    try {
      await engine.load({ model, modelsUrl: '', contextTokens: 4096, slots: 1 });
      const { text } = await engine.generate(
        {
          messages: [{ role: 'user', content: 'Greet Ada.' }],
          sampling: { temperature: 0, maxTokens: 32 },
        },
        { onEvent: (event) => (event.type === 'text-generated' ? pieces.push(event.text) : undefined) },
      );
      return { text, pieces };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { pieces, code: error.code, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) };
    }
  }, server.origin);
}

const open: HttpScript[] = [];

test.afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A host with a policy that names the server or does not, and the server that allows the host or another. */
async function startBoth(
  site: string | undefined,
  { named, allowed }: { readonly named: boolean; readonly allowed: boolean },
): Promise<{ readonly host: HttpScript; readonly server: HttpScript }> {
  let policy = '';
  const host = await startHost(site ?? '', () => policy);
  const server = await startServer(allowed ? host.origin : 'https://elsewhere.example.org');
  policy = policyFor(named ? [server.origin] : []);
  open.push(host, server);
  return { host, server };
}

test('the answer streams from an origin that the site names and that allows the site', async ({
  page,
  policy,
  baseURL,
}) => {
  const { host, server } = await startBoth(baseURL, { named: true, allowed: true });
  policy.expectRequestsTo(server.origin);
  const outcome = await ask({ page, policy, host, server });
  expect(outcome).toEqual({ text: 'Good day, Ada!', pieces: ['Good ', 'day, ', 'Ada!'] });
  const post = server.seen.find(({ method }) => method === 'POST');
  expect(post?.headers.authorization).toBe('Bearer sk-of-the-user');
  expect(post?.headers.referer).toBeUndefined();
  expect(post?.headers.cookie).toBeUndefined();
  expect(post?.body).not.toContain('Ada');
});

test('the policy of the site as it is built lets nothing out', async ({ page, policy, baseURL }) => {
  const { host, server } = await startBoth(baseURL, { named: false, allowed: true });
  policy.expectReport(/^Connecting to/);
  const outcome = await ask({ page, policy, host, server });
  expect(outcome).toMatchObject({ code: 'remote-unreachable', pieces: [] });
  expect(outcome.remedy).toContain(`connect-src names ${server.origin}`);
  expect(server.seen).toEqual([]);
});

test('a server that does not allow the site is asked, and its answer withheld', async ({
  page,
  policy,
  baseURL,
}) => {
  const { host, server } = await startBoth(baseURL, { named: true, allowed: false });
  policy.expectRequestsTo(server.origin);
  const outcome = await ask({ page, policy, host, server });
  expect(outcome).toMatchObject({ code: 'remote-unreachable', pieces: [] });
  expect(server.seen.map(({ method }) => method)).toEqual(['OPTIONS']);
});
