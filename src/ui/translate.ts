/**
 * Texts in the reader's language. English stands in the source and is the key; another language is a catalogue of
 * `locales/`, fetched when it is chosen. Knows catalogues; nothing of which language a page wants (app/page-language).
 */
import { configureLocalization, msg as localised, str, updateWhenLocaleChanges } from '@lit/localize';

export { str };

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
type Catalogue = Readonly<Record<string, string>>;

const { getLocale, setLocale } = configureLocalization({
  sourceLocale: 'en',
  targetLocales: ['de', 'fr', 'es', 'ar'],
  loadLocale: async (language) => ({ templates: templatesOf((await load(language)).default) }),
});

/** Vite and other bundlers find the files by these texts: they cannot be put together. */
async function load(language: string): Promise<{ readonly default: Catalogue }> {
  switch (language) {
    case 'de':
      return await import('./locales/de.json');
    case 'fr':
      return await import('./locales/fr.json');
    case 'es':
      return await import('./locales/es.json');
    default:
      return await import('./locales/ar.json');
  }
}

const hole = /\{(\d+)\}/;

/** Catalogue lines as the library takes them: a text, or its pieces and the order of the values between them. */
export function templatesOf(catalogue: Catalogue) {
  return Object.fromEntries(
    Object.entries(catalogue).map(([key, text]) => {
      const parts = text.split(hole);
      if (parts.length === 1) return [key, text] as const;
      const strings = parts.filter((_, index) => index % 2 === 0);
      const values = parts.filter((_, index) => index % 2 === 1).map(Number);
      return [key, { strTag: true, strings: Object.assign(strings, { raw: [...strings] }), values }] as const;
    }),
  );
}

/**
 * A text in the reader's language, or as it stands where the catalogue has none. Only within an element that follows the
 * language (`followLanguage`), at the time it is drawn.
 */
export function msg(text: string | ReturnType<typeof str>): string {
  return typeof text === 'string'
    ? localised(text, { id: text })
    : localised(text, { id: keyOf(text.strings) });
}

function keyOf(strings: readonly string[]): string {
  return strings.reduce((key, piece, index) => `${key}{${String(index - 1)}}${piece}`);
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

/** Shows another language once its catalogue has come. Rejects where it cannot be fetched; the page stays as it is. */
export async function showLanguage(language: Language): Promise<void> {
  await setLocale(language);
}

/** Draws an element anew when the language changes. Called in its constructor. */
export const followLanguage = updateWhenLocaleChanges;
