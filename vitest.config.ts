import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, findChromium } from './scripts/chromium.mjs';
import { isolationHeaders } from './scripts/headers.mjs';

const chromium = findChromium();

export default defineConfig({
  server: { headers: isolationHeaders },
  // Found at the first run only, a dependency would reload the page in the middle of a test.
  optimizeDeps: {
    exclude: ['@wllama/wllama', 'onnxruntime-web'],
    include: [
      '@hpke/core',
      '@cfworker/json-schema',
      '@eslint-community/regexpp',
      '@mlc-ai/web-xgrammar',
      '@huggingface/tokenizers',
      '@jitl/quickjs-wasmfile-release-sync',
      '@lit/localize',
      '@mlc-ai/web-llm',
      '@noble/hashes/hmac.js',
      '@noble/hashes/sha2.js',
      '@noble/hashes/sha3.js',
      '@noble/hashes/utils.js',
      '@scure/base',
      '@tanstack/lit-virtual',
      '@modelcontextprotocol/client',
      'chrono-node/en',
      'comlink',
      'eld/small',
      'fflate',
      'hash-wasm',
      'hyparquet-writer',
      'idb',
      'libphonenumber-js/min',
      'lit',
      'lit/directives/keyed.js',
      'lit/directives/live.js',
      'lit/directives/repeat.js',
      'mathjs',
      'mathjs/number',
      'minisearch',
      'obscenity',
      'quickjs-emscripten-core',
      'umap-js',
      'uuid',
      'zod/v4/core',
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/architecture.test.ts', 'tests/unit/**/*.test.ts'],
          // A bound against hanging, not a measurement: property tests take long on a busy machine.
          testTimeout: 60_000,
          maxWorkers: availableParallelism(),
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/contract/**/*.test.ts', 'tests/browser/**/*.test.ts'],
          globalSetup: ['tests/browser/trouble-server.ts', 'tests/browser/mcp-server.ts'],
          provide: { everyCut: process.env['SMALLWORKS_LONG_TESTS'] === '1' },
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                args: [...chromiumFlags],
                ...(chromium === undefined ? {} : { executablePath: chromium }),
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
