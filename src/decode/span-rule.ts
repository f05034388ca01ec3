/**
 * Texts -> a grammar rule for everything that can be copied out of them: each run of whole words, as it stands, in JSON
 * escapes. The rules are those of a deterministic automaton over words (positions that can follow alike are one state, as
 * in a suffix automaton: Blumer et al. 1985), so their number grows with the texts and not with the number of runs.
 * Knows words and rules; nothing of schemas and of which values are copied.
 */
import type { GrammarBuilder } from './gbnf.ts';
import { literal } from './gbnf.ts';
import { wordPieces } from './word-pieces.ts';
import type { WordPiece } from './word-pieces.ts';

/** Words and marks that can be copied from; the rules of more take an engine too long to read. */
const mostPieces = 600;

/** A piece that comes next, and the rule of what may come after it: empty where nothing may. */
interface Step {
  readonly label: readonly string[];
  readonly rule: string;
}

/** Places in the texts, ascending. */
type Places = readonly number[];

class SpanRules {
  readonly #grammar: GrammarBuilder;
  /** All texts behind each other; undefined between them. */
  readonly #pieces: readonly (WordPiece | undefined)[];
  /** Rules by the places that they go on from; undefined where no value can end any more. */
  readonly #known = new Map<string, string | undefined>();

  constructor(grammar: GrammarBuilder, pieces: readonly (WordPiece | undefined)[]) {
    this.#grammar = grammar;
    this.#pieces = pieces;
  }

  start(): string | undefined {
    // From the end, so that the rule of one place finds the next one's.
    for (let place = this.#pieces.length - 1; place >= 0; place -= 1) this.#after([place]);
    const first = this.#pieces.flatMap((piece, place) => (piece?.begins === true ? [place] : []));
    const steps = this.#steps(first, () => '');
    return steps.length === 0 ? undefined : this.#grammar.rule('span', choice(steps));
  }

  /** What may come after pieces at these places. */
  #after(places: Places): string | undefined {
    const key = places.join(' ');
    if (this.#known.has(key)) return this.#known.get(key);
    const next = places.map((place) => place + 1).filter((place) => this.#pieces[place] !== undefined);
    const steps = this.#steps(next, ({ gap }) => gap);
    const ends = places.some((place) => this.#pieces[place]?.ends === true);
    const rule =
      steps.length === 0
        ? ends
          ? ''
          : undefined
        : this.#grammar.rule(`span-${this.#known.size}`, ends ? `(${choice(steps)})?` : choice(steps));
    this.#known.set(key, rule);
    return rule;
  }

  /** One step for each wording that stands at one of the places, after what stands before it. */
  #steps(places: Places, before: (piece: WordPiece) => string): Step[] {
    const byText = new Map<string, number[]>();
    for (const place of places) {
      const piece = this.#pieces[place];
      if (piece === undefined) continue;
      for (const wording of piece.wordings) {
        const text = before(piece) + wording;
        const same = byText.get(text);
        if (same === undefined) byText.set(text, [place]);
        else same.push(place);
      }
    }
    return [...byText].flatMap(([text, same]) => {
      const rule = this.#after(same);
      return rule === undefined ? [] : { label: Array.from(JSON.stringify(text).slice(1, -1)), rule };
    });
  }
}

/** Alternatives that begin differently: engines follow every alternative that is still possible, one by one. */
function choice(steps: readonly Step[]): string {
  const byFirst = new Map<string, Step[]>();
  for (const step of steps) {
    const first = step.label[0] ?? '';
    byFirst.set(first, [...(byFirst.get(first) ?? []), step]);
  }
  return [...byFirst.values()].map(alternative).join(' | ');
}

/** Steps that begin alike, or a single one. */
function alternative(steps: readonly Step[]): string {
  const [first, ...others] = steps;
  if (first === undefined) return '""';
  const differs = first.label.findIndex((character, index) =>
    others.some(({ label }) => label[index] !== character),
  );
  const shared = others.length === 0 || differs < 0 ? first.label.length : differs;
  const text = shared === 0 ? '' : literal(first.label.slice(0, shared).join(''));
  const tail =
    others.length === 0
      ? first.rule
      : `(${choice(steps.map(({ label, rule }) => ({ label: label.slice(shared), rule })))})`;
  return [text, tail].filter((part) => part !== '').join(' ') || '""';
}

/**
 * The name of a rule for the JSON texts that hold a copied run of words, or undefined where there are no words, or too
 * many. Texts are not joined: no run goes from one into the next. No run has more than `longest` characters; where a text
 * has more, all runs of up to three quarters of that can be copied, and of the longer ones some.
 */
export function spanRule(
  grammar: GrammarBuilder,
  texts: readonly string[],
  longest: number,
): string | undefined {
  const lists = [...new Set(texts)].flatMap(wordPieces);
  if (lists.reduce((sum, { length }) => sum + length, 0) > mostPieces) return undefined;
  const pieces = lists
    .flatMap((list) => windows(list, longest))
    .flatMap((list): readonly (WordPiece | undefined)[] => [list, apart].flat());
  const span = new SpanRules(grammar, pieces).start();
  return span === undefined ? undefined : grammar.rule('copied', `"\\"" ${span} "\\""`);
}

/** Stands behind each list, so that no run goes on into the next one. */
const apart: readonly undefined[] = [undefined];

/** Stretches of a list with at most so many characters, each of which begins a quarter of that after the one before. */
function windows(list: readonly WordPiece[], longest: number): readonly (readonly WordPiece[])[] {
  const found: (readonly WordPiece[])[] = [];
  for (let start = 0; start < list.length;) {
    const [end, next] = [reach(list, start, longest), reach(list, start, longest / 4)];
    if (end > start) found.push(list.slice(start, end));
    if (end === list.length) break;
    start = Math.max(next, start + 1);
  }
  return found;
}

/** The first place whose piece would make the text from `start` longer than `longest` characters. */
function reach(list: readonly WordPiece[], start: number, longest: number): number {
  let length = 0;
  for (let place = start; place < list.length; place += 1) {
    const { gap = '', wordings: [text = ''] = [] } = list[place] ?? {};
    length += Array.from(text).length + (place === start ? 0 : gap.length);
    if (length > longest) return place;
  }
  return list.length;
}
