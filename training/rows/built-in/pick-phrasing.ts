/**
 * Chooses the words of a request: one of the split's phrasings, or, to learn from, as often one that a wider template
 * makes and that is not the test's.
 */
import { phrasingsOf } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { vary } from '../template.ts';

export interface Ways {
  readonly draw: Draw;
  readonly phrasings: readonly string[];
  readonly wider?: readonly string[];
}

export function pickPhrasing({ draw, phrasings, wider = [] }: Ways): string {
  const own = phrasingsOf(phrasings, draw.split);
  if (draw.split === 'test' || wider.length === 0 || draw.chance(0.5)) return draw.pick(own);
  const kept = new Set(phrasingsOf(phrasings, 'test').map(lettersOf));
  for (let tries = 0; tries < 8; tries += 1) {
    const made = vary(draw.pick(wider), draw);
    if (!kept.has(lettersOf(made))) return made;
  }
  return draw.pick(own);
}

/** Without what `dress` may change. */
function lettersOf(phrasing: string): string {
  return phrasing
    .toLowerCase()
    .replaceAll(/[^a-z{}\d]+/g, ' ')
    .trim();
}
