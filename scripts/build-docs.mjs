/**
 * `npm run docs`: the site of documents in dist/docs/, beside the demo site. `npm run build` makes it too.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDocsSite } from './docs/build-site.mjs';
import { explain } from './failure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const started = Date.now();
try {
  const { pages } = await buildDocsSite({ root, outDir: join(root, 'dist', 'docs') });
  console.log(`${pages} pages in dist/docs, made in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
