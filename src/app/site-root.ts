/**
 * Where the site lies. Worked out from where this script lies: pages at any depth, and pages of others that embed the
 * element, find the catalogue and the models without being told. Built scripts lie in `assets/`. In the npm package nobody
 * knows where a bundler puts this script, so there it is the folder of the page.
 */

/** Absolute URL of the site's folder, ends with `/`. */
export function siteRoot(): URL {
  if (import.meta.env.MODE === 'package') return new URL('./', document.baseURI);
  // Kept out of the URL constructor: bundlers read `new URL('…', import.meta.url)` as an asset to copy.
  const here: string = import.meta.url;
  return new URL(import.meta.env.DEV ? '../../' : '../', here);
}
