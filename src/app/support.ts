/**
 * What this browser, and the way this page is served, can do. Probes features, never user agents.
 * Knows nothing of what is done with a gap (ui/support-panel shows it).
 */
import type { SupportGap } from '../ui/support-gap.ts';

/** The smallest modules that use a feature: `validate` says no where it is missing. Nothing is compiled. */
const simdModule = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);
const exceptionsModule = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11,
]);

const newerBrowser = 'Use a current Chrome, Edge, Firefox or Safari.';

/** A blocking gap's remedy is nearly always the same. */
function blocking(feature: string, effect: string, remedy = newerBrowser): SupportGap {
  return { feature, severity: 'blocking', effect, remedy };
}

/** What is missing; empty where all is there. Never rejects. */
export async function findGaps(scope: typeof globalThis = globalThis): Promise<readonly SupportGap[]> {
  const gaps: SupportGap[] = [];
  if (!scope.isSecureContext) {
    const effect =
      'Browsers offer workers with storage only to pages that came over HTTPS or from this machine.';
    gaps.push(blocking('A secure connection', effect, 'Open this page through HTTPS or localhost.'));
  }
  if (typeof scope.Worker !== 'function') gaps.push(blocking('Web workers', 'The model runs in one.'));
  if (!validates(scope, simdModule))
    gaps.push(blocking('WebAssembly SIMD', 'The model is computed with it.'));
  if (!validates(scope, exceptionsModule)) {
    gaps.push(blocking('WebAssembly exceptions', 'The engine is compiled with them.'));
  }
  if (typeof scope.indexedDB !== 'object') {
    gaps.push(
      blocking('IndexedDB', 'Every step is written down there before a tool runs.', 'Leave private mode.'),
    );
  }
  if (!(await hasFileSystem(scope))) {
    gaps.push(
      blocking(
        'The private file system',
        'The model file is kept there.',
        `Leave private mode. ${newerBrowser}`,
      ),
    );
  }
  if (scope.isSecureContext && !scope.crossOriginIsolated) {
    gaps.push({
      feature: 'Cross-origin isolation',
      severity: 'limiting',
      effect: 'The model has one thread instead of several and is slower.',
      remedy: 'Serve the page with the headers COOP same-origin and COEP require-corp, or reload it once.',
    });
  }
  return gaps;
}

function validates(scope: typeof globalThis, module: Uint8Array<ArrayBuffer>): boolean {
  return typeof scope.WebAssembly === 'object' && scope.WebAssembly.validate(module);
}

async function hasFileSystem(scope: typeof globalThis): Promise<boolean> {
  const storage = scope.navigator.storage as StorageManager | undefined;
  if (typeof storage?.getDirectory !== 'function') return false;
  try {
    await storage.getDirectory();
    return true;
  } catch (error) {
    // Refused, as in some private modes: to this page that is the same as not there.
    if (error instanceof DOMException) return false;
    throw error;
  }
}
