/**
 * Random members of a grammar's language, without a model: short ones, long ones, and ones of rare characters. Knows rules
 * as the engine reads them; nothing of JSON.
 */
import type { Expression, GrammarRules, Ranges } from '../../src/engine/transformers/read-gbnf.ts';
import type { Random } from '../../src/protocol/random.ts';

/** `short`: ends as soon as it can. `plain`: everyday characters. `odd`: the first and last of their ranges. */
export type SampleManner = 'short' | 'plain' | 'odd';

/** Steps after which a sample takes the shortest way to its end. */
const mostSteps = 1500;
/** Rules within rules, for the same. */
const deepest = 400;
/** Turns of a loop beyond the fewest, at most. */
const mostTurns = 6;

export class GrammarSampler {
  readonly #rules: GrammarRules;
  /** By rule: the fewest steps to its end; none: it has no end. */
  readonly #costs = new Map<string, number>();

  constructor(rules: GrammarRules) {
    this.#rules = rules;
    for (let changed = true; changed;) {
      changed = false;
      for (const [name, body] of rules) {
        const cost = this.#cost(body) + 1;
        if (cost >= (this.#costs.get(name) ?? Infinity)) continue;
        this.#costs.set(name, cost);
        changed = true;
      }
    }
  }

  /** Rules from which no text ends: a model that enters one never stops. */
  get endless(): readonly string[] {
    return [...this.#rules.keys()].filter((name) => !this.#costs.has(name));
  }

  draw(random: Random, manner: SampleManner): string {
    let text = '';
    let steps = 0;
    const write = (expression: Expression, depth: number): void => {
      steps += 1;
      const hurry = manner === 'short' || steps > mostSteps || depth > deepest;
      switch (expression.type) {
        case 'class':
          text += String.fromCodePoint(character(expression.ranges, random, manner));
          return;
        case 'rule': {
          const body = this.#rules.get(expression.name);
          if (body !== undefined) write(body, depth + 1);
          return;
        }
        case 'sequence':
          for (const part of expression.parts) write(part, depth);
          return;
        case 'choice': {
          const ending = expression.parts.filter((part) => this.#cost(part) < Infinity);
          const fewest = Math.min(...ending.map((part) => this.#cost(part)));
          const open = hurry ? ending.filter((part) => this.#cost(part) === fewest) : ending;
          const part = open[Math.floor(random() * open.length)];
          if (part !== undefined) write(part, depth);
          return;
        }
        case 'repeat': {
          const { part, low, high } = expression;
          const span = hurry || this.#cost(part) === Infinity ? 0 : Math.min(high - low, mostTurns);
          const turns = low + Math.floor(random() * (span + 1));
          for (let turn = 0; turn < turns; turn += 1) write(part, depth);
          return;
        }
        default:
          expression satisfies never;
      }
    };
    write({ type: 'rule', name: 'root' }, 0);
    return text;
  }

  #cost(expression: Expression): number {
    switch (expression.type) {
      case 'class':
        return 1;
      case 'rule':
        return this.#costs.get(expression.name) ?? Infinity;
      case 'sequence':
        return expression.parts.reduce((sum, part) => sum + this.#cost(part), 0);
      case 'choice':
        return Math.min(...expression.parts.map((part) => this.#cost(part)));
      case 'repeat':
        return expression.low === 0 ? 0 : expression.low * this.#cost(expression.part);
      default:
        return expression satisfies never;
    }
  }
}

const everyday = Array.from('abcXYZ019 ,.:;{}[]/-_#@äß漢😀', (letter) => letter.codePointAt(0) ?? 0);

function character(ranges: Ranges, random: Random, manner: SampleManner): number {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const whole = ranges.flatMap(([first, last]): Ranges =>
    first <= 0xdfff && last >= 0xd800 ? halves(first, last) : [[first, last]],
  );
  const [low, high] = pick(whole) ?? [0x20, 0x20];
  if (manner === 'odd') return random() < 0.5 ? low : high;
  const usual = everyday.filter((code) => whole.some(([first, last]) => first <= code && code <= last));
  const common = random() < 0.7 ? pick(usual) : undefined;
  return common ?? low + Math.floor(random() * (high - low + 1));
}

/** A range without half pairs, which no text holds. */
function halves(first: number, last: number): readonly (readonly [number, number])[] {
  return [[first, 0xd7ff] as const, [0xe000, last] as const].filter(([from, to]) => from <= to);
}
