import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchPage } from '../../../src/tools/builtin/fetch-page.ts';
import { invokeTool } from '../../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../../src/tools/registry.ts';

let origin = '';
const seen: string[] = [];
const server = createServer((request, response) => {
  seen.push(request.url ?? '');
  switch (request.url) {
    case '/notes.txt':
      response.setHeader('content-type', 'text/plain; charset=utf-8').end('Grüße from the server');
      break;
    case '/data.json':
      response.setHeader('content-type', 'application/json').end('{"a":1}');
      break;
    case '/long.txt':
      response.setHeader('content-type', 'text/plain').end('word '.repeat(2000));
      break;
    case '/huge.txt':
      response.setHeader('content-type', 'text/plain').end('x'.repeat(2 * 1024 * 1024));
      break;
    case '/picture':
      response.setHeader('content-type', 'image/png').end('x');
      break;
    case '/moved':
      response.writeHead(302, { location: 'https://elsewhere.example/' }).end();
      break;
    case '/slow':
      // Never answers.
      break;
    default:
      response.writeHead(404).end();
  }
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function read(url: string, signal?: AbortSignal) {
  const outcome = await invokeTool({
    tools: createRegistry([fetchPage(() => `${origin}/index.html`)]),
    call: { name: 'fetch_page', arguments: { url } },
    callId: 'c',
    ...(signal === undefined ? {} : { signal }),
  });
  return outcome.type === 'ok' ? outcome.value : outcome.fault;
}

describe('pages of this origin', () => {
  test('text and JSON are read, by path or in full', async () => {
    expect(await read('/notes.txt')).toEqual({ url: `${origin}/notes.txt`, text: 'Grüße from the server' });
    expect(await read(`${origin}/data.json`)).toMatchObject({ text: '{"a":1}' });
  });

  test('a long page is cut, and says so', async () => {
    expect(await read('/long.txt')).toMatchObject({ cut: true, text: expect.stringMatching(/^word word/) });
  });

  test.each([
    ['/huge.txt', /larger than 1024 KiB/],
    ['/picture', /is not text but image\/png/],
    ['/moved', /leads to another address/],
    ['/none', /answered 404/],
  ])('%s is refused', async (url, message) => {
    expect(await read(url)).toMatchObject({ code: 'tool-failed', message: expect.stringMatching(message) });
  });

  test('a page that never comes can be stopped', async () => {
    const controller = new AbortController();
    const reading = read('/slow', controller.signal);
    setTimeout(() => controller.abort(), 20);
    expect(await reading).toMatchObject({ code: 'aborted' });
  });
});

describe('anything else is refused before a request is made', () => {
  test.each([
    ['https://elsewhere.example/', /is another site/],
    ['//elsewhere.example/x', /is another site/],
    ['file:///etc/passwd', /"file:" addresses/],
    ['javascript:alert(1)', /"javascript:" addresses/],
    ['data:text/plain,x', /"data:" addresses/],
    ['http://[', /is not a URL/],
  ])('%s', async (url, message) => {
    const before = seen.length;
    expect(await read(url)).toMatchObject({ code: 'tool-failed', message: expect.stringMatching(message) });
    expect(seen).toHaveLength(before);
  });

  test('a user name, also on this host; another port', async () => {
    const before = seen.length;
    expect(await read(origin.replace('//', '//me:secret@'))).toMatchObject({
      message: expect.stringMatching(/user name/),
    });
    expect(await read('http://127.0.0.1:1/')).toMatchObject({
      message: expect.stringMatching(/is another site/),
    });
    expect(seen).toHaveLength(before);
  });
});
