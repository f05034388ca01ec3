/**
 * Keeps the site for use without a network: pages, scripts, workers, WASM and the catalogue are cached when it is
 * installed and answered from there. Model weights are not: the engine keeps them itself, checked, in the private
 * file system. Every answer carries the site's headers, so a host that sends none still gives an isolated page.
 * A new version takes over when the last tab of the old one is closed: a tab never sees scripts of two versions.
 */
/// <reference lib="webworker" />
import { clientsClaim } from 'workbox-core';
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
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

addPlugins([{ handlerWillRespond: ({ response }) => Promise.resolve(withSiteHeaders(response)) }]);
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
clientsClaim();
