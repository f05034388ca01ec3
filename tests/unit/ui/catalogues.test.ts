/**
 * Every text that the elements and pages show in the reader's language stands in every catalogue, with the same values in
 * it and as many plural forms as the language has; and no catalogue holds a text that nothing shows.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Visitor, parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { languages, pickLanguage, pluralForm, templatesOf } from '../../../src/ui/translate.ts';

const root = resolve(import.meta.dirname, '../../..');

/** The literal texts of `msg('…')`, of msg(str`…`) and of `formatPlural(count, '…')`. */
function textsOfScript(file: string): string[] {
  const texts: string[] = [];
  const visitor = new Visitor({
    CallExpression({ callee, arguments: given }) {
      if (callee.type !== 'Identifier') return;
      const text = callee.name === 'msg' ? given[0] : callee.name === 'formatPlural' ? given[1] : undefined;
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

/** The texts of elements marked `data-text`, as app/page-language reads them. */
function textsOfPage(file: string): string[] {
  const marked = readFileSync(file, 'utf8').matchAll(
    /<(\w+)(?:\s[^>]*)?\sdata-text(?:\s[^>]*)?>([^<]*)<\/\1>/g,
  );
  return [...marked].map(([, , text = '']) => text.replaceAll(/\s+/g, ' ').trim());
}

function filesOf(folder: string, ending: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

const scripts = ['src/ui', 'src/app', 'demos'].flatMap((folder) => filesOf(folder, '.ts'));
const pages = ['index.html', ...filesOf('demos', '.html'), ...filesOf('scripts', '.html')];
const texts = new Set([
  ...scripts.flatMap((file) => textsOfScript(join(root, file))),
  ...pages.flatMap((file) => textsOfPage(join(root, file))),
]);

/** The numbers of the values in a text, in order. */
function valuesOf(text: string): string[] {
  return Array.from(text.matchAll(/\{(\d+)\}/g), ([, number = '']) => number).toSorted();
}

describe.each(Object.keys(languages).filter((language) => language !== 'en'))('%s', (language) => {
  const file = join(root, 'src/ui/locales', `${language}.json`);
  const catalogue = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;

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
  expect(texts.size).toBeGreaterThan(200);
  expect(texts).toContain('{0} of {1} parts are done.');
  expect(texts).toContain('tool call|tool calls');
});

test('a value may stand elsewhere in another language', () => {
  const templates = templatesOf({ a: 'plain', b: '{1} von {0}' });
  expect(templates['a']).toBe('plain');
  const { strings, values } = templates['b'] as { strings: readonly string[]; values: readonly number[] };
  expect([...strings]).toEqual(['', ' von ', '']);
  expect(values).toEqual([1, 0]);
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
