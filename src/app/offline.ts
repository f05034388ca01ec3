/**
 * Registers the service worker that keeps the site for use without a network, and that adds the isolation headers
 * where a static host sends none. Knows the worker's name and nothing of what it caches.
 */
import { siteRoot } from './site-root.ts';

/** Remembers, for one tab, that the reload below was done: a host where it does not help must not loop. */
const reloadedKey = 'smallworks-isolation-reload';

/**
 * Registers in built sites; does nothing in development, where files change under the cache. Where the page is not
 * cross-origin isolated, it is reloaded once when the worker is in charge, unless `mayReload` says that it would hurt.
 */
export async function registerOffline({ mayReload }: { readonly mayReload: () => boolean }): Promise<void> {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  const root = siteRoot();
  try {
    await navigator.serviceWorker.register(new URL('service.worker.js', root), { scope: root.pathname });
  } catch (error) {
    // Refused by the browser's settings or not reachable: the site works, only not offline.
    console.warn('The site will not work offline: its service worker could not be registered.', error);
    return;
  }
  await navigator.serviceWorker.ready;
  if (window.crossOriginIsolated || sessionStorage.getItem(reloadedKey) !== null || !mayReload()) return;
  sessionStorage.setItem(reloadedKey, '1');
  location.reload();
}
