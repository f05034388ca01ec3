/** The documents as pages: every link leads somewhere, nothing in them breaks the site's policy, and what is wrong is named. */
import { existsSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import MiniSearch from 'minisearch';
import { expect, test } from 'vitest';
import { renderDocuments } from '../../../scripts/docs/build-site.mjs';
import { highlight, linkNames } from '../../../scripts/docs/highlight.mjs';
import { makeLinker } from '../../../scripts/docs/links.mjs';
import { searchOptions } from '../../../scripts/docs/page/search-options.mjs';
import { renderMarkdown } from '../../../scripts/docs/render-markdown.mjs';
import { makeSearchIndex } from '../../../scripts/docs/search-index.mjs';

const root = resolve(import.meta.dirname, '../../..');
const { pages, copies } = renderDocuments(root);

const ofPage = new Map(pages.map((page) => [page.page, page]));
const copied = new Set(copies.values());

function attributes(html: string, name: 'href' | 'src'): readonly string[] {
  return Array.from(html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g')), (match) => match[1] ?? '');
}

/** Whether a page's address leads to something that the site has. */
function leadsSomewhere(from: string, address: string): boolean {
  if (address.startsWith('https://')) return true;
  const [path = '', anchor] = address.split('#');
  const target = path === '' ? from : posix.join(posix.dirname(from), path);
  // What is in public/ lies one folder above the documents.
  if (target.startsWith('../')) return existsSync(resolve(root, 'public', target.slice('../'.length)));
  if (anchor !== undefined) return ofPage.get(target)?.html.includes(`id="${anchor}"`) === true;
  return ofPage.has(target) || copied.has(target);
}

test('every link and picture of every document is there', () => {
  expect(pages.length).toBeGreaterThan(60);
  const addresses = pages.flatMap(({ page, html }) =>
    [...attributes(html, 'href'), ...attributes(html, 'src')].map((address) => ({ page, address })),
  );
  expect(addresses.length).toBeGreaterThan(200);
  expect(addresses.filter(({ page, address }) => !leadsSomewhere(page, address))).toEqual([]);
});

test('pages have no style, no script and no handler of their own', () => {
  for (const { html } of pages) expect(html).not.toMatch(/<(style|script)|<[^>]+ (style|on\w+)=/);
});

const linker = makeLinker({
  root,
  pages: new Map([['docs/log.md', 'log.html']]),
  anchors: () => new Set(['roles']),
});
const source = { file: 'docs/decisions/note.md', page: 'decisions/note.html' };

test('a link becomes the way to the page, and one that leads nowhere is refused by name', () => {
  expect(linker.link(source, '../log.md#roles')).toBe('../log.html#roles');
  expect(linker.link(source, '../../public/models.json')).toBe('../../models.json');
  expect(linker.link(source, '../../src/index.ts')).toBeUndefined();
  for (const href of ['../gone.md', '../log.md#gone', '../../src/gone.ts']) {
    expect(() => linker.link(source, href)).toThrow(`docs/decisions/note.md links to ${href}`);
  }
  expect(() => linker.image(source, '../images/gone.webp')).toThrow('../images/gone.webp');
});

function render(text: string) {
  return renderMarkdown({ text, linkTo: (href) => href, imageAt: (href) => href });
}

test('headings have anchors, sections have their words', () => {
  const { title, sections, html } = render(
    '# A `b`\n\nOne *two*.\n\n<!-- given\nhidden\n-->\n\n## What is said, and why?\n\n- three\n- four\n\n```sh\ncode\n```\n',
  );
  expect(title).toBe('A b');
  expect(sections).toEqual([
    { id: '', title: 'A b', depth: 1, text: 'One two.', prose: 'One two.' },
    {
      id: 'what-is-said-and-why',
      title: 'What is said, and why?',
      depth: 2,
      text: expect.stringMatching(/three.*four.*code/),
      prose: expect.stringMatching(/^three.*four$/),
    },
  ]);
  expect(html).toContain('<h2 id="what-is-said-and-why">');
});

test('what no page can hold is refused', () => {
  expect(() => render('# A\n\n<b onclick="x()">b</b>\n')).toThrow('HTML in Markdown');
  expect(() => render('# A\n\n## B\n\n## B\n')).toThrow('"b"');
  expect(() => render('A text.\n')).toThrow('title');
  expect(() => render('# A\n\n```cobol\nX.\n```\n')).toThrow('cobol');
  expect(() => render('# A\n\n![](a.webp)\n')).toThrow('a.webp');
});

test('names in code are links, those in comments and texts are not', () => {
  const html = linkNames(highlight("const a: Tool = f('Tool'); // Tool", 'ts'), (name) =>
    name === 'Tool' ? 'tools.html#Tool' : undefined,
  );
  expect(html.match(/<a href="tools.html#Tool">Tool<\/a>/g)).toHaveLength(1);
});

test('a name is found by its parts, and the best place comes first', () => {
  const index = MiniSearch.loadJSON(makeSearchIndex(pages), searchOptions);
  expect(index.search('guardrails')[0]?.id).toBe('guardrails.html');
  const own = makeSearchIndex([
    { page: 'a.html', title: 'A', sections: [{ id: 'x', title: 'createSession', text: 'Makes one.' }] },
  ]);
  expect(MiniSearch.loadJSON(own, searchOptions).search('session')[0]).toMatchObject({
    id: 'a.html#x',
    excerpt: 'Makes one.',
  });
});
