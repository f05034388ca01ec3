/**
 * A real HTTP server that misbehaves as told: cuts connections, flips bytes, knows no ranges, changes its file. Runs
 * beside the browser tests for as long as they do, on another origin. Below `given/` it serves what it was given, as a
 * plain host does. Knows no test's purpose.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { troubleBytes } from './trouble-bytes.ts';

/** How one file is served. Positions and lengths in bytes. */
export interface TroublePlan {
  readonly bytes: number;
  /** Content is made from this: equal seeds, equal bytes. */
  readonly seed: number;
  /** `none`: the header is refused to be understood and the whole is sent. */
  readonly ranges?: 'honoured' | 'none';
  /** The connection that sends the n-th byte, counted over all answers, breaks there. */
  readonly cutAt?: readonly number[];
  /** After so many bytes the server says nothing more, until one of its connections is closed by the other side. */
  readonly holdAt?: number;
  /** The first answer that holds this position has one bit of it wrong. */
  readonly flipOnce?: number;
  /** From the n-th request on, the file has other content and another ETag. */
  readonly changesAt?: number;
  /** Requests answered with status 503 before any other. */
  readonly busyFor?: number;
  /** Milliseconds between pieces of 64 KiB. */
  readonly pace?: number;
}

export interface TroubleReport {
  /** The server says nothing more: see `holdAt`. */
  readonly held: boolean;
  /** Bytes of file content sent in all. */
  readonly sentBytes: number;
  /** The Range header of each request, in order; empty: none. */
  readonly requests: readonly string[];
}

interface Served {
  readonly plan: TroublePlan;
  cuts: number[];
  held: boolean;
  released: boolean;
  flipped: boolean;
  sentBytes: number;
  requests: string[];
}

const pieceBytes = 64 * 1024;
const served = new Map<string, Served>();
const contents = new Map<string, Uint8Array>();
/** By path. */
const given = new Map<string, Buffer>();

function contentOf({ bytes, seed }: TroublePlan, changed: boolean): Uint8Array {
  const key = `${String(bytes)} ${String(seed)} ${String(changed)}`;
  const known = contents.get(key) ?? troubleBytes(bytes, changed ? seed + 1 : seed);
  contents.set(key, known);
  return known;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Sends bytes at the plan's pace; breaks the connection where the plan says so. */
async function pour(response: ServerResponse, entry: Served, content: Uint8Array, from: number, to: number) {
  const { plan } = entry;
  for (let at = from; at < to && !response.destroyed;) {
    entry.held = !entry.released && entry.sentBytes >= (plan.holdAt ?? Infinity);
    if (entry.held) {
      await sleep(5);
      continue;
    }
    let end = Math.min(to, at + pieceBytes);
    const left = Math.max(0, (entry.cuts[0] ?? Infinity) - entry.sentBytes);
    const cut = left < end - at;
    if (cut) end = at + left;
    const piece = content.slice(at, end);
    const { flipOnce } = plan;
    if (flipOnce !== undefined && !entry.flipped && flipOnce >= at && flipOnce < end) {
      entry.flipped = true;
      piece[flipOnce - at]! ^= 1;
    }
    entry.sentBytes += piece.length;
    if (piece.length > 0) await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    if (cut) {
      entry.cuts = entry.cuts.slice(1);
      // A little later: what was sent should arrive, as it would on a line that breaks.
      await sleep(20);
      response.destroy();
      return;
    }
    at = end;
    await sleep(plan.pace ?? 0);
  }
  response.end();
}

async function sendFile(request: IncomingMessage, response: ServerResponse, entry: Served): Promise<void> {
  const { plan } = entry;
  const asked = request.headers.range ?? '';
  entry.requests.push(asked);
  if (entry.requests.length <= (plan.busyFor ?? 0)) {
    response.writeHead(503).end();
    return;
  }
  response.once('close', () => {
    // One that was sent to its end closes too, by itself.
    if (entry.held && !response.writableFinished) [entry.held, entry.released] = [false, true];
  });
  const changed = entry.requests.length > (plan.changesAt ?? Infinity);
  const content = contentOf(plan, changed);
  response.setHeader('ETag', changed ? '"second"' : '"first"');
  const range = /^bytes=(\d+)-(\d*)$/.exec(asked);
  if (range === null || plan.ranges === 'none') {
    response.writeHead(200, { 'Content-Length': content.length });
    await pour(response, entry, content, 0, content.length);
    return;
  }
  const from = Number(range[1]);
  const to = range[2] === '' ? content.length : Math.min(content.length, Number(range[2]) + 1);
  response.writeHead(206, {
    'Content-Length': to - from,
    'Content-Range': `bytes ${String(from)}-${String(to - 1)}/${String(content.length)}`,
  });
  await pour(response, entry, content, from, to);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  const { pathname } = new URL(request.url ?? '/', 'http://trouble');
  const [, verb = '', id = ''] = pathname.split('/');
  if (verb === 'given') {
    if (request.method === 'POST') given.set(pathname, await readBody(request));
    const body = given.get(pathname);
    response.writeHead(body === undefined ? 404 : 200).end(body);
    return;
  }
  if (verb === 'plan') {
    const plan = JSON.parse((await readBody(request)).toString('utf8')) as TroublePlan;
    const cuts = [...(plan.cutAt ?? [])];
    served.set(id, {
      plan,
      cuts,
      held: false,
      released: false,
      flipped: false,
      sentBytes: 0,
      requests: [],
    });
    response.end();
    return;
  }
  const entry = served.get(id);
  if (entry === undefined) response.writeHead(404).end();
  else if (verb === 'report') response.end(JSON.stringify(entry));
  else await sendFile(request, response, entry);
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server: Server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('troubleServer', `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the server, without a slash at its end. */
    troubleServer: string;
  }
}
