/**
 * Tools from elsewhere on the built site, under its policy: a real MCP server of the official SDK on the page's own origin
 * is added by hand, called in a run whose model is scripted, and found again after a reload; one on another origin is
 * stopped by the policy, and the page says so.
 */
import type { Page } from '@playwright/test';
import { isolationHeaders, pagePolicy, policyFor } from '../../scripts/headers.mjs';
import { startHttpScript } from '../fixtures/http-script.ts';
import type { HttpScript } from '../fixtures/http-script.ts';
import { startMcpServer } from '../fixtures/mcp-server.ts';
import { AgentPage } from './agent-page.ts';
import { expectGoodPage } from './good-page.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

const open: { close(): Promise<void> }[] = [];

test.afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

/** What a page of somebody's own includes. Its model says what is written down, once the tools are there. */
const pageScript = `
import { attachAgent, builtinTools, createSession, defineElements, trustOwnScripts } from '/assets/smallworks.js';
trustOwnScripts();
const replies = ['{"name":"server.add","arguments":{"a":2,"b":3}}', 'The sum is 5.'];
const usage = { promptTokens: 1, cachedTokens: 0, decodeTokens: 1, timeToFirstTokenMs: 1, prefillMs: 1, decodeMs: 1, totalMs: 1 };
const engine = {
  load: async ({ model, slots, contextTokens }) => ({
    modelId: model.id, weightsHash: model.file.sha256, engine: 'scripted', engineVersion: '1', backend: 'scripted',
    weights: 'quantised', threads: 1, slots, contextTokens, choiceReasons: [], loadMs: 0,
  }),
  generate: async (request, { onEvent } = {}) => {
    const text = replies.shift();
    onEvent?.({ type: 'text-generated', text });
    return { requestId: crypto.randomUUID(), text, finishReason: 'stop', usage };
  },
  dispose: () => undefined,
};
defineElements();
const session = createSession({ tools: builtinTools(), journalName: 'outside', createEngine: () => engine });
attachAgent(document.querySelector('slm-agent'), session);
`;

const pageText = `<!doctype html><html lang="en"><head><title>Mine</title><meta name="viewport" content="width=device-width">
<script type="module" src="/mine.js"></script></head>
<body><main><h1>Mine</h1><slm-agent manual></slm-agent></main></body></html>`;

interface HostOptions {
  /** Where the site's files are. */
  readonly site: string | undefined;
  /** Stands at `/mcp`. */
  readonly server: string;
  /** Of its page; absent: that of the site. */
  readonly policy?: string;
  readonly isIsolated?: boolean;
}

/** A host with a page of its own beside the site's files, and an MCP server. */
async function startHost({
  site = '',
  server,
  policy = pagePolicy,
  isIsolated = true,
}: HostOptions): Promise<HttpScript> {
  const host = await startHttpScript(async (response, { path, method, headers, body }) => {
    if (isIsolated)
      for (const [name, value] of Object.entries(isolationHeaders)) response.setHeader(name, value);
    if (path === '/mine.html') {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': policy });
      response.end(pageText);
      return;
    }
    if (path === '/mine.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(pageScript);
      return;
    }
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const isMcp = path === '/mcp';
    const { host: _host, connection: _connection, 'content-length': _length, ...given } = headers;
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const answer = await fetch(isMcp ? server : new URL(path, site), {
        method,
        signal: gone.signal,
        ...(isMcp ? { headers: given as Record<string, string> } : {}),
        ...(method === 'POST' ? { body } : {}),
      });
      const kept = ['content-type', 'mcp-session-id', 'mcp-protocol-version'].flatMap((name) => {
        const value = answer.headers.get(name);
        return value === null ? [] : [[name, value]];
      });
      response.writeHead(answer.status, Object.fromEntries(kept) as Record<string, string>);
      for await (const piece of answer.body ?? []) response.write(piece);
    } catch (error) {
      // The page went while it was answered, as it does when it is left.
      if (!gone.signal.aborted) throw error;
    }
    response.end();
  });
  open.push(host);
  return host;
}

async function unfold(page: Page): Promise<void> {
  await page.getByText('Servers, documents, and this page').click();
  await expect(page.getByRole('heading', { name: 'Add an MCP server' })).toBeVisible();
}

async function addServer(page: Page, address: string): Promise<void> {
  await page.getByRole('form', { name: 'Add an MCP server' }).getByLabel('Address').fill(address);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
}

test('a server is added by hand, called in a run, and found again after a reload', async ({
  page,
  policy,
  baseURL,
}, testInfo) => {
  // One with sessions answers the first question with 400, which browsers write on the console.
  const server = await startMcpServer('sessionless');
  open.push(server);
  const host = await startHost({ site: baseURL, server: server.url });
  policy.addHome(host.origin);
  const watched = watchPage(page);
  await page.goto(`${host.origin}/mine.html`);
  await unfold(page);
  await addServer(page, '/mcp');

  await expect(page.getByRole('heading', { name: 'fixture 1.0.0' })).toBeVisible();
  await expect(page.getByText('ready', { exact: true })).toBeVisible();
  await page.getByText('8 of 8 tools in use').click();
  await page.getByRole('checkbox', { name: 'server.store' }).uncheck();
  await expect(page.getByText('7 of 8 tools in use')).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath('connected.png'), fullPage: true });

  await page.getByLabel('What should be done?').fill('Add 2 to 3 at the server');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(page.getByRole('alertdialog', { name: 'Allow server.add?' })).toContainText(
    `It is sent to ${host.origin}.`,
  );
  expect(server.diary).not.toContain('call add');
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByRole('heading', { name: 'Answer', exact: true })).toBeVisible();
  expect(server.diary.filter((entry) => entry === 'call add')).toHaveLength(1);

  await page.reload();
  await unfold(page);
  await expect(page.getByText('7 of 8 tools in use')).toBeVisible();
  await page.getByRole('button', { name: 'Remove fixture…' }).click();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await expect(page.getByText('Nothing was added yet.')).toBeVisible();
  await page.reload();
  await unfold(page);
  await expect(page.getByText('Nothing was added yet.')).toBeVisible();
  expect(watched.troubles).toEqual([]);
});

test('a server that the policy of the site does not name is not asked, and the page says why', async ({
  page,
  policy,
}) => {
  const server = await startMcpServer('sessions');
  open.push(server);
  const { origin } = new URL(server.url);
  policy.expectReport(/^Connecting to/);
  await new AgentPage(page).open();
  await unfold(page);
  await addServer(page, server.url);
  const says = page.getByText(`The policy of this site forbids its pages to connect to ${origin}.`);
  await expect(says).toBeVisible();
  await expect(page.getByText(`adds ${origin} to remoteOrigins in scripts/headers.mjs`)).toBeVisible();
  expect(server.diary).toEqual([]);
  await page.reload();
  await unfold(page);
  await expect(says).toBeVisible();
});

test('a page that is not isolated tells a server without CORS from one that is not there', async ({
  page,
  policy,
  baseURL,
}) => {
  const closed = await startHttpScript((response) => void response.end());
  await closed.close();
  // Says nothing of who may read it.
  const silent = await startHttpScript((response) => void response.end('{}'));
  open.push(silent);
  const named = policyFor([silent.origin, closed.origin]);
  const host = await startHost({ site: baseURL, server: silent.origin, policy: named, isIsolated: false });
  policy.addHome(host.origin);
  policy.expectRequestsTo(silent.origin);
  policy.expectRequestsTo(closed.origin);
  await page.goto(`${host.origin}/mine.html`);
  await unfold(page);
  await addServer(page, `${silent.origin}/mcp`);
  await expect(page.getByText(`${silent.origin} answers, but does not let this page read it`)).toBeVisible();
  await expect(page.getByText(`The server has to allow the origin ${host.origin}.`)).toBeVisible();
  await addServer(page, `${closed.origin}/mcp`);
  await expect(page.getByText(`Nobody answers at ${closed.origin}.`)).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`the panel is accessible and fits: ${colorScheme}, ${String(width)} px`, async ({
      page,
    }, testInfo) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await new AgentPage(page).open();
      await unfold(page);
      const file = { openapi: '3.1.0', info: { title: 'Pet shop', version: '7' }, paths: pets };
      await page.getByLabel('Or pick a file').setInputFiles({
        name: 'shop.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify({ ...file, servers: [{ url: 'https://api.pets.example' }] })),
      });
      await page.getByText('1 of 2 tools in use').click();
      // Nothing was sent there; the policy in the page says what would become of it.
      await expect(page.getByText('forbids its pages to connect to https://api.pets.example')).toBeVisible();
      await page.screenshot({
        path: testInfo.outputPath(`panel-${colorScheme}-${String(width)}.png`),
        fullPage: true,
      });
      await expectGoodPage(page);
    });
  }
}

const pets = {
  '/pets': {
    get: { operationId: 'listPets', summary: 'Lists pets.' },
    post: { operationId: 'addPet', summary: 'Adds a pet.' },
  },
};
