/**
 * The texts of a page below this folder in the reader's language: each page has catalogues of its own, fetched when their
 * language is shown. Knows where they lie; nothing of what they say.
 */
import type { Catalogue, TextSource } from '../src/ui/translate.ts';

const catalogues = import.meta.glob<{ readonly default: Catalogue }>('./*/locales/*.json');

/** `page` is the name of the page's folder. */
export function pageTexts(page: string): TextSource {
  const load = (language: string) => async () => {
    const fetchCatalogue = catalogues[`./${page}/locales/${language}.json`];
    if (fetchCatalogue === undefined) throw new Error(`The page ${page} has no texts in ${language}.`);
    return await fetchCatalogue();
  };
  return { de: load('de'), fr: load('fr'), es: load('es'), ar: load('ar') };
}
