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

/** Same policy as the `<meta>` of the pages; workers take theirs from this header. */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export const siteHeaders = { ...isolationHeaders, 'Content-Security-Policy': contentSecurityPolicy };
