/**
 * Every text that the elements and pages show in the reader's language stands in every catalogue, with the same values in
 * it and as many plural forms as the language has; and no catalogue holds a text that nothing shows.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Visitor, parseSync } from 'oxc-parser';
import { afterEach, describe, expect, test, vi } from 'vitest';
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

function partsDone(done: string, all: string): string {
  return msg(str`${done} of ${all} parts are done.`);
}

/** A part's texts, the same in every language. */
function inAll(load: () => Promise<{ readonly default: Catalogue }>): TextSource {
  return { de: load, fr: load, es: load, ar: load };
}

describe('the language that is shown', () => {
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
