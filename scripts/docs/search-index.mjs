/**
 * The index that the search box asks, made when the site is built: a section of a page is what is found. Knows sections;
 * nothing of how the index is asked.
 */
import MiniSearch from 'minisearch';
import { searchOptions } from './page/search-options.mjs';

/** Characters of a section that a result shows. */
const excerptLength = 160;

/** @param {string} text */
function excerptOf(text) {
  if (text.length <= excerptLength) return text;
  const cut = text.slice(0, excerptLength);
  return `${cut.slice(0, cut.lastIndexOf(' '))} …`;
}

/**
 * @param {readonly { readonly page: string, readonly title: string,
 *   readonly sections: readonly { readonly id: string, readonly title: string, readonly text: string,
 *     readonly prose?: string }[] }[]} pages
 * @returns {string} JSON.
 */
export function makeSearchIndex(pages) {
  const index = new MiniSearch(searchOptions);
  index.addAll(
    pages.flatMap(({ page, title, sections }) =>
      sections.map((section) => ({
        id: section.id === '' ? page : `${page}#${section.id}`,
        page: title,
        title: section.title,
        text: section.text,
        excerpt: excerptOf(section.prose || section.text),
      })),
    ),
  );
  return JSON.stringify(index);
}
