/**
 * Goal -> subtasks. The model only decides where to cut: the grammar of a plan is the goal's own words, with a choice
 * between a line break and the original separator at each place where a cut is possible. A plan can therefore not
 * invent, lose or misspell anything, and a goal without such a place costs no model call.
 */
import { literal } from '../decode/gbnf.ts';
import type { OutputConstraint } from '../protocol/engine.ts';
import { newId } from '../protocol/id.ts';
import type { Subtask } from '../protocol/task-event.ts';

/** Places where a goal may fall into two: a sentence's end, a line's end, `;`, `and`, `then`, `also`. */
const separator =
  /(?<=[.?!])\s+(?:(?:and\s+)?(?:then|also)\s+|and\s+)?(?=\S)|\s*[;\n]\s*|,?\s+(?:and\s+then|and\s+also|then|and)\s+/giu;

/** Words that point back to an earlier result. */
const pointsBack = /\b(it|its|that|this|them|those|these|the (?:result|answer|sum|total|outcome))\b/iu;

const saysThen = /\bthen\b/iu;

/** A goal is cut into this many parts at most; the rest stays in the last. */
const mostParts = 8;

export interface PlanGrammar {
  /** Tokens that a plan can have at most, generously: one a character of the goal, and breaks. */
  readonly maxTokens: number;
  readonly constraint: OutputConstraint;
}

interface Cut {
  readonly parts: readonly string[];
  /** `separators[i]` stands between part i and part i + 1. */
  readonly separators: readonly string[];
}

function cutGoal(goal: string): Cut {
  const parts: string[] = [];
  const separators: string[] = [];
  let start = 0;
  for (const match of goal.matchAll(separator)) {
    if (match.index === start || parts.length === mostParts - 1) continue;
    parts.push(goal.slice(start, match.index));
    separators.push(match[0]);
    start = match.index + match[0].length;
  }
  return { parts: [...parts, goal.slice(start)], separators };
}

/** The grammar of the goal's plans, or undefined where the goal is one piece. */
export function planGrammar(goal: string): PlanGrammar | undefined {
  const { parts, separators } = cutGoal(goal);
  if (separators.length === 0) return undefined;
  const body = parts.map((part, index) => {
    const joint = separators[index];
    return joint === undefined ? literal(part) : `${literal(part)} ("\\n" | ${literal(joint)})`;
  });
  return { constraint: { gbnf: `root ::= ${body.join(' ')}` }, maxTokens: goal.length + 16 };
}

/**
 * The subtasks of a plan's text. One that points back, or that followed a `then`, waits for the one before it;
 * the others may run side by side.
 */
export function readPlan(goal: string, text: string): readonly Subtask[] {
  const subtasks: Subtask[] = [];
  let searched = 0;
  for (const line of text
    .split('\n')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const at = goal.indexOf(line, searched);
    const between = at < 0 ? '' : goal.slice(searched, at);
    if (at >= 0) searched = at + line.length;
    const before = subtasks.at(-1);
    const waits = before !== undefined && (saysThen.test(between) || pointsBack.test(line));
    subtasks.push({ id: newId(), text: line, dependsOn: waits ? [before.id] : [] });
  }
  return subtasks.length > 0 ? subtasks : [{ id: newId(), text: goal.trim(), dependsOn: [] }];
}

/** Whether a subtask's words refer to an earlier result, so that the model must be shown it. */
export function needsEarlierResult(text: string): boolean {
  return pointsBack.test(text);
}
