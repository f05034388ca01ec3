/**
 * What every page of the documents has around its text: the head of the site, the search box, the contents, the way on and
 * back. Knows HTML; nothing of what the text says.
 */
import { pagePolicy } from '../headers.mjs';
import { withPageHead } from '../page-head.mjs';
import { escapeHtml } from './highlight.mjs';
import { wayTo } from './links.mjs';

/**
 * @typedef {object} PageLink
 * @property {string} page
 * @property {string} title
 */

/**
 * @typedef {object} Page
 * @property {string} page its path.
 * @property {string} title
 * @property {string} html of its article.
 * @property {readonly { readonly id: string, readonly title: string }[]} headings what is on it, for the side.
 */

/**
 * @typedef {object} Frame what the pages share.
 * @property {string} root of the repository.
 * @property {readonly { readonly title: string, readonly links: readonly PageLink[] }[]} contents
 * @property {readonly PageLink[]} order of the pages, for the way on and back.
 * @property {string} script path in the site of documents.
 * @property {readonly string[]} styles
 * @property {string} searchIndex
 */

/**
 * @param {Frame} frame
 * @param {string} page
 */
function contentsOf({ contents }, page) {
  const groups = contents.map(({ title, links }) => {
    const items = links.map((link) => {
      const current = link.page === page ? ' aria-current="page"' : '';
      return `<li><a href="${wayTo(page, link.page)}"${current}>${escapeHtml(link.title)}</a></li>`;
    });
    return `<h2>${escapeHtml(title)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
  });
  return `<nav class="contents" id="contents" aria-label="Documentation">\n${groups.join('\n')}\n</nav>`;
}

/**
 * @param {Frame} frame
 * @param {string} page
 */
function waysOf({ order }, page) {
  const place = order.findIndex((link) => link.page === page);
  if (place === -1) return '';
  const ways = [
    { link: order[place - 1], rel: 'prev', says: 'Previous' },
    { link: order[place + 1], rel: 'next', says: 'Next' },
  ].map(({ link, rel, says }) =>
    link === undefined
      ? ''
      : `<a rel="${rel}" href="${wayTo(page, link.page)}"><span>${says}</span> ${escapeHtml(link.title)}</a>`,
  );
  return `<nav class="ways" aria-label="Previous and next">${ways.join('')}</nav>`;
}

/** @param {Page['headings']} headings */
function headingsOf(headings) {
  if (headings.length < 2) return '';
  const items = headings.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`);
  return `<nav class="here" aria-label="On this page">\n<h2>On this page</h2>\n<ul>\n${items.join('\n')}\n</ul>\n</nav>`;
}

/** The head of the site, without the choice of language: documents are in English. */
const siteHead = (/** @type {{ root: string, page: string }} */ { root, page }) =>
  withPageHead('<!-- page head -->', { path: `/docs/${page}`, siteRoot: root })
    .replace(/\s*<label class="language">.*?<\/label>/s, '')
    .replace(/(?<=href="[^"]*docs\/index\.html") (?=data-text)/, ' aria-current="true" ');

/**
 * A whole page.
 * @param {Frame} frame
 * @param {Page} page
 * @returns {string}
 */
export function framePage(frame, { page, title, html, headings }) {
  const toRoot = wayTo(page, 'index.html').replace('index.html', '') || './';
  const styles = frame.styles
    .map((path) => `<link rel="stylesheet" href="${toRoot}${path}" />`)
    .join('\n    ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta http-equiv="Content-Security-Policy" content="${pagePolicy}" />
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeHtml(title)} · smallworks documentation</title>
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="${toRoot}../icon.svg" type="image/svg+xml" />
    ${styles}
    <script type="module" src="${toRoot}${frame.script}"></script>
  </head>
  <body>
${siteHead({ root: frame.root, page })}
<div class="pages">
<search class="search" hidden data-root="${toRoot}" data-index="${frame.searchIndex}">
<label for="search">Search the documentation</label>
<input id="search" type="search" autocomplete="off" spellcheck="false" />
<p class="found" role="status"></p>
<ol class="results"></ol>
</search>
<main>
<p class="to-contents"><a href="#contents">Contents</a></p>
<article>
${html}
</article>
${waysOf(frame, page)}
</main>
${headingsOf(headings)}
${contentsOf(frame, page)}
</div>
  </body>
</html>
`;
}
