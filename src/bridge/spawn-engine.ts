/**
 * Starts the engine's worker. The one place that knows where its script is; bundlers find the worker by this line.
 */
import { workerUrl as givenUrl } from './asset-urls.ts';
import { EngineClient } from './engine-client.ts';
import type { EngineClientOptions } from './engine-client.ts';

/** The worker itself, for those who share it with other tabs. */
export function startEngineWorker(): Worker {
  const url = givenUrl('engine');
  if (url !== undefined) return new Worker(url, { type: 'module' });
  return new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module' });
}

/** A client of fresh workers, nothing loaded yet. `workerUrl` replaces the script, for pages that host their own. */
export function spawnEngine(
  options: EngineClientOptions & { readonly workerUrl?: string | URL } = {},
): EngineClient {
  const { workerUrl } = options;
  const start = workerUrl === undefined ? startEngineWorker : () => new Worker(workerUrl, { type: 'module' });
  return new EngineClient(start, options);
}
