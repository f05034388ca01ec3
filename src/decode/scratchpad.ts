/**
 * The typed notes that a model may take before it calls: which tool, and up to four runs of words of the conversation that
 * the call will hold. One line of JSON before the call's own. Knows its grammar and its place; nothing of engines.
 */
import type { OutputConstraint } from '../protocol/engine.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import { GrammarBuilder, literal, oneOf } from './gbnf.ts';
import { spanRule } from './span-rule.ts';

const longestNote = 60;

/** The tokens that notes take at most. */
export const scratchpadTokens = 96;

/** The grammar of the notes; undefined where there is no tool to note. */
export function scratchpadGrammar({
  tools,
  copyFrom,
}: {
  readonly tools: readonly ToolSpec[];
  readonly copyFrom: readonly string[];
}): OutputConstraint | undefined {
  if (tools.length === 0) return undefined;
  const grammar = new GrammarBuilder();
  const span = spanRule(grammar, copyFrom, longestNote);
  const tool = `${literal('{"tool":"')} (${oneOf(tools.map(({ name }) => literal(name)))})`;
  const words =
    span === undefined
      ? literal('"}')
      : `${literal('","use":[')} (${span} ("," ${span}){0,3})? ${literal(']}')}`;
  return { gbnf: grammar.text(`${tool} ${words}`) };
}

/** What the assistant's turn begins with, once the notes are there. */
export function afterNotes(notes: string): string {
  return `${notes}\n`;
}
