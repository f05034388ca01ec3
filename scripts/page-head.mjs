/**
 * The head that all pages of the site share, written once in page-head.html and put into each at build time: the way from
 * every page to every other, and the choice of language. Knows pages by their paths; nothing of what they show.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const place = '<!-- page head -->';

/** Pages that are made when the site is built, so that no file of the sources is there for them. */
const builtPages = new Set(['docs/index.html']);

/**
 * Fills the place for the head in a page. Links to pages that are not there are left out.
 * @param {string} html
 * @param {{ readonly path: string, readonly siteRoot: string }} page `path` from the site's root, e.g. `/demos/lab/index.html`
 * @returns {string}
 */
export function withPageHead(html, { path, siteRoot }) {
  if (!html.includes(place)) return html;
  const toRoot = '../'.repeat(path.split('/').length - 2) || './';
  const head = readFileSync(join(import.meta.dirname, 'page-head.html'), 'utf8')
    .split('\n')
    .filter((line) => {
      const target = /href="\{root\}([^"]+)"/.exec(line)?.[1];
      return target === undefined || builtPages.has(target) || existsSync(join(siteRoot, target));
    })
    .join('\n')
    .replace(`"{root}${path.slice(1)}"`, (link) => `${link} aria-current="page"`)
    .replaceAll('{root}', toRoot);
  return html.replace(place, head.trim());
}
