/**
 * What a page says of where its files lie reaches those who start workers, and counts until it says otherwise.
 */
import { afterEach, expect, test } from 'vitest';
import { overrideAssetUrls, wasmField, workerUrl } from '../../../src/bridge/asset-urls.ts';
import { spawnEngine } from '../../../src/bridge/spawn-engine.ts';
import { givenWasmUrls, useWasmUrls } from '../../../src/engine/wasm-urls.ts';

const started: string[] = [];

class NotedWorker extends EventTarget {
  constructor(url: string | URL) {
    super();
    started.push(String(url));
  }

  terminate(): void {
    started.push('terminated');
  }
}

afterEach(() => {
  overrideAssetUrls({});
  useWasmUrls();
  started.length = 0;
});

test('without a word, files that came along are used', () => {
  expect(workerUrl('engine')).toBeUndefined();
  expect(wasmField()).toEqual({});
});

test('a worker is started from the address that was given', () => {
  overrideAssetUrls({ workers: { engine: 'https://example.org/engine.js' } });
  const original = globalThis.Worker;
  globalThis.Worker = NotedWorker as unknown as typeof Worker;
  try {
    spawnEngine().dispose();
  } finally {
    globalThis.Worker = original;
  }
  expect(started).toEqual(['https://example.org/engine.js', 'terminated']);
  expect(workerUrl('files')).toBeUndefined();
});

test('WASM addresses travel with the load, and the last load counts', () => {
  overrideAssetUrls({ wasm: { wllama: 'https://example.org/w.wasm' } });
  const { wasmUrls } = wasmField();
  useWasmUrls(wasmUrls);
  expect(givenWasmUrls().wllama).toBe('https://example.org/w.wasm');
  useWasmUrls();
  expect(givenWasmUrls()).toEqual({});
});
