/**
 * A TypeScript module as the build makes it: one file, imports resolved. What is timed has to run so; imported file by
 * file, every call of an imported function goes through a getter. Knows Vite; nothing of the module.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Bundles a module and imports it.
 * @param {{ root: string, entry: string, name: string }} options `entry`: below the root; `name`: of the file in `.cache`.
 * @returns {Promise<unknown>}
 */
export async function importBundled({ root, entry, name }) {
  const { build } = await import('vite');
  const outDir = join(root, '.cache', 'bundled', name);
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(root, entry),
      outDir,
      emptyOutDir: true,
      minify: false,
      target: 'es2023',
      rolldownOptions: { output: { entryFileNames: 'module.mjs' } },
    },
  });
  return import(`${pathToFileURL(join(outDir, 'module.mjs')).href}?${Date.now()}`);
}
