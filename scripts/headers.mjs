/**
 * The response headers that the site is served with, in development, preview and tests alike.
 * Cross-origin isolation gives SharedArrayBuffer, and with it threads for WASM.
 */

/** Makes a page cross-origin isolated. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * Origins beside its own that the site's pages may talk to, e.g. `https://models.example.org`. None: what a page is
 * told stays in the browser. A host that lets its users opt into remote models names their servers here and builds.
 * @type {readonly string[]}
 */
const remoteOrigins = [];

/**
 * The content security policy of the site. An origin added here is one a page may connect to, and nothing more:
 * scripts, styles and images stay its own.
 * @param {readonly string[]} origins
 * @returns {string}
 * @throws {Error} where one is no origin, or is neither encrypted nor this machine.
 */
export function policyFor(origins) {
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined;
    const isSafe =
      url?.protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url?.hostname ?? '');
    if (url?.origin !== origin || !isSafe || origin.includes('*')) {
      throw new Error(`connect-src takes https origins only, such as https://models.example.org: ${origin}`);
    }
  }
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    ["connect-src 'self' blob:", ...origins].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** What workers take from the header; the pages hold more in their `<meta>`. */
const contentSecurityPolicy = policyFor(remoteOrigins);

/**
 * The policy in the `<meta>` of the pages. A text becomes HTML through Lit's templates alone, and the address of a script
 * through the site's one rule (src/app/trusted-scripts). Not for workers: the runtimes in them start their own threads by
 * plain addresses.
 */
export const pagePolicy = [
  contentSecurityPolicy,
  "require-trusted-types-for 'script'",
  'trusted-types lit-html default',
].join('; ');

export const siteHeaders = { ...isolationHeaders, 'Content-Security-Policy': contentSecurityPolicy };
