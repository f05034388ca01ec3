/**
 * The data of a streamed chat completion -> text, finish and counts, checked field by field: what a server sends is
 * foreign. Also reads the error objects that servers put into a stream or a body. Knows no HTTP and no masking.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { FinishReason } from '../../protocol/engine.ts';
import { parseJson } from '../../protocol/json.ts';
import type { ToolCallPiece } from './native-tools.ts';

/** Counts as far as the server tells them. */
export interface ServerUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly decodeTokens: number;
}

export interface CompletionPiece {
  readonly text?: string;
  readonly finishReason?: FinishReason;
  readonly usage?: ServerUsage;
  readonly toolCalls?: readonly ToolCallPiece[];
}

/** What a server says went wrong. */
export interface ServerError {
  readonly message: string;
  /** HTTP status, also where it stands within the object. */
  readonly status?: number;
  readonly code?: string;
  readonly promptTokens?: number;
  readonly contextWindow?: number;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * What one event says: an error, or a piece of the answer.
 * Throws Fault `engine-failed` where it is not JSON, no completion, or an answer that the server withholds.
 */
export function readCompletion(data: string): CompletionPiece | { readonly error: ServerError } {
  const fields = fieldsOf(parseJson(data));
  if (fields === undefined) throw malformed('An event of the stream is not a JSON object.');
  const error = readServerError(fields);
  if (error !== undefined) return { error };
  const { choices } = fields;
  if (!Array.isArray(choices)) throw malformed('An event of the stream has no choices.');
  const choice = fieldsOf((choices as readonly unknown[])[0]);
  const delta = fieldsOf(choice?.['delta']);
  const text = textOf(delta?.['content']);
  const toolCalls = readToolCalls(delta?.['tool_calls']);
  const finishReason = readFinish(choice?.['finish_reason']);
  const usage = readUsage(fieldsOf(fields['usage']));
  return {
    ...(text === undefined ? {} : { text }),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(usage === undefined ? {} : { usage }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}

function readToolCalls(value: unknown): readonly ToolCallPiece[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).flatMap((entry, place) => {
    const fields = fieldsOf(entry);
    const called = fieldsOf(fields?.['function']);
    const name = textOf(called?.['name']);
    const values = textOf(called?.['arguments']);
    if (fields === undefined || (name === undefined && values === undefined)) return [];
    return [
      {
        index: countOf(fields['index']) ?? place,
        ...(name === undefined ? {} : { name }),
        ...(values === undefined ? {} : { arguments: values }),
      },
    ];
  });
}

function readFinish(reason: unknown): FinishReason | undefined {
  if (reason === undefined || reason === null) return undefined;
  if (reason === 'length') return 'length';
  if (reason !== 'content_filter') return 'stop';
  throw new Fault({
    code: faultCodes.engineFailed,
    message: 'The server withheld the answer.',
    reason: 'Its content filter ended it.',
    remedy: 'Word the request differently, or use a model in this browser.',
  });
}

function readUsage(usage: Fields | undefined): ServerUsage | undefined {
  const promptTokens = countOf(usage?.['prompt_tokens']);
  const decodeTokens = countOf(usage?.['completion_tokens']);
  if (promptTokens === undefined || decodeTokens === undefined) return undefined;
  const cached = countOf(fieldsOf(usage?.['prompt_tokens_details'])?.['cached_tokens']) ?? 0;
  return { promptTokens, decodeTokens, cachedTokens: Math.min(cached, promptTokens) };
}

/** The error within an object of a stream or a body, in the forms that servers use; undefined where there is none. */
export function readServerError(body: unknown): ServerError | undefined {
  const outer = fieldsOf(body);
  if (outer === undefined) return undefined;
  const { error } = outer;
  // OpenAI: { error: { … } }; Ollama: { error: text }; older vLLM: { object: 'error', message, code }.
  if (typeof error === 'string') return numbered({ message: error });
  const inner = fieldsOf(error) ?? (outer['object'] === 'error' ? outer : undefined);
  if (inner === undefined) return undefined;
  const status = countOf(inner['code']);
  const code = textOf(inner['code']) ?? textOf(inner['type']);
  const promptTokens = countOf(inner['n_prompt_tokens']);
  const contextWindow = countOf(inner['n_ctx']);
  return numbered({
    message: textOf(inner['message']) ?? 'The server gave no reason.',
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
    ...(promptTokens === undefined ? {} : { promptTokens }),
    ...(contextWindow === undefined ? {} : { contextWindow }),
  });
}

/** Token counts that stand in the message only: "maximum context length is 4096 tokens … 5000 in the messages". */
function numbered(error: ServerError): ServerError {
  if (error.contextWindow !== undefined) return error;
  const window = /maximum context length (?:is|of) (\d+)/i.exec(error.message)?.[1];
  const prompt =
    /(?:resulted in|contains at least|requested|prompt contains|has) (\d+) (?:input )?tokens/i.exec(
      error.message,
    )?.[1];
  return {
    ...error,
    ...(window === undefined ? {} : { contextWindow: Number(window) }),
    ...(prompt === undefined ? {} : { promptTokens: Number(prompt) }),
  };
}

/** Whether an error says that the prompt is too long for the server. */
export function isOverflow({ code, message }: ServerError): boolean {
  return (
    code === 'context_length_exceeded' ||
    code === 'exceed_context_size_error' ||
    /maximum context length|exceeds? the (?:available )?context|context (?:size|window|length) (?:is |was )?exceeded/i.test(
      message,
    )
  );
}

function malformed(reason: string): Fault {
  return new Fault({
    code: faultCodes.engineFailed,
    message: 'The server sent something that is no completion.',
    reason,
    remedy: 'Check that the address is that of an OpenAI-compatible server.',
  });
}
