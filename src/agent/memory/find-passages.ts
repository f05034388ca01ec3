/**
 * The passages of a long text that have most of the words that are looked for. Pure; knows words, and no model.
 */

export interface Passage {
  /** Characters before it in the text. */
  readonly from: number;
  readonly text: string;
}

const passageCharacters = 300;

/** Passages with the most of the words, those first that stand first, together at most `mostCharacters`; none: empty. */
export function passagesFor(text: string, words: string, mostCharacters: number): readonly Passage[] {
  const wanted = [...new Set(wordsOf(words))];
  const scored = passagesOf(text)
    .map((passage) => {
      const said = new Set(wordsOf(passage.text));
      return { passage, score: wanted.filter((word) => said.has(word)).length };
    })
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score)
    .slice(0, Math.floor(mostCharacters / passageCharacters));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score * 2 >= best)
    .map(({ passage }) => passage)
    .toSorted((one, other) => one.from - other.from);
}

/** Cuts at white space where there is some in the second half of a passage. */
function passagesOf(text: string): readonly Passage[] {
  const passages: Passage[] = [];
  let from = 0;
  while (from < text.length) {
    const end = from + passageCharacters;
    const space = end >= text.length ? text.length : text.lastIndexOf(' ', end);
    const to = space > from + passageCharacters / 2 ? space : end;
    passages.push({ from, text: text.slice(from, to).toWellFormed() });
    from = to;
  }
  return passages;
}

/** Words of three letters or more, and numbers, in small letters. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}{3,}|\d+/gu) ?? [];
}
