/**
 * Texts in the reader's language. English stands in the source and is the key; another language is a catalogue of
 * `locales/`, fetched when it is chosen. What not every page shows has catalogues of its own, added by whoever shows it.
 * Knows catalogues; nothing of which language a page wants (app/page-language).
 */
import type { ReactiveControllerHost } from 'lit';

/** BCP 47 tags, English first, each with its name in itself. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ar: 'العربية',
} as const;

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

/** What has come of each language; it grows when texts are added. */
const fetched = new Map<Language, Record<string, string>>();

/** The language that is shown, and the one that was asked for last: it is shown once its texts have come. */
let shown: Language = 'en';
let wanted: Language = 'en';

/** What draws texts, to be told when they change. */
const listeners = new Set<() => void>();

function tellAll(): void {
  for (const draw of listeners) draw();
}

async function fetchTexts(language: Language, from: readonly TextSource[]): Promise<void> {
  if (language === 'en') return;
  const catalogues = await Promise.all(from.map((source) => source[language]()));
  // No key of it is found that nobody put in.
  const texts = fetched.get(language) ?? (Object.create(null) as Record<string, string>);
  for (const { default: catalogue } of catalogues) Object.assign(texts, catalogue);
  fetched.set(language, texts);
}

/** Shows another language once its texts have come. Rejects where they cannot be fetched; the page stays as it is. */
export async function showLanguage(language: Language): Promise<void> {
  wanted = language;
  try {
    await fetchTexts(language, [...sources]);
  } catch (error) {
    if (wanted === language) wanted = shown;
    throw error;
  }
  // Another one was asked for in the meantime.
  if (wanted !== language) return;
  shown = language;
  tellAll();
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
  tellAll();
}

/** A text with values in it. */
interface FilledText {
  readonly strings: readonly string[];
  readonly values: readonly (string | number)[];
}

/** A text with values in it, for `msg`: they may stand elsewhere in another language. */
export function str(strings: TemplateStringsArray, ...values: readonly (string | number)[]): FilledText {
  return { strings, values };
}

/** Marks a text that is looked up later, by `msg` where it is drawn: of a table, or of data. */
export function later<Text extends string>(text: Text): Text {
  return text;
}

/**
 * A text in the reader's language, or as it stands where the catalogue has none. Only within an element that follows the
 * language (`followLanguage`), at the time it is drawn.
 */
export function msg(text: string | FilledText): string {
  const texts = fetched.get(shown);
  if (typeof text === 'string') return texts?.[text] ?? text;
  const key = text.strings.reduce((before, piece, index) => `${before}{${String(index - 1)}}${piece}`);
  return (texts?.[key] ?? key).replaceAll(/\{(\d+)\}/g, (_, place) => String(text.values[Number(place)]));
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
  return shown;
}

/** For `Intl`: English is written as in Britain. */
export function formatLocale(): string {
  return shown === 'en' ? 'en-GB' : shown;
}

/** Draws an element anew when the language changes. Called in its constructor. */
export function followLanguage(host: ReactiveControllerHost): void {
  const draw = (): void => host.requestUpdate();
  host.addController({
    hostConnected: () => {
      listeners.add(draw);
      // It may have changed while nobody looked.
      draw();
    },
    hostDisconnected: () => listeners.delete(draw),
  });
}

/** Calls `draw` whenever the language has changed or texts have come: for what no element draws. */
export function whenTextsChange(draw: () => void): void {
  listeners.add(draw);
}
