/** The site is served as a good host would: isolated, under its policy, missing files missing, on a port that is free. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { serveSite } from '../../../scripts/serve.mjs';

const root = mkdtempSync(join(tmpdir(), 'serve-site-'));
mkdirSync(join(root, 'dist', 'models'), { recursive: true });
writeFileSync(join(root, 'dist', 'index.html'), '<title>home</title>');
writeFileSync(join(root, 'dist', 'models', 'tiny.gguf'), '0123456789');

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('headers, ranges, and no home page in place of a missing file', async () => {
  const { port, close } = await serveSite({ root, port: 0 });
  try {
    const home = await fetch(`http://127.0.0.1:${port}/`);
    expect(await home.text()).toContain('<title>home</title>');
    expect(home.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(home.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(home.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval';");

    const file = `http://127.0.0.1:${port}/models/tiny.gguf`;
    const part = await fetch(file, { headers: { range: 'bytes=4-' } });
    expect([part.status, await part.text()]).toEqual([206, '456789']);
    expect((await fetch(`${file}.missing`)).status).toBe(404);
  } finally {
    await close();
  }
});

test('a port that is taken is passed over', async () => {
  const first = await serveSite({ root, port: 0 });
  const second = await serveSite({ root, port: first.port });
  try {
    expect(second.port).not.toBe(first.port);
    expect((await fetch(`http://127.0.0.1:${second.port}/`)).status).toBe(200);
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
});
