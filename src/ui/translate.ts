/**
 * Texts in the reader's language. English stands in the source and is the key; another language is a catalogue of
 * `locales/`, fetched when it is chosen. What not every page shows has catalogues of its own, added by whoever shows it.
 * Knows catalogues; nothing of which language a page wants (app/page-language).
 */
import {
  LOCALE_STATUS_EVENT,
  configureLocalization,
  msg as localised,
  str,
  updateWhenLocaleChanges,
} from '@lit/localize';

export { str };

/** BCP 47 tags, English first, each with its name in itself. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ar: 'العربية',
} as const;

/** The code of a language that the texts are in. */
export type Language = keyof typeof languages;

/** The first of the wanted languages that there is: `de-AT` is `de`. English where there is none. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [language = ''] = tag.toLowerCase().split('-');
    if (language in languages) return language as Language;
  }
  return 'en';
}

/** Which way a language is written. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/** English text to text. `{0}` is the first value; forms of a plural stand between bars. */
export type Catalogue = Readonly<Record<string, string>>;

/** Where some texts are, by language. Bundlers find the files by `import('…')` as it is written. */
export type TextSource = Readonly<
  Record<Exclude<Language, 'en'>, () => Promise<{ readonly default: Catalogue }>>
>;

const sources = new Set<TextSource>([
  {
    de: () => import('./locales/de.json'),
    fr: () => import('./locales/fr.json'),
    es: () => import('./locales/es.json'),
    ar: () => import('./locales/ar.json'),
  },
]);

/** A catalogue's line as the library takes it: a text, or its pieces and the order of the values between them. */
type Line =
  string | { readonly strTag: true; readonly strings: TemplateStringsArray; readonly values: number[] };
type Lines = Record<string, Line>;

/** What has come of each language; it grows when texts are added. */
const fetched = new Map<string, Lines>();

function linesOf(language: string): Lines {
  // No key of it is found that nobody put in.
  const lines = fetched.get(language) ?? (Object.create(null) as Lines);
  fetched.set(language, lines);
  return lines;
}

const { getLocale, setLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: Object.keys(languages).filter((language) => language !== 'en'),
  // They have come by then. The library looks lines up in this very object, so that those added later are found too.
  loadLocale: (language) => Promise.resolve({ templates: linesOf(language) }),
});

const hole = /\{(\d+)\}/;

function lineOf(text: string): Line {
  const parts = text.split(hole);
  if (parts.length === 1) return text;
  const strings = parts.filter((_, index) => index % 2 === 0);
  const values = parts.filter((_, index) => index % 2 === 1).map(Number);
  return { strTag: true, strings: Object.assign(strings, { raw: [...strings] }), values };
}

/** The language that was asked for last: it is shown once its texts have come. */
let wanted: Language = 'en';

async function fetchTexts(language: Language, from: readonly TextSource[]): Promise<void> {
  if (language === 'en') return;
  const catalogues = await Promise.all(from.map((source) => source[language]()));
  const lines = linesOf(language);
  for (const { default: catalogue } of catalogues) {
    for (const [key, text] of Object.entries(catalogue)) lines[key] = lineOf(text);
  }
}

/** Shows another language once its texts have come. Rejects where they cannot be fetched; the page stays as it is. */
export async function showLanguage(language: Language): Promise<void> {
  wanted = language;
  try {
    await fetchTexts(language, [...sources]);
  } catch (error) {
    if (wanted === language) wanted = currentLanguage();
    throw error;
  }
  // Another one was asked for in the meantime.
  if (wanted === language) await setLocale(language);
}

/**
 * Adds the texts of elements or a page that not all pages have. Resolves when they are there in the language that is shown;
 * what was drawn before is drawn anew. Where they cannot be fetched it stays English.
 */
export async function addTexts(source: TextSource): Promise<void> {
  if (sources.has(source)) return;
  sources.add(source);
  if (wanted === 'en') return;
  try {
    await fetchTexts(wanted, [source]);
  } catch (error) {
    console.warn('Some texts stay English: their translation could not be loaded.', error);
    return;
  }
  const detail = { status: 'ready', readyLocale: currentLanguage() };
  window.dispatchEvent(new CustomEvent(LOCALE_STATUS_EVENT, { detail }));
}

/** Marks a text that is looked up later, by `msg` where it is drawn: of a table, or of data. */
export function later<Text extends string>(text: Text): Text {
  return text;
}

/**
 * A text in the reader's language, or as it stands where the catalogue has none. Only within an element that follows the
 * language (`followLanguage`), at the time it is drawn.
 */
export function msg(text: string | ReturnType<typeof str>): string {
  if (typeof text === 'string') return localised(text, { id: text });
  const id = text.strings.reduce((before, piece, index) => `${before}{${String(index - 1)}}${piece}`);
  return localised(text, { id });
}

/** The order of the six forms, where a language has them all (Unicode CLDR). */
const categories = ['zero', 'one', 'two', 'few', 'many', 'other'] as const;

/** One of the forms between bars, by the plural rules of the language: `call|calls` for one and more, or all six. */
export function pluralForm(count: number, text: string, language: Language): string {
  const forms = text.split('|');
  const category = new Intl.PluralRules(language).select(count);
  const place =
    forms.length === categories.length ? categories.indexOf(category) : category === 'one' ? 0 : 1;
  return forms[place] ?? text;
}

/** The language that is shown now. */
export function currentLanguage(): Language {
  return getLocale() as Language;
}

/** For `Intl`: English is written as in Britain. */
export function formatLocale(): string {
  return getLocale() === 'en' ? 'en-GB' : getLocale();
}

/** Draws an element anew when the language changes. Called in its constructor. */
export const followLanguage = updateWhenLocaleChanges;

/** Calls `draw` whenever the language has changed or texts have come: for what no element draws. */
export function whenTextsChange(draw: () => void): void {
  window.addEventListener(LOCALE_STATUS_EVENT, ({ detail: { status } }) => {
    if (status === 'ready') draw();
  });
}
