/**
 * What a page of the documents does beyond showing its text: the search box, and the contents scrolled to it. Whatever needs no script works without.
 */
import './docs.css';

// In a list longer than the screen, where the reader is stays in sight.
const contents = document.querySelector<HTMLElement>('.contents');
const current = contents?.querySelector<HTMLElement>('[aria-current]');
if (contents !== null && current !== null && current !== undefined) {
  const below = current.getBoundingClientRect().bottom - contents.getBoundingClientRect().bottom;
  if (below > 0) contents.scrollTop = below + contents.clientHeight / 2;
}

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
