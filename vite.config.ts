import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { buildDocsSite } from './scripts/docs/build-site.mjs';
import { isolationHeaders, pagePolicy, siteHeaders } from './scripts/headers.mjs';
import { withPageHead } from './scripts/page-head.mjs';

const root = import.meta.dirname;

/** Every `demos/NAME/index.html` is a page of the site. */
function demoPages(): Record<string, string> {
  const folder = join(root, 'demos');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const pages = names.map((name) => [`demo-${name}`, join(folder, name, 'index.html')] as const);
  return Object.fromEntries(pages.filter(([, page]) => existsSync(page)));
}

/** Static hosts send no headers: the built pages carry the policy themselves. Development needs inline scripts. */
function policyInPages(): Plugin {
  return {
    name: 'policy-in-pages',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** Before Vite looks for what a page links to: the head has links too. */
function pageHead(): Plugin {
  return {
    name: 'page-head',
    transformIndexHtml: {
      order: 'pre',
      handler: (html, { path }) => withPageHead(html, { path, siteRoot: root }),
    },
  };
}

/** The documents, in a folder of the built site, before the service worker lists what there is. */
function documents(): Plugin {
  return {
    name: 'documents',
    apply: 'build',
    writeBundle: async ({ dir = join(root, 'dist') }) => {
      await buildDocsSite({ root, outDir: join(dir, 'docs') });
    },
  };
}

export default defineConfig({
  // Relative URLs: the site works in any folder of any host.
  base: './',
  // A missing file is a 404, not the home page: the model loader has to notice.
  appType: 'mpa',
  plugins: [
    pageHead(),
    policyInPages(),
    documents(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'workers',
      filename: 'service.worker.ts',
      injectRegister: false,
      // public/manifest.webmanifest is the manifest.
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,mjs,css,wasm,json,webmanifest,svg,png}'],
        // Both engines that may be chosen unasked are there without a network; others are megabytes, and kept once used.
        globIgnores: [
          'models/**',
          '.vite/**',
          'assets/{ort-wasm*asyncify,ort.webgpu,web-llm-adapter,emscripten-module}*.{js,mjs,wasm}',
        ],
        maximumFileSizeToCacheInBytes: 64_000_000,
      },
    }),
  ],
  server: { headers: isolationHeaders },
  preview: { headers: siteHeaders },
  optimizeDeps: { exclude: ['@wllama/wllama', 'onnxruntime-web'] },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    manifest: true,
    // `data:` URLs would break the policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      // The scripts that other pages include keep their exports and their names.
      preserveEntrySignatures: 'exports-only',
      input: {
        index: join(root, 'index.html'),
        ...demoPages(),
        'slm-agent': join(root, 'src/app/element.ts'),
        smallworks: join(root, 'src/index.ts'),
      },
      output: {
        entryFileNames: ({ name }) =>
          name === 'slm-agent' || name === 'smallworks' ? 'assets/[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
});
