/**
 * The language of a page of this site: the one chosen here before, else the first of the browser's that there is. Translates
 * what stands in the page itself (the text of elements marked `data-text`, the label of those marked `data-label`) and fills the choice of language in the head. Elements follow
 * by themselves (ui/translate). Knows the page's marks and nothing of what it says.
 */
import { currentLanguage, directionOf, languages, msg, pickLanguage, showLanguage } from '../ui/translate.ts';
import type { Language } from '../ui/translate.ts';

const storeKey = 'smallworks-language';

/** What the page says in English, by element: the key to its other languages. */
const texts = new Map<Element, string>();
const labels = new Map<Element, string>();

/** Shows the page in its language, and lets the reader choose another, which is kept. */
export async function startPageLanguage(): Promise<void> {
  const choice = document.querySelector<HTMLSelectElement>('#language');
  const language = pickLanguage([readKept(), ...navigator.languages]);
  choice?.append(
    ...Object.entries(languages).map(([tag, name]) => {
      const option = new Option(name, tag, false, tag === language);
      option.lang = tag;
      return option;
    }),
  );
  choice?.addEventListener('change', () => {
    keep(choice.value);
    void translatePage(pickLanguage([choice.value]));
  });
  await translatePage(language);
}

async function translatePage(language: Language): Promise<void> {
  try {
    await showLanguage(language);
  } catch (error) {
    // Its catalogue cannot be fetched: what is shown stays, and stays usable.
    console.warn('The page stays in its language: the other could not be loaded.', error);
    return;
  }
  const shown = currentLanguage();
  document.documentElement.lang = shown;
  document.documentElement.dir = directionOf(shown);
  for (const element of document.querySelectorAll('[data-text]')) {
    const source = texts.get(element) ?? element.textContent.replaceAll(/\s+/g, ' ').trim();
    texts.set(element, source);
    element.textContent = msg(source);
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    const source = labels.get(element) ?? element.getAttribute('aria-label') ?? '';
    labels.set(element, source);
    element.setAttribute('aria-label', msg(source));
  }
}

function readKept(): string {
  try {
    return localStorage.getItem(storeKey) ?? '';
  } catch {
    // Storage is refused by the browser's settings.
    return '';
  }
}

function keep(language: string): void {
  try {
    localStorage.setItem(storeKey, language);
  } catch {
    // Refused: the choice holds for this page.
  }
}
