/**
 * Who stands for whom: every word of a name has one made-up word, in whatever order and however often names come. So
 * "Anna Berg", "Berg" and "ANNA" stay one person. Which word it is follows from the key; only where two originals would
 * get the same does the later one take the next. Knows words; nothing of texts.
 */
import type { Gazetteer } from '../gazetteer/gazetteer.ts';
import { wordBits } from '../gazetteer/gazetteer.ts';
import type { KeyedChoices } from './keyed-choice.ts';
import { makeUpName } from './made-up-names.ts';
import type { NameKind, NameLocale } from './made-up-names.ts';
import { inCaseOf } from './same-form.ts';

/** What a name has beside names. It stays. */
const small =
  /^(?:de|la|le|van|von|der|den|del|della|di|da|dos|das|du|des|el|al|bin|ibn|ben|y|e|zu|zur|ter|ten|af|av|the|and|of|und|i|jr|sr|ii|iii|iv|md|phd|dds|dvm|esq|cpa|rn|mba|msc|bsc|ba|ma|mr|mrs|ms|dr|miss|prof)$/i;
const company =
  /^(?:inc|llc|ltd|plc|gmbh|ag|kg|corp|corporation|company|co|group|holdings?|partners|sa|bv|nv|ab|oy|as|university|college|institute|foundation|bank|hospital|school|limited|orchestra|services|systems|solutions|insurance)$/i;

const manyTries = 200;

export class NameBook {
  readonly #choices: KeyedChoices;
  readonly #gazetteer: Gazetteer;
  readonly #locale: NameLocale;
  /** Folded original to made-up word, by kind. */
  readonly #made = new Map<string, string>();
  /** Made-up word to folded original. */
  readonly #taken = new Map<string, string>();

  constructor(choices: KeyedChoices, gazetteer: Gazetteer, locale: NameLocale) {
    this.#choices = choices;
    this.#gazetteer = gazetteer;
    this.#locale = locale;
  }

  /** The words of people's names that were met, folded. */
  has(word: string): boolean {
    return this.#made.has(`name ${fold(word)}`);
  }

  /** A person's name with every word of it made up. */
  person(original: string): string {
    return original.replaceAll(/[\p{L}\p{M}]+/gu, (word, at: number) => {
      if (small.test(word) && (word.length > 1 || at > 0) && original.length > word.length) return word;
      if (word.length === 1) return this.#initial(word);
      return inCaseOf(word, this.word(word));
    });
  }

  /** An organisation's or address's words made up; `stays` says which do not change. */
  phrase(original: string, kind: NameKind, stays: (word: string) => boolean): string {
    return original.replaceAll(/[\p{L}\p{M}]+/gu, (word) => {
      if (word.length < 2 || small.test(word) || stays(word)) return word;
      return inCaseOf(word, this.#make(kind === 'surname' ? 'name' : kind, word, kind));
    });
  }

  organisation(original: string): string {
    return this.phrase(original, 'surname', (word) => company.test(word));
  }

  place(original: string): string {
    const made = this.#make('place', original, 'place');
    return inCaseOf(original, made);
  }

  /** One word of a person's name. */
  word(original: string): string {
    const bits = this.#gazetteer.look(original, 0, original.length);
    const isGiven = (bits & wordBits.given) !== 0 || (bits & wordBits.surname) === 0;
    return this.#make('name', original, isGiven ? 'given' : 'surname');
  }

  #initial(letter: string): string {
    const draw = this.#choices.draw('initial', letter.toLowerCase());
    return inCaseOf(letter, String.fromCharCode(65 + draw.below(26)));
  }

  #make(group: string, original: string, kind: NameKind): string {
    const folded = fold(original);
    const known = this.#made.get(`${group} ${folded}`);
    if (known !== undefined) return known;
    let made = '';
    for (let attempt = 0; attempt < manyTries; attempt += 1) {
      made = makeUpName(
        this.#choices.draw(group, folded, attempt),
        attempt > 60 ? 'surname' : kind,
        this.#locale,
      );
      // Past the lists' end two parts make one name.
      if (attempt > 120)
        made += makeUpName(
          this.#choices.draw(group, folded, attempt + 1000),
          'surname',
          this.#locale,
        ).toLowerCase();
      const holder = this.#taken.get(fold(made));
      if (
        (holder === undefined || holder === folded) &&
        fold(made) !== folded &&
        !this.#made.has(`name ${fold(made)}`)
      )
        break;
    }
    this.#made.set(`${group} ${folded}`, made);
    this.#taken.set(fold(made), folded);
    return made;
  }
}

/** The form in which two spellings of a word are one. */
export function fold(word: string): string {
  return word.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
