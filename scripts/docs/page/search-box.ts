/**
 * The search box of the documents: asks the index that came with the site, in this page, and shows what is found. Knows the
 * index and the box; nothing of how the index was made.
 */
import MiniSearch from 'minisearch';
import { searchOptions } from './search-options.mjs';

/** Results that are shown. */
const shown = 12;

function part(box: HTMLElement, selector: string): HTMLElement {
  const found = box.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`The search box has no ${selector}.`);
  return found;
}

function item(root: string, { id, page, title, excerpt }: Record<string, unknown>): HTMLElement {
  const link = document.createElement('a');
  link.href = root + String(id);
  link.textContent = title === page ? String(page) : `${String(page)}: ${String(title)}`;
  const text = document.createElement('p');
  text.textContent = String(excerpt);
  const result = document.createElement('li');
  result.append(link, text);
  return result;
}

/** Fetches the index and answers what is typed from then on. The box names the index and the root of the documents. */
export async function startSearch(box: HTMLElement): Promise<void> {
  const { root = './', index: file = '' } = box.dataset;
  const input = box.querySelector('input');
  const found = part(box, '.found');
  const results = part(box, '.results');
  const answer = await fetch(root + file).catch(() => undefined);
  if (answer?.ok !== true) {
    found.textContent = 'The search index could not be read. Reload the page to try again.';
    return;
  }
  const index = MiniSearch.loadJSON(await answer.text(), searchOptions);
  const search = (): void => {
    const words = input?.value.trim() ?? '';
    const hits = words === '' ? [] : index.search(words);
    results.replaceChildren(...hits.slice(0, shown).map((hit) => item(root, hit)));
    if (words === '') found.textContent = '';
    else if (hits.length > shown)
      found.textContent = `The ${String(shown)} best of ${String(hits.length)} places`;
    else found.textContent = hits.length === 1 ? '1 place' : `${String(hits.length)} places`;
  };
  input?.addEventListener('input', search);
  search();
}
