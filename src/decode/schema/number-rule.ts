/** Facts of a number -> its rule. Knows bounds; nothing of other types. */
import { integerRule, numberRule } from '../json-rules.ts';
import { automatonOf, TooManyStates } from './automaton.ts';
import type { Automaton } from './automaton.ts';
import { automatonRule } from './automaton-rules.ts';
import type { Facts } from './facts.ts';
import { isWritableMultiple, numberLanguage } from './number-language.ts';
import type { NumberBounds } from './number-language.ts';
import type { RuleWriter, ValueOptions } from './rule-writer.ts';
import { NoValue } from './schema-grammar-error.ts';
import { Languages } from './text-language.ts';

export function numberRuleOf(writer: RuleWriter, facts: Facts, { hint }: ValueOptions): string {
  const { grammar } = writer;
  const multiples = facts.multiples.filter(({ value }) => isWritableMultiple(value));
  for (const place of facts.multiples) if (!multiples.includes(place)) writer.note(place);
  if (facts.notMultiples.some((value) => !isWritableMultiple(value))) writer.note(facts.last);
  const bounds: NumberBounds = {
    integer: facts.integer,
    lows: facts.lows.map(({ value, exclusive }) => ({ value, exclusive })),
    highs: facts.highs.map(({ value, exclusive }) => ({ value, exclusive })),
    multiples: multiples.map(({ value }) => value),
    notMultiples: facts.notMultiples.filter(isWritableMultiple),
    excluded: facts.excluded.filter((value) => typeof value === 'number'),
  };
  const [low, ...others] = facts.lows;
  const isPlain =
    [facts.highs, others, bounds.multiples, bounds.notMultiples, bounds.excluded].every(
      ({ length }) => length === 0,
    ) &&
    (low === undefined || (low.value === 0 && !low.exclusive));
  if (isPlain) return (facts.integer ? integerRule : numberRule)(grammar, low === undefined);
  const automaton = automatonWithout(writer, facts, bounds);
  if (automaton.length === 0) {
    const { keyword, path } =
      [...facts.lows, ...facts.highs, ...facts.multiples, facts.last][0] ?? facts.last;
    throw new NoValue(keyword, path, 'no number that can be written exactly fits it and the other bounds');
  }
  return automatonRule({ grammar, automaton, hint: `${hint}-number`, as: 'raw', longestLoop: 1 });
}

/** With all bounds, or without multiples where those take too many states. */
function automatonWithout(writer: RuleWriter, facts: Facts, bounds: NumberBounds): Automaton {
  const { numbers } = writer.shared.automata;
  const key = JSON.stringify(bounds);
  const known = numbers.get(key);
  if (known !== undefined) return known;
  const languages = new Languages();
  let automaton: Automaton;
  try {
    automaton = automatonOf(languages, numberLanguage(languages, bounds));
  } catch (error) {
    if (!(error instanceof TooManyStates)) throw error;
    for (const place of facts.multiples) writer.note(place);
    if (bounds.notMultiples.length > 0) writer.note(facts.last);
    const wider = { ...bounds, multiples: [], notMultiples: [] };
    return automatonOf(languages, numberLanguage(languages, wider));
  }
  numbers.set(key, automaton);
  return automaton;
}
