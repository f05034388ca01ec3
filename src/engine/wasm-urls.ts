/**
 * Where this thread's WASM files lie. A thread serves one page, or tabs of one site: what the last load said counts.
 */
import type { WasmUrls } from '../protocol/asset-urls.ts';

let overrides: WasmUrls = {};

/** Absent: the files that came along. An engine that has started keeps its files. */
export function useWasmUrls(urls: WasmUrls = {}): void {
  overrides = urls;
}

/** The addresses that were given. */
export function givenWasmUrls(): WasmUrls {
  return overrides;
}
