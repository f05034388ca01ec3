/**
 * Keeps the site for use without a network: pages, scripts, workers, WASM and the catalogue are cached when it is
 * installed and answered from there; builds of engines that are rarely chosen are cached when they are first used. Model
 * weights are not: the engine keeps them itself, checked, in the private file system. Every answer carries the site's headers, so a host that sends none still gives an isolated page.
 * Tabs without a SharedWorker find each other through it.
 * A new version takes over when the last tab of the old one is closed: a tab never sees scripts of two versions.
 */
/// <reference lib="webworker" />
import { clientsClaim } from 'workbox-core';
import type { WorkboxPlugin } from 'workbox-core/types.js';
import { ExpirationPlugin } from 'workbox-expiration';
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';
import { siteHeaders } from '../scripts/headers.mjs';

declare const self: ServiceWorkerGlobalScope;

/** The same answer with the site's headers on it. */
function withSiteHeaders(response: Response): Response {
  // Answers without a readable body, e.g. to a redirect in manual mode, cannot be made again.
  if (response.type === 'opaque' || response.type === 'opaqueredirect') return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(siteHeaders)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

interface Relayed {
  readonly type: 'smallworks-relay';
  /** A client's id; absent: every window of this site. */
  readonly to?: string;
  readonly body: unknown;
}

function isRelayed(value: unknown): value is Relayed {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'smallworks-relay';
}

/** Passes a message, and a port, from one tab to another, where the browser has no SharedWorker to do it. */
async function relay({ to, body }: Relayed, from: string, ports: readonly MessagePort[]): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  for (const client of windows) {
    if (to === undefined || client.id === to) client.postMessage({ from, body }, [...ports]);
  }
}

self.addEventListener('message', (event) => {
  const data: unknown = event.data;
  if (!isRelayed(data) || !(event.source instanceof WindowClient)) return;
  event.waitUntil(relay(data, event.source.id, event.ports));
});

const siteHeadersPlugin = {
  handlerWillRespond: ({ response }: { response: Response }) => Promise.resolve(withSiteHeaders(response)),
};
/** Files of engines that few pages use, kept once one did: two versions of each, as their names change with them. */
const mostEngineFiles = 24;

addPlugins([siteHeadersPlugin]);
precacheAndRoute(self.__WB_MANIFEST);
registerRoute(
  ({ sameOrigin, url }) => sameOrigin && url.pathname.includes('/assets/'),
  new CacheFirst({
    cacheName: 'smallworks-engines',
    // Its types allow undefined where the plugin interface does not.
    plugins: [siteHeadersPlugin, new ExpirationPlugin({ maxEntries: mostEngineFiles }) as WorkboxPlugin],
  }),
);
cleanupOutdatedCaches();
clientsClaim();
