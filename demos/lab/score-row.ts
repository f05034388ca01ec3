/**
 * One row of tool calls asked of a model that is loaded, and what is to be known of it afterwards. Knows the public API
 * only.
 */
import { evaluateToolCallRow, Fault, faultCodes } from '../../src/index.ts';
import type {
  EngineHandle,
  JudgedRow,
  LoadedModel,
  RowEvaluation,
  TestTimeHelp,
  ToolCallRow,
} from '../../src/index.ts';

/** One row with what became of it; its text is what the model wrote last, or why it could not be asked. */
export interface ScoredRow extends JudgedRow {
  readonly category: string;
  /** Sums over the row's attempts. */
  readonly usage: Pick<
    RowEvaluation['usage'],
    'promptTokens' | 'cachedTokens' | 'decodeTokens' | 'prefillMs' | 'decodeMs'
  >;
  /** Prompt and answer of the longest attempt. */
  readonly longestTokens: number;
  /** What a router can know of it: how sure the model was, how often it was asked, out of how many tools it chose. */
  readonly certainty?: RowEvaluation['certainty'];
  readonly agreement?: RowEvaluation['agreement'];
  readonly objection?: RowEvaluation['objection'];
  readonly attempts: number;
  readonly toolsOffered: number;
}

/** What is scored of a model that is loaded. */
export interface ScoreSide {
  /** Id of an adapter that is loaded; undefined: the base model. */
  readonly adapter: string | undefined;
  /** Outputs are held to the tools' grammar. */
  readonly grammar: boolean;
  /** Values of copied parameters are held to the words of the conversation; absent: they are. */
  readonly copy?: boolean;
  /** The right tools are named, and what is scored is the arguments; absent: the model chooses. */
  readonly toolGiven?: boolean;
  /** What helps the model to decide; absent: the defaults. */
  readonly help?: Partial<TestTimeHelp>;
}

export interface LoadedSide extends Required<Omit<ScoreSide, 'help'>>, Pick<ScoreSide, 'help'> {
  readonly engine: EngineHandle;
  readonly model: LoadedModel;
}

/** Scores one row. Rejects where the engine fails. */
export async function scoreRow(
  row: ToolCallRow,
  { engine, model, adapter, grammar, copy, toolGiven, help }: LoadedSide,
  signal: AbortSignal | undefined,
): Promise<ScoredRow> {
  const { id, category } = row;
  const startedAt = performance.now();
  const asked = {
    id,
    category,
    request: row.turns.findLast(({ role }) => role === 'user')?.content ?? '',
    expected: row.expected.map(({ name, arguments: values }) => ({ name, arguments: values })),
    toolsOffered: row.tools.length,
  };
  try {
    const { output, grade, texts, usage, certainty, agreement, objection, longestTokens, durationMs } =
      await evaluateToolCallRow({
        row,
        engine,
        model,
        ...(adapter === undefined ? {} : { adapter }),
        ...(grammar ? {} : { grammar: 'off' }),
        ...(copy ? {} : { copy: 'off' }),
        ...(toolGiven ? { toolGiven } : {}),
        ...(help === undefined ? {} : { help }),
        ...(signal === undefined ? {} : { signal }),
      });
    const text = texts.at(-1) ?? '';
    return {
      ...asked,
      text,
      ...(output === undefined ? {} : { output }),
      grade,
      usage,
      ...(certainty === undefined ? {} : { certainty }),
      ...(agreement === undefined ? {} : { agreement }),
      ...(objection === undefined ? {} : { objection }),
      longestTokens,
      durationMs,
      attempts: texts.length,
    };
  } catch (error) {
    // A row that is too long for the model is a row it got wrong; anything else ends the evaluation.
    if (!(error instanceof Fault) || error.code !== faultCodes.contextOverflow) throw error;
    return {
      ...asked,
      text: error.message,
      grade: { valid: false, name: false, exact: false, refused: false },
      usage: { promptTokens: 0, cachedTokens: 0, decodeTokens: 0, prefillMs: 0, decodeMs: 0 },
      longestTokens: Number(error.details['promptTokens'] ?? 0),
      durationMs: performance.now() - startedAt,
      attempts: 1,
    };
  }
}
