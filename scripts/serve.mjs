/**
 * Serves a built site on loopback as a host that sends the right headers would: cross-origin isolation and the content
 * security policy. Knows nothing of building.
 */
import { join } from 'node:path';
import { preview } from 'vite';
import { siteHeaders } from './headers.mjs';

/**
 * Starts the server.
 * @param {{ root: string, folder?: string, port: number }} options `folder`: what is served, dist/ unless told. `port`: the
 *   next free one is taken where it is in use; 0 is any.
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function serveSite({ root, folder = join(root, 'dist'), port }) {
  const server = await preview({
    root,
    configFile: false,
    logLevel: 'error',
    // A missing file is a 404, not the home page: the model loader has to notice.
    appType: 'mpa',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port, strictPort: false, headers: siteHeaders },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { port: address.port, close: () => server.close() };
}
