/**
 * The site's one rule on addresses that code is loaded from: this site's own, and blobs that it made. Pages ask for it
 * (`require-trusted-types-for` in their policy): with it, a text becomes the script of a worker here or nowhere, and never
 * HTML or code. Workers have no such rule: the runtimes in them start threads of their own.
 * For pages of this site; a page that embeds the element has its own rules.
 */

/** Throws a TypeError where the address is another site's. */
export function ownScriptUrl(url: string, base: string): string {
  const { protocol, origin } = new URL(url, base);
  const { origin: own } = new URL(base);
  // A blob's origin is that of the page that made it.
  if (origin === own && (protocol === new URL(base).protocol || protocol === 'blob:')) return url;
  throw new TypeError(`Scripts come from this site only, and this is another's: ${origin}`);
}

/** The part of the Trusted Types API that is used; not in TypeScript's DOM library. */
interface TrustedTypesScope {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): unknown;
  };
}

let isTrusted = false;

/** Once in a page, before its first worker. Without Trusted Types in the browser it does nothing. */
export function trustOwnScripts(): void {
  if (isTrusted) return;
  isTrusted = true;
  const { trustedTypes } = globalThis as TrustedTypesScope;
  trustedTypes?.createPolicy('default', { createScriptURL: (url) => ownScriptUrl(url, location.href) });
}
