/**
 * A text language as a deterministic automaton with as few states as it can have; states from which no text ends are left
 * out. Knows states and code points; nothing of grammars.
 */
import { everyCharacter, tidyRanges } from './text-language.ts';
import type { Language, Languages, Ranges } from './text-language.ts';

interface Edge {
  readonly ranges: Ranges;
  readonly to: number;
}

interface State {
  readonly accepts: boolean;
  readonly edges: readonly Edge[];
}

/** State 0 is the first. Without states: no text belongs to the language. */
export type Automaton = readonly State[];

/** The language has more states than a grammar should have rules. */
export class TooManyStates extends Error {}

/** States and steps looked at before the smallest automaton is known. */
const [mostStates, mostSteps] = [3000, 60_000];
/** States kept: each becomes a rule of the grammar at worst. */
const mostKept = 700;

/** Throws TooManyStates. */
export function automatonOf(languages: Languages, language: Language): Automaton {
  return smallestOf(explore(languages, language));
}

/** The same texts with as few states as can be. Throws TooManyStates. */
export function smallestOf(automaton: Automaton): Automaton {
  const smallest = minimise(withoutDeadEnds(automaton));
  if (smallest.length > mostKept) throw new TooManyStates();
  return smallest;
}

function explore(languages: Languages, start: Language): Automaton {
  const numbers = new Map<Language, number>([[start, 0]]);
  const states: State[] = [];
  let steps = 0;
  for (const language of numbers.keys()) {
    const byTarget = new Map<number, [number, number][]>();
    for (const [first, last] of pieces(language.cuts)) {
      steps += 1;
      const next = languages.after(language, first);
      if (next === languages.none) continue;
      const number = numbers.get(next) ?? numbers.size;
      numbers.set(next, number);
      byTarget.set(number, [...(byTarget.get(number) ?? []), [first, last]]);
    }
    if (numbers.size > mostStates || steps > mostSteps) throw new TooManyStates();
    states.push({
      accepts: language.nullable,
      edges: Array.from(byTarget, ([to, ranges]) => ({ to, ranges: tidyRanges(ranges) })),
    });
  }
  return states;
}

/** All characters, in pieces within which the language does not tell one from another. */
function pieces(cuts: readonly number[]): readonly (readonly [number, number])[] {
  return everyCharacter.flatMap(([first, last]) => {
    const starts = [first, ...cuts.filter((cut) => cut > first && cut <= last)];
    return starts.map((from, index) => [from, (starts[index + 1] ?? last + 1) - 1] as const);
  });
}

function withoutDeadEnds(states: Automaton): Automaton {
  const before = states.map((): number[] => []);
  for (const [from, { edges }] of states.entries()) for (const { to } of edges) before[to]?.push(from);
  const alive = new Set<number>();
  const open = states.flatMap((state, number) => (state.accepts ? [number] : []));
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    if (alive.has(number)) continue;
    alive.add(number);
    open.push(...(before[number] ?? []));
  }
  if (!alive.has(0)) return [];
  const numbers = new Map([...alive].toSorted((a, b) => a - b).map((old, number) => [old, number]));
  return [...numbers.keys()].map((old) => ({
    accepts: states[old]?.accepts ?? false,
    edges: (states[old]?.edges ?? []).flatMap(({ ranges, to }) => {
      const number = numbers.get(to);
      return number === undefined ? [] : [{ ranges, to: number }];
    }),
  }));
}

/** By state, the fewest characters to an end. */
function stepsToEnd(states: Automaton): number[] {
  const before = states.map((): number[] => []);
  for (const [from, { edges }] of states.entries()) for (const { to } of edges) before[to]?.push(from);
  const steps: number[] = states.map(({ accepts }) => (accepts ? 0 : -1));
  const open = states.flatMap(({ accepts }, number) => (accepts ? [number] : []));
  for (const number of open) {
    for (const from of before[number] ?? []) {
      if (steps[from] !== -1) continue;
      steps[from] = (steps[number] ?? 0) + 1;
      open.push(from);
    }
  }
  return steps;
}

/** Merges states that no text tells apart (Moore's refinement, from what their shortest texts already tell). */
function minimise(states: Automaton): Automaton {
  let blocks = stepsToEnd(states);
  for (let count = 0; ;) {
    const numbers = new Map<string, number>();
    const next = states.map((state, number) => {
      const key = `${blocks[number]};${signature(state, blocks)}`;
      const block = numbers.get(key) ?? numbers.size;
      numbers.set(key, block);
      return block;
    });
    blocks = next;
    if (numbers.size === count) break;
    count = numbers.size;
  }
  const merged: State[] = [];
  for (const [number, state] of states.entries()) {
    const block = blocks[number] ?? 0;
    merged[block] ??= { accepts: state.accepts, edges: joinedEdges(state, blocks) };
  }
  return merged;
}

function joinedEdges({ edges }: State, blocks: readonly number[]): readonly Edge[] {
  const byBlock = new Map<number, Ranges[]>();
  for (const { ranges, to } of edges) {
    const block = blocks[to] ?? 0;
    byBlock.set(block, [...(byBlock.get(block) ?? []), ranges]);
  }
  return Array.from(byBlock, ([to, [only = [], ...others]]) => ({
    to,
    ranges: others.length === 0 ? only : tidyRanges([only, ...others].flat()),
  }));
}

function signature(state: State, blocks: readonly number[]): string {
  return joinedEdges(state, blocks)
    .map(({ ranges, to }) => `${to}:${ranges.join(' ')}`)
    .toSorted()
    .join('|');
}
