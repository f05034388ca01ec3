/**
 * Where the links of documents lead once they are pages: to another page, to a file of the site, elsewhere on the web. A
 * link to what is not there is a failure. Knows paths; nothing of HTML.
 */
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * The way from one page to another place of the site of documents.
 * @param {string} from path of the page
 * @param {string} to path of the place
 */
export function wayTo(from, to) {
  return posix.relative(posix.dirname(from), to);
}

/**
 * @param {string} from
 * @param {string} href
 * @returns {never}
 */
function refuse(from, href) {
  throw new Error(`${from} links to ${href}, which is not there.`);
}

/**
 * @typedef {object} Linker
 * @property {(source: { readonly file: string, readonly page: string }, href: string) => string | undefined} link
 *   the address of a link; undefined: what it names is in the repository and not on the site.
 * @property {(source: { readonly file: string, readonly page: string }, href: string) => string} image
 *   the address of a picture, which is noted to be copied.
 * @property {ReadonlyMap<string, string>} copies files of the repository, to their places in the site of documents.
 */

/**
 * @param {{ root: string, pages: ReadonlyMap<string, string>, anchors: (file: string) => ReadonlySet<string> }} options
 *   `pages`: documents to their pages; `anchors`: those of a document.
 * @returns {Linker}
 */
export function makeLinker({ root, pages, anchors }) {
  /** @type {Map<string, string>} */
  const copies = new Map();

  return {
    copies,
    link({ file, page }, href) {
      if (href.startsWith('https://')) return href;
      const [path = '', anchor] = href.split('#');
      const target = path === '' ? file : posix.join(posix.dirname(file), path);
      const targetPage = pages.get(target);
      if (targetPage !== undefined) {
        if (anchor !== undefined && !anchors(target).has(anchor)) refuse(file, href);
        const way = target === file ? '' : wayTo(page, targetPage);
        return anchor === undefined ? way : `${way}#${anchor}`;
      }
      if (anchor !== undefined || !existsSync(join(root, target))) refuse(file, href);
      // What is in public/ lies at the root of the site, one folder above the documents.
      if (target.startsWith('public/')) return wayTo(page, target.replace(/^public/, '..'));
      if (target !== 'LICENSE') return undefined;
      copies.set(target, 'licence.txt');
      return wayTo(page, 'licence.txt');
    },
    image({ file, page }, href) {
      const target = posix.join(posix.dirname(file), href);
      if (!existsSync(join(root, target))) refuse(file, href);
      const place = target.replace(/^docs\//, '');
      copies.set(target, place);
      return wayTo(page, place);
    },
  };
}
