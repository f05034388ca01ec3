/**
 * What a page said about where workers and WASM files lie. One for the whole page, because a worker may be started by
 * whoever needs it first. Knows addresses; starts nothing.
 */
import type { AssetUrls, WasmUrls, WorkerUrls } from '../protocol/asset-urls.ts';

let overrides: AssetUrls = {};

/** Replaces what was said before. Counts for workers and models that start afterwards. */
export function overrideAssetUrls(urls: AssetUrls): void {
  overrides = urls;
}

/** Where the page keeps this worker's script, or undefined: it came along. */
export function workerUrl(worker: keyof WorkerUrls): string | undefined {
  return overrides.workers?.[worker];
}

/** The field of a load request that tells a worker where its WASM files lie. */
export function wasmField(): { readonly wasmUrls?: WasmUrls } {
  return overrides.wasm === undefined ? {} : { wasmUrls: overrides.wasm };
}
