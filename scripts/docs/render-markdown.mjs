/**
 * A document as HTML: headings with anchors, tables and code that scroll by themselves, links where the reader finds what
 * they name. Knows Markdown; where a link leads is the caller's to say.
 */
import { Marked } from 'marked';
import { codeBlock, escapeHtml, highlight } from './highlight.mjs';

/**
 * @typedef {object} Section a heading with what stands under it, up to the next one.
 * @property {string} id of its anchor; empty for the document's own.
 * @property {string} title
 * @property {number} depth
 * @property {string} text plain, for searching.
 * @property {string} prose of it what is neither code nor table, for showing.
 */

/**
 * @typedef {object} Rendered
 * @property {string} html
 * @property {string} title
 * @property {readonly Section[]} sections the document's own first.
 */

/**
 * The anchor of a heading, made as readers of the repository know it.
 * @param {string} title
 */
function anchorOf(title) {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/** @param {string} html */
function plain(html) {
  return html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/**
 * What stands in tokens, as words.
 * @param {readonly import('marked').Token[]} tokens
 * @returns {string}
 */
function wordsOf(tokens) {
  return tokens
    .map((token) => {
      // Comments: no page shows them.
      if (token.type === 'html') return '';
      if (token.type === 'table') {
        const table = /** @type {import('marked').Tokens.Table} */ (token);
        return [table.header, ...table.rows]
          .flat()
          .map((cell) => wordsOf(cell.tokens))
          .join(' ');
      }
      if (token.type === 'list') {
        const list = /** @type {import('marked').Tokens.List} */ (token);
        return list.items.map((item) => wordsOf(item.tokens)).join(' ');
      }
      const inner = 'tokens' in token ? token.tokens : undefined;
      if (inner !== undefined) return wordsOf(inner) + (token.type === 'paragraph' ? ' ' : '');
      return 'text' in token ? String(token.text) : token.type === 'space' ? ' ' : '';
    })
    .join('')
    .replaceAll(/\s+/g, ' ');
}

/**
 * @param {readonly import('marked').Token[]} tokens
 * @returns {readonly Section[]}
 */
function sectionsOf(tokens) {
  /** @type {(Omit<Section, 'text' | 'prose'> & { readonly tokens: import('marked').Token[] })[]} */
  const sections = [];
  for (const token of tokens) {
    if (token.type === 'heading') {
      const { depth, tokens: words } = /** @type {import('marked').Tokens.Heading} */ (token);
      const title = wordsOf(words).trim();
      sections.push({ id: depth === 1 ? '' : anchorOf(title), title, depth, tokens: [] });
    } else sections.at(-1)?.tokens.push(token);
  }
  return sections.map(({ id, title, depth, tokens: under }) => ({
    id,
    title,
    depth,
    text: wordsOf(under).trim(),
    prose: wordsOf(under.filter(({ type }) => type !== 'code' && type !== 'table')).trim(),
  }));
}

/**
 * A table that scrolls by itself.
 * @param {{ label: string, head: string, body: string }} parts HTML.
 */
export function scrollingTable({ label, head, body }) {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>`;
}

const plainMarkdown = new Marked({ gfm: true });

/**
 * The sections of a document, without its HTML.
 * @param {string} text
 */
export function readSections(text) {
  return sectionsOf(plainMarkdown.lexer(text));
}

/**
 * @param {{ text: string, linkTo: (href: string) => string | undefined, imageAt: (href: string) => string }} options
 *   `linkTo`: the address that a link leads to; undefined: its text stands alone.
 * @returns {Rendered}
 * @throws {Error} on HTML in the text, which nothing here checks, and on two headings with the same anchor.
 */
export function renderMarkdown({ text, linkTo, imageAt }) {
  let tables = 0;
  let heading = '';
  const marked = new Marked({
    gfm: true,
    renderer: {
      html: ({ text: html }) => {
        if (html.startsWith('<!--')) return '';
        throw new Error(`HTML in Markdown is not let through: ${html.trim()}`);
      },
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        heading = plain(html);
        if (depth === 1) return `<h1>${html}</h1>\n`;
        const id = anchorOf(heading);
        const label = escapeHtml(`Link to “${heading}”`);
        return `<h${depth} id="${id}">${html} <a class="anchor" href="#${id}" aria-label="${label}">#</a></h${depth}>\n`;
      },
      code({ text: code, lang = '' }) {
        const [name = ''] = lang.split(' ');
        return `${codeBlock(highlight(code, name), name === '' ? 'drawing' : 'code')}\n`;
      },
      table(token) {
        tables += 1;
        const row = (/** @type {import('marked').Tokens.TableCell[]} */ cells) =>
          `<tr>${cells.map((cell) => this.tablecell(cell).trim()).join('')}</tr>`;
        const label = escapeHtml(`${heading}, table ${tables}`);
        const body = token.rows.map((cells) => row(cells)).join('\n');
        return `${scrollingTable({ label, head: row(token.header), body })}\n`;
      },
      tablecell({ tokens, header }) {
        const html = this.parser.parseInline(tokens);
        if (!header) return `<td>${html}</td>`;
        return html === '' ? '<td></td>' : `<th scope="col">${html}</th>`;
      },
      link({ href, tokens }) {
        const html = this.parser.parseInline(tokens);
        const address = linkTo(href);
        if (address === undefined) return html;
        const rel = address.startsWith('https:') ? ' rel="noreferrer"' : '';
        return `<a href="${escapeHtml(address)}"${rel}>${html}</a>`;
      },
      image: ({ href, text: alt }) => {
        if (alt === '') throw new Error(`The picture ${href} has no text that says what it shows.`);
        return `<img src="${escapeHtml(imageAt(href))}" alt="${escapeHtml(alt)}" loading="lazy" />`;
      },
    },
  });
  const tokens = marked.lexer(text);
  const sections = sectionsOf(tokens);
  const ids = sections.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`Two headings have the anchor "${twice}".`);
  const title = sections[0]?.depth === 1 ? sections[0].title : undefined;
  if (title === undefined) throw new Error('The document does not begin with its title.');
  return { html: marked.parser(tokens), title, sections };
}
