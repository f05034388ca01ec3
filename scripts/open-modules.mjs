/**
 * TypeScript modules of this repository, imported by Vite while a piece of work is done. Knows Vite; nothing of the modules.
 */
import { join } from 'node:path';

/**
 * Imports a module, hands it on, and closes when the work is done: until then what it imports later is found too.
 * @template Result
 * @param {{ root: string, entry: string, work: (module: unknown) => Promise<Result> }} options `entry`: below the root.
 * @returns {Promise<Result>}
 */
export async function withModule({ root, entry, work }) {
  const { createServer } = await import('vite');
  const server = await createServer({
    configFile: false,
    root,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  try {
    return await work(await server.ssrLoadModule(join(root, entry)));
  } finally {
    await server.close();
  }
}
