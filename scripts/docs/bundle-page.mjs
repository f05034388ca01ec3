/**
 * The script and the style sheet of the documents' pages, as files beside them. Knows Vite; nothing of what is in them.
 */
import { join } from 'node:path';

/**
 * Empties the folder, and writes the files into its `assets`.
 * @param {{ root: string, outDir: string }} options
 * @returns {Promise<{ script: string, styles: readonly string[] }>} their paths in the folder.
 */
export async function bundlePage({ root, outDir }) {
  const { build } = await import('vite');
  const built = await build({
    configFile: false,
    root,
    base: './',
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, 'scripts/docs/page/docs-page.ts') },
    },
  });
  const { output } = /** @type {import('rolldown').RolldownOutput} */ (
    Array.isArray(built) ? built[0] : built
  );
  const script = output.find((file) => file.type === 'chunk' && file.isEntry)?.fileName;
  if (script === undefined) throw new Error('The pages of the documents have no script.');
  return { script, styles: output.flatMap(({ fileName }) => (fileName.endsWith('.css') ? [fileName] : [])) };
}
