/** The page that is measured, built as the site is, into a folder of its own: nothing of it ships. */
import { join } from 'node:path';
import { defineConfig } from 'vite';

const root = join(import.meta.dirname, '..');

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: join(root, 'public'),
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    outDir: join(root, '.cache', 'bench'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 5000,
  },
});
