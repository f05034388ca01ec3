/**
 * Every text that the elements and pages show in the reader's language stands in the catalogues of every language: in those
 * that each page has, or in those of the part that shows it. With the same values in it and as many plural forms as the
 * language has; and no catalogue holds a text that nothing shows.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Visitor, parseSync } from 'oxc-parser';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { figureTitles } from '../../../src/protocol/evaluation.ts';
import {
  addTexts,
  languages,
  msg,
  pickLanguage,
  pluralForm,
  showLanguage,
  str,
  whenTextsChange,
} from '../../../src/ui/translate.ts';
import type { Catalogue, TextSource } from '../../../src/ui/translate.ts';

const root = resolve(import.meta.dirname, '../../..');

/** Functions that take a text, and which of their values it is. */
const placeOfText: Readonly<Record<string, number>> = { msg: 0, later: 0, formatPlural: 1 };

/** The literal texts of `msg('…')`, of msg(str`…`), of `later('…')` and of `formatPlural(count, '…')`. */
function textsOfScript(file: string): string[] {
  const texts: string[] = [];
  const visitor = new Visitor({
    CallExpression({ callee, arguments: given }) {
      if (callee.type !== 'Identifier') return;
      const place = placeOfText[callee.name];
      const text = place === undefined ? undefined : given[place];
      if (text?.type === 'Literal' && typeof text.value === 'string') texts.push(text.value);
      if (text?.type === 'TaggedTemplateExpression') {
        const pieces = text.quasi.quasis.map(({ value }) => value.cooked ?? '');
        texts.push(pieces.reduce((key, piece, index) => `${key}{${String(index - 1)}}${piece}`));
      }
    },
  });
  visitor.visit(parseSync(file, readFileSync(file, 'utf8')).program);
  return texts;
}

/** The texts of elements marked `data-text` and the labels of those marked `data-label`, as app/page-language reads them. */
function textsOfPage(file: string): string[] {
  const page = readFileSync(file, 'utf8');
  const marked = page.matchAll(/<(\w+)(?:\s[^>]*)?\sdata-text(?:\s[^>]*)?>([^<]*)<\/\1>/g);
  const labelled = page.matchAll(/<\w+(?=[^>]*\sdata-label)[^>]*\saria-label="([^"]*)"/g);
  return [
    ...Array.from(marked, ([, , text = '']) => text.replaceAll(/\s+/g, ' ').trim()),
    ...Array.from(labelled, ([, text = '']) => text),
  ];
}

/** The scripts and pages of a folder, or the one file that it is. */
function sourcesOf(path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  const names = readdirSync(join(root, path), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.(?:ts|html)$/.test(name)).map((name) => join(path, name));
}

function textsOf(files: readonly string[]): Set<string> {
  return new Set(
    files.flatMap((file) =>
      file.endsWith('.html') ? textsOfPage(join(root, file)) : textsOfScript(join(root, file)),
    ),
  );
}

interface Part {
  /** The folder of its catalogues. */
  readonly catalogues: string;
  /** What shows its texts. */
  readonly sources: readonly string[];
  /** Texts that stand below the elements, where none can be marked. */
  readonly others?: readonly string[];
}

const demos = readdirSync(join(root, 'demos'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }): Part => ({ catalogues: `demos/${name}/locales`, sources: [`demos/${name}`] }));

/** What has catalogues of its own, because not every page shows it. */
const parts: readonly Part[] = [
  { catalogues: 'src/ui/locales/dataset', sources: ['src/ui/dataset', 'src/app/dataset'] },
  { catalogues: 'src/ui/locales/log', sources: ['src/ui/log', 'src/app/log'] },
  {
    catalogues: 'src/ui/locales/outside',
    sources: [
      'src/ui/outside/outside-panel.ts',
      'src/ui/outside/outside-source-item.ts',
      'src/ui/outside/failure-words.ts',
      'src/ui/outside/outside-view.ts',
    ],
  },
  {
    catalogues: 'src/ui/locales/report',
    sources: ['src/ui/eval-report-view.ts', 'src/ui/review-queue-view.ts'],
    others: Object.values(figureTitles),
  },
  { catalogues: 'src/ui/locales/selection', sources: ['src/ui/selection-panel.ts'] },
  { catalogues: 'src/ui/locales/training', sources: ['src/ui/train', 'src/app/train'] },
  ...demos,
];

const inParts = new Set(parts.flatMap(({ sources }) => sources.flatMap(sourcesOf)));
const everywhere = textsOf(
  ['index.html', 'scripts/page-head.html', ...['src/ui', 'src/app', 'demos'].flatMap(sourcesOf)].filter(
    (file) => !inParts.has(file),
  ),
);

/** What a part shows beyond what every page has. */
function textsOfPart({ sources, others = [] }: Part): Set<string> {
  const all = [...textsOf(sources.flatMap(sourcesOf)), ...others];
  return new Set(all.filter((text) => !everywhere.has(text)));
}

const shown = [
  { catalogues: 'src/ui/locales', texts: everywhere },
  ...parts.map((part) => ({ catalogues: part.catalogues, texts: textsOfPart(part) })),
];
const targets = Object.keys(languages).filter((language) => language !== 'en');
const each = shown.flatMap(({ catalogues, texts }) =>
  targets.map((language) => ({ file: `${catalogues}/${language}.json`, language, texts })),
);

/** The numbers of the values in a text, in order. */
function valuesOf(text: string): string[] {
  return Array.from(text.matchAll(/\{(\d+)\}/g), ([, number = '']) => number).toSorted();
}

describe.each(each)('$file', ({ file, language, texts }) => {
  const catalogue = JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>;

  test('every text is there, and nothing else', () => {
    expect([...texts].filter((text) => !(text in catalogue))).toEqual([]);
    expect(Object.keys(catalogue).filter((text) => !texts.has(text))).toEqual([]);
  });

  test('each has the same values in it, and something to say', () => {
    const different = Object.entries(catalogue).filter(
      ([key, text]) => text.trim() === '' || valuesOf(key).join() !== valuesOf(text).join(),
    );
    expect(different).toEqual([]);
  });

  test('nouns have the forms that the language counts with', () => {
    const forms = language === 'ar' ? 6 : 2;
    const wrong = Object.entries(catalogue).filter(
      ([key, text]) => key.includes('|') && text.split('|').length !== forms,
    );
    expect(wrong).toEqual([]);
  });
});

test('the texts of the source are found', () => {
  expect(everywhere.size).toBeGreaterThan(200);
  expect(everywhere).toContain('{0} of {1} parts are done.');
  expect(everywhere).toContain('tool call|tool calls');
  expect(everywhere).toContain('Training');
  for (const { catalogues, texts } of shown) expect(texts.size, catalogues).toBeGreaterThan(0);
});

function partsDone(done: string, all: string): string {
  return msg(str`${done} of ${all} parts are done.`);
}

/** A part's texts, the same in every language. */
function inAll(load: () => Promise<{ readonly default: Catalogue }>): TextSource {
  return { de: load, fr: load, es: load, ar: load };
}

describe('the language that is shown', () => {
  // Where the library tells that texts have changed.
  beforeAll(() => vi.stubGlobal('window', new EventTarget()));
  afterAll(() => vi.unstubAllGlobals());
  afterEach(() => showLanguage('en'));

  test('is English until another one has come, and follows the last one asked for', async () => {
    expect(msg('Load model')).toBe('Load model');
    const first = showLanguage('de');
    await Promise.all([first, showLanguage('fr')]);
    expect(msg('Load model')).toBe('Charger le modèle');
    expect(msg('Nobody has this text')).toBe('Nobody has this text');
    expect(msg('constructor')).toBe('constructor');
  });

  test('puts values where the language has them, as they are', async () => {
    expect(partsDone('{1}', '$&')).toBe('{1} of $& parts are done.');
    await showLanguage('de');
    expect(partsDone('3', '4')).toBe('3 von 4 Teilen sind fertig.');
  });

  test('takes texts that are added while it is shown, and tells who draws', async () => {
    let drawn = 0;
    whenTextsChange(() => (drawn += 1));
    await showLanguage('de');
    expect([msg('A text of a part'), drawn]).toEqual(['A text of a part', 1]);
    const names = ['Ada', 'Grace'] as const;
    const texts = { 'A text of a part': 'Ein Text', '{0} greets {1}.': '{1} wird von {0} gegrüßt.' };
    await addTexts(inAll(async () => Promise.resolve({ default: texts })));
    expect([msg('A text of a part'), drawn]).toEqual(['Ein Text', 2]);
    expect(msg(str`${names[0]} greets ${names[1]}.`)).toBe('Grace wird von Ada gegrüßt.');
  });

  test('stays as it is where texts cannot be fetched', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    await showLanguage('es');
    await addTexts(inAll(async () => Promise.reject(new Error('no network'))));
    expect(warn).toHaveBeenCalledOnce();
    await expect(showLanguage('de')).rejects.toThrow('no network');
    expect(msg('Load model')).toBe('Cargar el modelo');
    warn.mockRestore();
  });
});

test('the plural form is chosen by the rules of the language', () => {
  expect([0, 1, 2].map((count) => pluralForm(count, 'call|calls', 'en'))).toEqual(['calls', 'call', 'calls']);
  expect([0, 1, 2].map((count) => pluralForm(count, 'appel|appels', 'fr'))).toEqual([
    'appel',
    'appel',
    'appels',
  ]);
  const arabic = 'zero|one|two|few|many|other';
  expect([0, 1, 2, 3, 11, 100].map((count) => pluralForm(count, arabic, 'ar'))).toEqual(arabic.split('|'));
});

test.each([
  [['de-AT', 'en'], 'de'],
  [['pt-BR', 'AR-eg', 'fr'], 'ar'],
  [['', 'ja'], 'en'],
  [[], 'en'],
])('of %j it is %s', (wanted, language) => {
  expect(pickLanguage(wanted)).toBe(language);
});
