/**
 * One row of tool calls asked without any help and with each of some, and what every way of asking came to. Knows the public
 * API and how a row is scored; where worked examples come from is handed in.
 */
import type { Agreement, FindExamples, TestTimeHelp, ToolCallRow } from '../../src/index.ts';
import { scoreRow } from './score-row.ts';
import type { LoadedSide, ScoredRow } from './score-row.ts';

/** Names of the helps that can be measured row by row. */
export const helpNames = [
  'feedback',
  'search',
  'samples-3',
  'samples-5',
  'scratchpad',
  'judge',
  'examples',
] as const;

export type HelpName = (typeof helpNames)[number];

interface HelpTry {
  readonly exact: boolean;
  readonly tokens: number;
  readonly milliseconds: number;
  /** How many of the decisions that were asked for say the same; absent: one was. */
  readonly agreement?: Agreement;
  /** How likely the model found the calls of its first try wrong; absent: it was not asked. */
  readonly objection?: number;
}

export interface HelpedRow {
  readonly id: string;
  readonly plain: HelpTry;
  readonly helped: Readonly<Record<string, HelpTry>>;
  /** What was written without help: what a router learns from. */
  readonly first: ScoredRow;
}

const noHelp = { samples: 1, feedback: false, search: false, scratchpad: false, judge: false } as const;

/** Asks a row in every way. `findExamples` is needed for `examples`. Rejects where the engine fails. */
export async function helpRow(
  row: ToolCallRow,
  side: Omit<LoadedSide, 'help'>,
  { helps, findExamples }: { readonly helps: readonly HelpName[]; readonly findExamples?: FindExamples },
): Promise<HelpedRow> {
  const first = await scoreRow(row, { ...side, help: noHelp }, undefined);
  const plain = tryOf(first);
  const helped: Record<string, HelpTry> = {};
  for (const name of helps) {
    // Where the first try was taken, there is nothing to feed back: the second way is the first.
    helped[name] =
      name === 'feedback' && first.output !== undefined
        ? plain
        : costAlone(await scoreRow(row, { ...side, help: helpOf(name, findExamples) }, undefined), first);
  }
  return { id: row.id, plain, helped, first };
}

function helpOf(name: HelpName, findExamples: FindExamples | undefined): Partial<TestTimeHelp> {
  switch (name) {
    case 'feedback':
      return { ...noHelp, feedback: true };
    case 'search':
      return { ...noHelp, search: true };
    case 'samples-3':
      return { ...noHelp, samples: 3 };
    case 'samples-5':
      return { ...noHelp, samples: 5 };
    case 'scratchpad':
      return { ...noHelp, scratchpad: true };
    case 'judge':
      // What it objects to goes back to the model, which is what feedback allows.
      return { ...noHelp, feedback: true, judge: true };
    case 'examples':
      return { ...noHelp, ...(findExamples === undefined ? {} : { findExamples }) };
    default:
      return name satisfies never;
  }
}

/** A later way as if it had been the only one: what the first one read for it is counted as its own. */
function costAlone(scored: ScoredRow, { usage }: ScoredRow): HelpTry {
  const read = usage.promptTokens - usage.cachedTokens;
  const found = Math.min(read, Math.max(0, scored.usage.cachedTokens - usage.cachedTokens));
  const alone = tryOf(scored);
  return {
    ...alone,
    tokens: alone.tokens + found,
    milliseconds: alone.milliseconds + Math.round(read === 0 ? 0 : (usage.prefillMs * found) / read),
  };
}

function tryOf({ agreement, grade, objection, usage, durationMs }: ScoredRow): HelpTry {
  const { promptTokens, cachedTokens, decodeTokens } = usage;
  return {
    exact: grade.exact,
    tokens: promptTokens - cachedTokens + decodeTokens,
    milliseconds: Math.round(durationMs),
    ...(agreement === undefined ? {} : { agreement }),
    ...(objection === undefined ? {} : { objection }),
  };
}
