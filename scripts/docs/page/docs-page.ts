/**
 * What a page of the documents does beyond showing its text: the search box. Whatever needs no script works without.
 */
import './docs.css';

const box = document.querySelector<HTMLElement>('.search');
const input = box?.querySelector('input');
if (box !== null && input !== null && input !== undefined) {
  box.hidden = false;
  // The index is fetched for those who search, not for those who read.
  input.addEventListener(
    'focus',
    () => {
      void import('./search-box.ts').then(async ({ startSearch }) => startSearch(box));
    },
    { once: true },
  );
}
