/**
 * The site of documents: every Markdown document of the repository and the API of the package, as pages that need no server
 * and no network. Joins what reads, renders and frames; a dead link, a missing picture or a name without a comment fails it.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { readApi } from './api/read-api.mjs';
import { renderApi } from './api/render-api.mjs';
import { bundlePage } from './bundle-page.mjs';
import { decisionsGroup, listDocuments } from './contents.mjs';
import { escapeHtml } from './highlight.mjs';
import { makeLinker } from './links.mjs';
import { framePage } from './page-frame.mjs';
import { readSections, renderMarkdown } from './render-markdown.mjs';
import { makeSearchIndex } from './search-index.mjs';

const searchIndex = 'search-index.json';

/**
 * A document as a page, without its frame.
 * @param {import('./contents.mjs').DocumentSource} source
 * @param {import('./links.mjs').Linker} linker
 */
function renderDocument(source, { link, image }) {
  try {
    const { html, title, sections } = renderMarkdown({
      text: source.text,
      linkTo: (href) => link(source, href),
      imageAt: (href) => image(source, href),
    });
    const headings = sections.filter(({ depth }) => depth === 2);
    return { page: source.page, group: source.group, title, html, headings, sections };
  } catch (error) {
    throw new SetupFailure({
      what: `${source.file} cannot become a page.`,
      why: error instanceof Error ? error.message : String(error),
      remedy: 'Correct what is named there.',
      cause: error,
    });
  }
}

/**
 * The documents as pages, with the files that they show.
 * @param {string} root
 */
export function renderDocuments(root) {
  const sources = listDocuments({ root });
  /** @type {Map<string, ReadonlySet<string>>} */
  const known = new Map();
  const anchors = (/** @type {string} */ file) => {
    let ids = known.get(file);
    if (ids === undefined) {
      const text = sources.find((source) => source.file === file)?.text ?? '';
      ids = new Set(readSections(text).map(({ id }) => id));
      known.set(file, ids);
    }
    return ids;
  };
  const linker = makeLinker({ root, pages: new Map(sources.map(({ file, page }) => [file, page])), anchors });
  return { pages: sources.map((source) => renderDocument(source, linker)), copies: linker.copies };
}

/**
 * The first page: every other one, with its first words.
 * @param {readonly { readonly title: string, readonly links: readonly { page: string, title: string, text?: string | undefined }[] }[]} groups
 */
function contentsPage(groups) {
  const lists = groups.map(({ title, links }) => {
    const items = links.map(({ page, title: name, text = '' }) => {
      const first = /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
      return `<li><a href="${page}">${escapeHtml(name)}</a> <span>${escapeHtml(first)}</span></li>`;
    });
    return `<h2>${escapeHtml(title)}</h2>\n<ul class="documents">${items.join('\n')}</ul>`;
  });
  return `<h1>Documentation</h1>\n${lists.join('\n')}`;
}

/**
 * Writes the site of documents into a folder, which is emptied first.
 * @param {{ root: string, outDir: string }} options
 * @returns {Promise<{ pages: number }>}
 * @throws {SetupFailure} where something that a page needs is not there.
 */
export async function buildDocsSite({ root, outDir }) {
  const { pages: documents, copies } = renderDocuments(root);
  const api = renderApi(await readApi({ root }));
  const assets = await bundlePage({ root, outDir });
  const split = documents.findIndex(({ group }) => group === 'For contributors');
  const ordered = [...documents.slice(0, split), ...api, ...documents.slice(split)];
  const groups = [...new Set(ordered.map(({ group }) => group))].map((title) => ({
    title,
    links: ordered
      .filter(({ group }) => group === title)
      .map(({ page, title: name, sections }) => ({ page, title: name, text: sections[0]?.text })),
  }));
  const contents = {
    page: 'index.html',
    title: 'Contents',
    html: contentsPage(groups),
    headings: [],
  };
  const frame = {
    root,
    // There are many notes on decisions: the page of contents has them.
    contents: [
      { title: 'Documentation', links: [contents] },
      ...groups.filter(({ title }) => title !== decisionsGroup),
    ],
    order: [contents, ...ordered],
    ...assets,
    searchIndex,
  };
  for (const page of [contents, ...ordered]) {
    const file = join(outDir, page.page);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, framePage(frame, page));
  }
  for (const [from, to] of copies) {
    mkdirSync(dirname(join(outDir, to)), { recursive: true });
    copyFileSync(join(root, from), join(outDir, to));
  }
  writeFileSync(join(outDir, searchIndex), makeSearchIndex(ordered));
  return { pages: ordered.length + 1 };
}
