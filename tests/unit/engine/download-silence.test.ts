/** A line that falls silent: the server keeps the connection open, and nothing comes any more. A real server, real requests. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { downloadFile } from '../../../src/engine/download-file.ts';
import type { DownloadOptions } from '../../../src/engine/download-file.ts';
import { addSpan } from '../../../src/engine/spans.ts';
import type { Span } from '../../../src/engine/spans.ts';
import { faultCodes } from '../../../src/protocol/fault.ts';

const content = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that sends `sent` bytes of each of its first `silences` answers and then nothing; the URL, and its requests. */
async function serve(silences: number, sent: number): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.range ?? '');
    const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(asked.at(-1) ?? '') ?? [];
    const body = content.subarray(Number(from), Number(to) + 1);
    response.writeHead(206, {
      'Content-Range': `bytes ${from}-${to}/${content.length}`,
      'Content-Length': body.length,
      ETag: '"one"',
    });
    if (asked.length <= silences) response.write(body.subarray(0, sent));
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`, asked };
}

class MemoryPart implements Pick<DownloadOptions['part'], 'spans' | 'origin'> {
  readonly bytes = new Uint8Array(content.length);
  spans: readonly Span[] = [];
  origin: DownloadOptions['part']['origin'];
  setOrigin(origin: NonNullable<DownloadOptions['part']['origin']>): void {
    this.origin = origin;
  }
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void {
    this.bytes.set(bytes, at);
    this.spans = addSpan(this.spans, { start: at, end: at + bytes.length });
  }
  reset(): void {
    this.spans = [];
  }
}

function optionsFor(url: string, part: MemoryPart): DownloadOptions {
  const { signal } = new AbortController();
  return {
    part,
    url,
    name: 'file',
    fileBytes: content.length,
    signal,
    onBytes: () => undefined,
    silenceMs: 300,
  };
}

test('is given up, and the rest asked for again', async () => {
  const { url, asked } = await serve(1, 30_000);
  const part = new MemoryPart();
  await downloadFile(optionsFor(url, part));
  expect(part.bytes).toEqual(content);
  expect(asked).toEqual(['bytes=0-99999', 'bytes=30000-99999']);
});

test('that stays silent ends in a fault that says so', async () => {
  const { url } = await serve(Infinity, 0);
  await expect(downloadFile(optionsFor(url, new MemoryPart()))).rejects.toMatchObject({
    code: faultCodes.modelUnavailable,
    reason: 'Nothing came for 0.3 seconds.',
  });
});
