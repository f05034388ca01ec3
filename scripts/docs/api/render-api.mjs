/**
 * The API as pages: one for each entry of the package, and the main one by the rooms its parts come from. Knows what was
 * read of the sources; nothing of the frame around a page.
 */
import { Marked } from 'marked';
import { escapeHtml, highlight, linkNames } from '../highlight.mjs';

/** @typedef {import('./read-api.mjs').ApiEntry} ApiEntry */
/** @typedef {import('./read-api.mjs').ApiSymbol} ApiSymbol */

/**
 * @typedef {object} ApiPage
 * @property {string} page
 * @property {'API'} group
 * @property {string} title
 * @property {string} html
 * @property {readonly { readonly id: string, readonly title: string }[]} headings
 * @property {readonly { readonly id: string, readonly title: string, readonly text: string }[]} sections
 */

/** The rooms of the main entry, in the order of its readers. */
const rooms = [
  { room: 'app', title: 'Sessions and pages' },
  { room: 'tools', title: 'Tools' },
  { room: 'agent', title: 'Runs and workflows' },
  { room: 'bridge', title: 'Engines' },
  { room: 'log', title: 'The log' },
  { room: 'flywheel', title: 'Data sets, scores and promotion' },
  { room: 'ui', title: 'Elements and views' },
  { room: 'protocol', title: 'Data' },
  { room: 'decode', title: 'Schemas and prompts' },
  { room: 'facade', title: 'Facades' },
];

const prose = new Marked({ gfm: true });

/** @param {string} text */
function sentences(text) {
  const html = prose.parse(text, { async: false });
  return html.trim();
}

/** The first sentence of a comment. @param {string} text */
function summaryOf(text) {
  const first = /^.*?[.:](?=\s|$)/s.exec(text)?.[0] ?? text;
  return first.replaceAll(/\s+/g, ' ').replace(/:$/, '.');
}

/**
 * @param {ApiSymbol} symbol
 * @param {(name: string) => string | undefined} addressOf
 */
function symbolHtml({ name, kind, source, code, text, throws }, addressOf) {
  const failures = throws.map((words) => `<li>${prose.parseInline(words, { async: false })}</li>`);
  const marked = linkNames(highlight(code, 'ts'), (word) => (word === name ? undefined : addressOf(word)));
  return `<section class="symbol">
<h2 id="${name}">${escapeHtml(name)} <small>${kind}</small> <a class="anchor" href="#${name}" aria-label="Link to ${name}">#</a></h2>
${sentences(text)}
<pre class="code" dir="ltr" tabindex="0"><code>${marked}</code></pre>
${failures.length === 0 ? '' : `<p>Throws</p>\n<ul>${failures.join('')}</ul>`}
<p class="source">${escapeHtml(source)}</p>
</section>`;
}

/**
 * @param {{ page: string, title: string, lead: string, symbols: readonly ApiSymbol[] }} part
 * @param {ReadonlyMap<string, string>} places of all names: their pages.
 * @returns {ApiPage}
 */
function pageOf({ page, title, lead, symbols }, places) {
  const own = new Set(symbols.map(({ name }) => name));
  const file = page.slice(page.lastIndexOf('/') + 1);
  const addressOf = (/** @type {string} */ name) => {
    if (own.has(name)) return `#${name}`;
    const place = places.get(name);
    return place === undefined || place === file ? undefined : `${place}#${name}`;
  };
  const rows = symbols.map(
    ({ name, text }) =>
      `<tr><td><a href="#${name}"><code>${name}</code></a></td><td>${prose.parseInline(summaryOf(text), { async: false })}</td></tr>`,
  );
  const html = `<h1>${escapeHtml(title)}</h1>
${lead}
<div class="scroll" role="region" tabindex="0" aria-label="Names on this page"><table><thead><tr><th scope="col">Name</th><th scope="col">What it is</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
${symbols.map((symbol) => symbolHtml(symbol, addressOf)).join('\n')}`;
  return {
    page,
    group: 'API',
    title,
    html,
    headings: symbols.map(({ name }) => ({ id: name, title: name })),
    sections: symbols.map(({ name, text }) => ({
      id: name,
      title: name,
      text: text.replaceAll(/\s+/g, ' '),
    })),
  };
}

/** @param {string} specifier */
function importLine(specifier) {
  const code = `import { … } from '${specifier}';`;
  return `<pre class="code" dir="ltr" tabindex="0"><code>${highlight(code, 'ts')}</code></pre>`;
}

/** Functions first, then classes, then types; by name within each. @param {readonly ApiSymbol[]} symbols */
function sorted(symbols) {
  const order = ['function', 'class', 'constant', 'interface', 'type'];
  return symbols.toSorted(
    (left, right) =>
      order.indexOf(left.kind) - order.indexOf(right.kind) || left.name.localeCompare(right.name),
  );
}

/**
 * The API's pages, their contents first.
 * @param {readonly ApiEntry[]} entries
 * @returns {readonly ApiPage[]}
 * @throws {Error} where a name comes from a room that has no page.
 */
export function renderApi(entries) {
  const parts = entries.flatMap(({ specifier, text, symbols }) => {
    const lead = `${importLine(specifier)}\n${sentences(text)}`;
    if (specifier !== 'smallworks') {
      const page = `api/${specifier.replace('smallworks/', '')}.html`;
      return [{ page, title: specifier, lead, symbols: sorted(symbols) }];
    }
    const homeless = symbols.find(
      ({ source }) => !rooms.some(({ room }) => source.startsWith(`src/${room}/`)),
    );
    if (homeless !== undefined)
      throw new Error(`${homeless.name} is of ${homeless.source}, which has no page.`);
    return rooms.flatMap(({ room, title }) => {
      const own = sorted(symbols.filter(({ source }) => source.startsWith(`src/${room}/`)));
      return own.length === 0
        ? []
        : [{ page: `api/${room}.html`, title, lead: importLine(specifier), symbols: own }];
    });
  });
  /** @type {Map<string, string>} */
  const places = new Map();
  for (const { page, symbols } of parts) {
    for (const { name } of symbols) {
      if (!places.has(name)) places.set(name, page.slice('api/'.length));
    }
  }
  const pages = parts.filter(({ symbols }) => symbols.length > 0).map((part) => pageOf(part, places));
  const lists = pages.map(({ page, title, headings }) => {
    const file = page.slice('api/'.length);
    const items = headings.map(({ id }) => `<li><a href="${file}#${id}"><code>${id}</code></a></li>`);
    return `<h2 id="${file.replace('.html', '')}"><a href="${file}">${escapeHtml(title)}</a></h2>\n<ul class="names">${items.join('\n')}</ul>`;
  });
  const element = entries.find(({ specifier }) => specifier === 'smallworks/element');
  const html = `<h1>API</h1>
<p>Every name that the package exports, with what its source says of it.</p>
${lists.join('\n')}
<h2 id="element">smallworks/element</h2>
${sentences(element?.text ?? '')}`;
  const headings = [
    ...pages.map(({ page, title }) => ({ id: page.slice('api/'.length).replace('.html', ''), title })),
    { id: 'element', title: 'smallworks/element' },
  ];
  const sections = [{ id: '', title: 'API', text: 'Every name that the package exports.' }];
  return [{ page: 'api/index.html', group: 'API', title: 'API', html, headings, sections }, ...pages];
}
