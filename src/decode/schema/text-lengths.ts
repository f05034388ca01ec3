/**
 * Bounds on the length of an automaton's texts. Exactly, by counting characters in its states; or, where that takes too many
 * states, by how often a state may come back to itself. Knows states; nothing of grammars and schemas.
 */
import type { Automaton } from './automaton.ts';

export interface Lengths {
  readonly low: number;
  /** May be Infinity. */
  readonly high: number;
}

/** States of an automaton that counts. */
const mostCounted = 700;
/** Turns of a loop, at least: fewer would leave too few texts. */
const fewestTurns = 4;

/** Whether every text keeps to the lengths. */
export function keepsTo(automaton: Automaton, { low, high }: Lengths): boolean {
  return shortest(automaton) >= low && longest(automaton, Infinity) <= high;
}

/** The texts within the lengths; undefined where that takes too many states. Without states: there are none. */
export function counted(automaton: Automaton, { low, high }: Lengths): Automaton | undefined {
  const numbers = new Map<string, number>([['0 0', 0]]);
  const states: { readonly accepts: boolean; readonly edges: Automaton[number]['edges'] }[] = [];
  const toEnd = stepsToEnd(automaton);
  // Beyond both bounds no length is told from another.
  const last = high === Infinity ? low : high + 1;
  for (const key of numbers.keys()) {
    const [state = 0, count = 0] = key.split(' ').map(Number);
    const { accepts = false, edges = [] } = automaton[state] ?? {};
    const next = Math.min(count + 1, last);
    states.push({
      accepts: accepts && count >= low && count <= high,
      edges: edges.flatMap(({ ranges, to }) => {
        if (count + 1 + (toEnd[to] ?? Infinity) > high) return [];
        const name = `${to} ${next}`;
        const number = numbers.get(name) ?? numbers.size;
        numbers.set(name, number);
        return [{ ranges, to: number }];
      }),
    });
    if (numbers.size > mostCounted) return undefined;
  }
  return states;
}

/** Turns of each loop with which no text is longer; undefined where other ways lead back, or too few turns are left. */
export function turnsWithin(automaton: Automaton, high: number): number | undefined {
  for (let turns = Math.min(high, 30); turns >= fewestTurns; turns -= 1) {
    if (longest(automaton, turns) <= high) return turns;
  }
  return undefined;
}

/** Infinity where a way leads back to a state, other than from itself. */
function longest(automaton: Automaton, turns: number): number {
  const known = new Map<number, number>();
  const visit = (state: number, open: ReadonlySet<number>): number => {
    const before = known.get(state);
    if (before !== undefined) return before;
    if (open.has(state)) return Infinity;
    const { edges = [] } = automaton[state] ?? {};
    const inside = new Set([...open, state]);
    const onward = edges.filter(({ to }) => to !== state);
    const loop = onward.length === edges.length ? 0 : turns;
    const length = loop + Math.max(0, ...onward.map(({ to }) => 1 + visit(to, inside)));
    known.set(state, length);
    return length;
  };
  return visit(0, new Set());
}

function shortest(automaton: Automaton): number {
  return stepsToEnd(automaton)[0] ?? Infinity;
}

/** By state, the fewest characters to an end. */
function stepsToEnd(automaton: Automaton): readonly number[] {
  const steps = automaton.map(({ accepts }) => (accepts ? 0 : Infinity));
  for (let changed = true; changed;) {
    changed = false;
    for (const [state, { edges }] of automaton.entries()) {
      const fewest = Math.min(...edges.map(({ to }) => 1 + (steps[to] ?? Infinity)));
      if (fewest >= (steps[state] ?? Infinity)) continue;
      steps[state] = fewest;
      changed = true;
    }
  }
  return steps;
}
