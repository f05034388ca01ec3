/**
 * How the documents are searched: the same for making the index, in Node, and for asking it, on the page.
 */

/**
 * @typedef {object} SearchEntry one section of a page, or one name of the API.
 * @property {string} id its address, from the root of the documents.
 * @property {string} page title of its page.
 * @property {string} title of the section.
 * @property {string} text
 * @property {string} excerpt the first words, which are shown.
 */

/** A word of code such as `createSession` is found by its parts as well. */
const humps = /(?<=[a-z0-9])(?=[A-Z])/;

/**
 * @param {string} text
 * @returns {string[]}
 */
function tokenize(text) {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.flatMap((word) => {
    const parts = word.split(humps);
    return parts.length > 1 ? parts.concat(word) : word;
  });
}

export const searchOptions = {
  fields: ['title', 'page', 'text'],
  storeFields: ['page', 'title', 'excerpt'],
  tokenize,
  searchOptions: {
    boost: { title: 4, page: 2 },
    prefix: (/** @type {string} */ term) => term.length > 2,
    fuzzy: (/** @type {string} */ term) => (term.length > 5 ? 0.15 : false),
    combineWith: /** @type {const} */ ('AND'),
  },
};
