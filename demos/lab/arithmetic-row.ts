/**
 * One question about numbers, asked of a model that has the calculator and of the same model without any tool. What counts is
 * the last result of the calculator, or the last number of what it says. Knows the public API only.
 */
import { builtinTools, evaluateToolCallRow, Fault, faultCodes } from '../../src/index.ts';
import type { EngineHandle, LoadedModel, Tool, ToolCall } from '../../src/index.ts';

export interface ArithmeticRow {
  readonly id: string;
  readonly question: string;
  readonly answer: number;
}

/** What came of one way of asking. */
export interface NumberSaid {
  readonly text: string;
  /** Absent: it says none. */
  readonly number?: number;
  readonly right: boolean;
  readonly decodeTokens: number;
  readonly milliseconds: number;
}

export interface AskedArithmetic {
  readonly id: string;
  readonly answer: number;
  readonly with: NumberSaid & {
    /** What the calculator was asked for. */
    readonly expressions: readonly string[];
  };
  readonly without: NumberSaid;
}

/** Tokens of an answer without tools: room for every step of a question from school. */
const mostTokens = 256;

export type ReadArithmetic =
  | { readonly type: 'read'; readonly row: ArithmeticRow }
  /** `reason` is a sentence that names the line. */
  | { readonly type: 'unreadable'; readonly reason: string };

/** Reads a line of a file of questions: `{"question": "…", "answer": 42}`. */
export function readArithmeticRow({
  number,
  text,
}: {
  readonly number: number;
  readonly text: string;
}): ReadArithmetic {
  const { id = `line ${String(number)}`, question, answer } = fieldsOf(text);
  if (typeof question !== 'string' || question.trim() === '')
    return unreadable(number, 'it has no "question", a text');
  if (typeof answer !== 'number') return unreadable(number, 'it has no "answer", a number');
  return { type: 'read', row: { id: String(id), question, answer } };
}

function unreadable(line: number, why: string): ReadArithmetic {
  return { type: 'unreadable', reason: `Line ${String(line)}: ${why}.` };
}

interface Side {
  readonly engine: EngineHandle;
  readonly model: LoadedModel;
  /** Id of an adapter that is loaded; undefined: the base model. */
  readonly adapter: string | undefined;
}

/** Asks both ways, one after the other. Rejects where the engine fails. */
export async function askArithmetic(row: ArithmeticRow, side: Side): Promise<AskedArithmetic> {
  const { id, answer } = row;
  return { id, answer, with: await askWithTool(row, side), without: await askWithout(row, side) };
}

/**
 * The decision that a run makes, and what the calculator says to it. The question is not taken apart first: what it asks is one
 * number.
 */
async function askWithTool(
  { id, question, answer }: ArithmeticRow,
  { engine, model, adapter }: Side,
): Promise<AskedArithmetic['with']> {
  const calculator = builtinTools().find(({ spec }) => spec.name === 'calculator');
  if (calculator === undefined) throw new Error('There is no calculator among the built-in tools.');
  const { output, usage, durationMs } = await evaluateToolCallRow({
    row: {
      id,
      category: 'arithmetic',
      turns: [{ role: 'user', content: question }],
      tools: [calculator.spec],
      expected: [],
    },
    engine,
    model,
    ...(adapter === undefined ? {} : { adapter }),
  });
  const calls = output?.type === 'calls' ? output.calls : [];
  let said = output?.type === 'answer' ? output.text : '';
  for (const call of calls) said = await calculated(calculator, call.arguments);
  return {
    ...judged(said, answer),
    expressions: calls.map(({ arguments: { expression } }) =>
      typeof expression === 'string' ? expression : '',
    ),
    decodeTokens: usage.decodeTokens,
    milliseconds: Math.round(durationMs),
  };
}

/** The result as text; empty where the calculator refuses. */
async function calculated(calculator: Tool, input: ToolCall['arguments']): Promise<string> {
  try {
    const value = await calculator.execute(input, { signal: new AbortController().signal });
    return typeof value === 'object' && value !== null && 'result' in value ? String(value.result) : '';
  } catch (error) {
    if (error instanceof Fault && error.code === faultCodes.toolFailed) return '';
    throw error;
  }
}

async function askWithout(
  { question, answer }: ArithmeticRow,
  { engine, adapter }: Side,
): Promise<NumberSaid> {
  const { text, usage } = await engine.generate({
    messages: [{ role: 'user', content: question }],
    sampling: { temperature: 0, maxTokens: mostTokens },
    ...(adapter === undefined ? {} : { adapter }),
  });
  return {
    ...judged(text, answer),
    decodeTokens: usage.decodeTokens,
    milliseconds: Math.round(usage.totalMs),
  };
}

/** The last number of a text: `$1,234.50` is 1234.5, and `12-4` ends in 4. Undefined: there is none. */
export function lastNumber(text: string): number | undefined {
  const found = text.match(/(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?/gi)?.at(-1);
  return found === undefined ? undefined : Number(found.replaceAll(',', ''));
}

function judged(text: string, answer: number): Pick<NumberSaid, 'text' | 'number' | 'right'> {
  const number = lastNumber(text);
  if (number === undefined) return { text, right: false };
  return { text, number, right: Math.abs(number - answer) <= 1e-6 * Math.max(1, Math.abs(answer)) };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
