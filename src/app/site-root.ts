/**
 * Where the site lies, worked out from where this script lies: pages at any depth, and pages of others that embed
 * the element, find the catalogue and the models without being told. Built scripts lie in `assets/`.
 */

/** Absolute URL of the site's folder, ends with `/`. */
export function siteRoot(): URL {
  // Kept out of the URL constructor: bundlers read `new URL('…', import.meta.url)` as an asset to copy.
  const here: string = import.meta.url;
  return new URL(import.meta.env.DEV ? '../../' : '../', here);
}
