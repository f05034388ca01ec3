/**
 * All that a page says, also within its elements: texts, and the labels and hints that stand in attributes. Left out is what
 * is marked as English or as a name (`lang="en"`, `translate="no"`), code, and the choice of language.
 */
import type { Page } from '@playwright/test';

/** In the order of the page, hidden parts included; each once. */
export async function shownTexts(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const leftOut =
      'script, style, noscript, template, code, pre, textarea, #language, [lang="en"], [translate="no"]';
    const attributes = ['aria-label', 'title', 'placeholder', 'alt', 'data-label'];
    const texts = new Set<string>();
    const add = (text: string | null): void => {
      const words = text?.replaceAll(/\s+/g, ' ').trim() ?? '';
      if (words !== '') texts.add(words);
    };
    const walk = (node: Node): void => {
      if (node instanceof Text) add(node.data);
      if (node instanceof Element) {
        // The page itself is marked with the language that it is in.
        if (node !== document.documentElement && node.matches(leftOut)) return;
        for (const name of attributes) add(node.getAttribute(name));
        if (node.shadowRoot !== null) walk(node.shadowRoot);
      }
      for (const child of node.childNodes) walk(child);
    };
    walk(document.documentElement);
    return [...texts];
  });
}
