/**
 * The API as pages: one for each entry of the package, and the main one by the rooms its parts come from. Knows what was
 * read of the sources; nothing of the frame around a page.
 */
import { Marked } from 'marked';
import { codeBlock, escapeHtml, highlight, linkNames } from '../highlight.mjs';
import { scrollingTable } from '../render-markdown.mjs';

/** @typedef {import('./read-symbol.mjs').ApiSymbol} ApiSymbol */

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
 * @typedef {object} Part a page in the making.
 * @property {string} page
 * @property {string} title
 * @property {string} lead HTML.
 * @property {readonly ApiSymbol[]} symbols
 * @property {readonly ApiSymbol[]} beside what is named on it and cannot be imported.
 * @property {ReadonlyMap<string, string>} anchors of everything on it, by key.
 */

/**
 * @param {ApiSymbol} symbol
 * @param {{ part: Part, places: ReadonlyMap<string, string> }} where `places`: the addresses of all declarations, by key.
 */
function symbolHtml({ key, name, kind, source, code, text, throws, names }, { part, places }) {
  const failures = throws.map((words) => `<li>${prose.parseInline(words, { async: false })}</li>`);
  const addressOf = (/** @type {string} */ word) => {
    const other = names.get(word);
    if (other === undefined || other === key) return undefined;
    const here = part.anchors.get(other);
    return here === undefined ? places.get(other) : `#${here}`;
  };
  const id = part.anchors.get(key) ?? name;
  const marked = linkNames(highlight(code, 'ts'), addressOf);
  return `<section class="symbol">
<h2 id="${id}">${escapeHtml(name)} <small>${kind}</small> <a class="anchor" href="#${id}" aria-label="Link to ${name}">#</a></h2>
${sentences(text)}
${codeBlock(marked)}
${failures.length === 0 ? '' : `<p>Throws</p>\n<ul>${failures.join('')}</ul>`}
<p class="source">${escapeHtml(source)}</p>
</section>`;
}

/**
 * Anchors for names, each its own: what is exported keeps its name.
 * @param {readonly ApiSymbol[]} symbols
 * @returns {ReadonlyMap<string, string>} by key.
 */
function anchorsOf(symbols) {
  const taken = new Set();
  return new Map(
    symbols.map(({ key, name }) => {
      let id = name;
      for (let number = 2; taken.has(id); number += 1) id = `${name}-${number}`;
      taken.add(id);
      return [key, id];
    }),
  );
}

/**
 * Gives each declaration that is named and not exported to the page of its room, or to the first one that names it.
 * @param {readonly Omit<Part, 'beside' | 'anchors'>[]} drafts
 * @param {import('./read-api.mjs').Api['beside']} beside
 * @returns {readonly Part[]}
 */
function shareOut(drafts, beside) {
  const pages = new Set(drafts.map(({ page }) => page));
  /** @type {Map<string, string>} */
  const pageOfKey = new Map();
  for (const { page, symbols } of drafts) {
    const open = [...symbols];
    for (const { names } of open) {
      for (const key of names.values()) {
        const other = beside.get(key);
        if (other === undefined || pageOfKey.has(key)) continue;
        const ofRoom = `api/${other.source.split('/')[1] ?? ''}.html`;
        pageOfKey.set(key, pages.has(ofRoom) ? ofRoom : page);
        open.push(other);
      }
    }
  }
  return drafts.map(({ page, title, lead, symbols }) => {
    const own = [...beside.values()]
      .filter(({ key }) => pageOfKey.get(key) === page)
      .toSorted((left, right) => left.name.localeCompare(right.name));
    return { page, title, lead, symbols, beside: own, anchors: anchorsOf([...symbols, ...own]) };
  });
}

/**
 * @param {Part} part
 * @param {ReadonlyMap<string, string>} places
 * @returns {ApiPage}
 */
function pageOf(part, places) {
  const { page, title, lead, symbols, beside, anchors } = part;
  const rows = symbols.map(
    ({ name, text }) =>
      `<tr><td><a href="#${name}"><code>${name}</code></a></td><td>${prose.parseInline(summaryOf(text), { async: false })}</td></tr>`,
  );
  const html = (/** @type {ApiSymbol} */ symbol) => symbolHtml(symbol, { part, places });
  const others = `<h2 id="not-exported">Not exported</h2>
<p>What signatures name and nobody can import.</p>
${beside.map((symbol) => html(symbol).replace('<h2', '<h3').replace('</h2>', '</h3>')).join('\n')}`;
  return {
    page,
    group: 'API',
    title,
    html: `<h1>${escapeHtml(title)}</h1>
${lead}
${scrollingTable({
  label: 'Names on this page',
  head: '<tr><th scope="col">Name</th><th scope="col">What it is</th></tr>',
  body: rows.join('\n'),
})}
${symbols.map(html).join('\n')}
${beside.length === 0 ? '' : others}`,
    headings: [
      ...symbols.map(({ name }) => ({ id: name, title: name })),
      ...(beside.length === 0 ? [] : [{ id: 'not-exported', title: 'Not exported' }]),
    ],
    sections: [...symbols, ...beside].map(({ key, name, text }) => ({
      id: anchors.get(key) ?? name,
      title: name,
      text: text.replaceAll('`', '').replaceAll(/\s+/g, ' '),
    })),
  };
}

/** @param {string} specifier */
function importLine(specifier) {
  const code = `import { … } from '${specifier}';`;
  return codeBlock(highlight(code, 'ts'));
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
 * @param {import('./read-api.mjs').Api} api
 * @returns {readonly ApiPage[]}
 * @throws {Error} where a name comes from a room that has no page.
 */
export function renderApi({ entries, beside }) {
  const drafts = entries.flatMap(({ specifier, text, symbols }) => {
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
  const parts = shareOut(
    drafts.filter(({ symbols }) => symbols.length > 0),
    beside,
  );
  // The main entry comes first: a name that several entries have is shown there.
  const places = new Map(
    parts
      .flatMap(({ page, anchors }) =>
        Array.from(
          anchors,
          ([key, id]) => /** @type {const} */ ([key, `${page.slice('api/'.length)}#${id}`]),
        ),
      )
      .toReversed(),
  );
  const pages = parts.map((part) => pageOf(part, places));
  const lists = pages.map(({ page, title, headings }) => {
    const file = page.slice('api/'.length);
    const names = headings.filter(({ id }) => id !== 'not-exported');
    const items = names.map(({ id }) => `<li><a href="${file}#${id}"><code>${id}</code></a></li>`);
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
