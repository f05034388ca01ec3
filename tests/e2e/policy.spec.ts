/**
 * The watch over the policy can fail: whatever a browser runs is made to break its policy, and to ask another origin, and
 * both are seen. Pages of a host of their own, so that the site is left as it is.
 */
import type { Page } from '@playwright/test';
import { startHttpScript } from '../fixtures/http-script.ts';
import type { HttpScript } from '../fixtures/http-script.ts';
import type { PolicyWatch } from './policy-watch.ts';
import { expect, test } from './test.ts';

/** Each asks an address of its own, and then says so to who started it. */
const askers = ['page', 'frame', 'worker', 'nested', 'shared', 'service'] as const;

const strict = "default-src 'self'; require-trusted-types-for 'script'; trusted-types none";
/** The site's policy for workers has no Trusted Types either: the runtimes in them start their own threads. */
const strictInWorkers = "default-src 'self'";

const open: HttpScript[] = [];

test.afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** Where an asker asks: names below localhost are this machine, and origins of their own. */
function addressFor(asker: string, port: string): string {
  return `http://${asker}.localhost:${port}`;
}

/** Files that ask a server at a port. */
function filesFor(port: string): Readonly<Record<string, readonly [type: string, body: string]>> {
  const ask = (asker: string): string =>
    `fetch('${addressFor(asker, port)}/', { mode: 'no-cors' }).catch(() => undefined)`;
  const script = 'text/javascript';
  return {
    '/page.html': ['text/html', '<!doctype html><title>Page</title><body><iframe src="frame.html"></iframe>'],
    '/frame.html': ['text/html', '<!doctype html><title>Frame</title><script src="frame.js"></script>'],
    '/frame.js': [script, `${ask('frame')}.then(() => parent.postMessage('frame'))`],
    '/worker.js': [
      script,
      `const nested = new Worker('nested.js');
       nested.onmessage = () => ${ask('worker')}.then(() => postMessage('worker'))`,
    ],
    '/nested.js': [script, `${ask('nested')}.then(() => postMessage('nested'))`],
    '/shared.js': [
      script,
      `onconnect = ({ ports: [port] }) => ${ask('shared')}.then(() => port.postMessage(''))`,
    ],
    '/service.js': [script, `oninstall = (event) => event.waitUntil(${ask('service')})`],
  };
}

/** A host whose pages have these policies. */
async function startHost(
  port: string,
  policies: { readonly page: string; readonly worker: string } | undefined,
): Promise<HttpScript> {
  const files = filesFor(port);
  const host = await startHttpScript((response, { path }) => {
    const [type, body] = files[path] ?? ['text/plain', ''];
    const policy = type === 'text/html' ? policies?.page : policies?.worker;
    response.writeHead(200, {
      'Content-Type': type,
      ...(policy === undefined ? {} : { 'Content-Security-Policy': policy }),
    });
    response.end(body);
  });
  open.push(host);
  return host;
}

/** Opens the host's page, and has everything ask that can. */
async function askEverywhere(page: Page, host: HttpScript, port: string): Promise<void> {
  await page.goto(`${host.origin}/page.html`);
  await expect(page.frameLocator('iframe').locator('script')).toBeAttached();
  await page.evaluate(
    async (address) => {
      await fetch(address, { mode: 'no-cors' }).catch(() => undefined);
      const worker = new Worker('worker.js');
      await new Promise((resolve) => worker.addEventListener('message', resolve));
      const shared = new SharedWorker('shared.js');
      shared.port.start();
      await new Promise((resolve) => shared.port.addEventListener('message', resolve));
      const { installing } = await navigator.serviceWorker.register('service.js');
      await new Promise<void>((resolve) => {
        installing?.addEventListener('statechange', () => resolve());
      });
    },
    addressFor('page', port),
  );
}

/** The page of somebody who forgot to say what the test provokes. */
async function breakPolicy(page: Page, policy: PolicyWatch): Promise<void> {
  const host = await startHost('1', { page: strict, worker: strictInWorkers });
  policy.addHome(host.origin);
  await page.goto(`${host.origin}/page.html`);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.append('0');
    document.body.append(script);
  });
}

test('a policy broken by a page, a frame or any kind of worker is reported', async ({ page, policy }) => {
  const host = await startHost('1', {
    page: strict.replace("; require-trusted-types-for 'script'; trusted-types none", ''),
    worker: strictInWorkers,
  });
  policy.addHome(host.origin);
  for (const asker of askers) policy.expectReport(new RegExp(`'${addressFor(asker, '1')}/' violates`));
  await askEverywhere(page, host, '1');
});

test('Trusted Types that are broken are reported', async ({ page, policy }) => {
  const host = await startHost('1', { page: strict, worker: strictInWorkers });
  policy.addHome(host.origin);
  policy.expectReport(/requires 'TrustedHTML'/);
  policy.expectReport(/requires 'TrustedScriptURL'/);
  policy.expectReport(/Creating a TrustedTypePolicy/);
  policy.expectReport(/frame\.localhost/);
  await page.goto(`${host.origin}/page.html`);
  const refused = await page.evaluate(() => {
    const tries = [
      () => (document.body.innerHTML = '<p>text</p>'),
      () => new Worker('worker.js'),
      () => Reflect.get(globalThis, 'trustedTypes').createPolicy('mine', {}),
    ];
    return tries.filter((go) => {
      try {
        go();
        return false;
      } catch (error) {
        return error instanceof TypeError;
      }
    }).length;
  });
  expect(refused).toBe(3);
});

test('a request off origin is counted, whoever makes it', async ({ page, policy }) => {
  const elsewhere = await startHttpScript((response) => void response.end());
  open.push(elsewhere);
  const { port } = new URL(elsewhere.origin);
  const host = await startHost(port, undefined);
  policy.addHome(host.origin);
  for (const asker of askers) policy.expectRequestsTo(addressFor(asker, port));
  await askEverywhere(page, host, port);
  expect(elsewhere.seen.length).toBe(askers.length);
});

test.describe('a test fails', () => {
  test.fail('whose page breaks its policy', async ({ page, policy }) => {
    await breakPolicy(page, policy);
  });

  test.fail('whose page asks another origin', async ({ page, policy }) => {
    const elsewhere = await startHttpScript((response) => void response.end());
    open.push(elsewhere);
    const host = await startHost(new URL(elsewhere.origin).port, undefined);
    policy.addHome(host.origin);
    await page.goto(`${host.origin}/page.html`);
  });

  test.fail('that says it breaks the policy, and does not', ({ policy }) => {
    policy.expectReport(/TrustedHTML/);
  });
});
