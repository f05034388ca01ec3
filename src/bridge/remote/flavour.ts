/**
 * What the servers that speak OpenAI's chat completions each call the same things: how a grammar is sent, how an
 * answer is continued, where tokens are counted. A new kind of server is a new entry here. Knows no HTTP.
 */
import type { ChatMessage, OutputConstraint, Sampling } from '../../protocol/engine.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { ToolSpec } from '../../protocol/tool.ts';
import { toolFields } from './native-tools.ts';

/** The kind of server. `openai` is also right for one that is not named here. */
export type RemoteFlavour = 'openai' | 'vllm' | 'llama-server' | 'nim' | 'ollama';

export interface FlavourRules {
  /** The field of a constraint, or undefined where the server cannot hold it. An empty grammar is none. */
  readonly constrain: (constraint: OutputConstraint) => JsonObject | undefined;
  /** What makes the server continue the last assistant message; undefined where it cannot. */
  readonly continueField: JsonObject | undefined;
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Fields of every request beside the common ones. */
  readonly always: JsonObject;
  /** Route below the server's root that counts tokens, with the body it takes. */
  readonly tokenize?: { readonly path: string; readonly body: (model: string, text: string) => JsonObject };
  /** Bytes of UTF-8 that are taken for one token where nobody counts. */
  readonly bytesPerToken: number;
  /** What the user should know, one sentence a line. */
  readonly notes: readonly string[];
}

function responseFormat({ jsonSchema }: OutputConstraint): JsonObject | undefined {
  if (jsonSchema === undefined) return undefined;
  // Not `strict`: a server may refuse a strict schema for a keyword that it merely does not enforce.
  return {
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'output', schema: jsonSchema, strict: false },
    },
  };
}

const schemaOnly =
  'This server takes JSON Schema but no grammar; what it cannot hold is checked when the answer is there.';
const holdsGrammar = 'This server holds answers to the grammar while it decodes.';

export const flavourRules: Readonly<Record<RemoteFlavour, FlavourRules>> = {
  openai: {
    constrain: responseFormat,
    continueField: undefined,
    maxTokensField: 'max_completion_tokens',
    always: {},
    bytesPerToken: 4,
    notes: [schemaOnly, 'Tokens are estimated before sending; the server has the last word.'],
  },
  vllm: {
    constrain: (constraint) =>
      constraint.gbnf === ''
        ? responseFormat(constraint)
        : { structured_outputs: { grammar: constraint.gbnf } },
    continueField: { continue_final_message: true, add_generation_prompt: false },
    maxTokensField: 'max_tokens',
    always: {},
    tokenize: { path: '/tokenize', body: (model, prompt) => ({ model, prompt, add_special_tokens: false }) },
    bytesPerToken: 4,
    notes: [holdsGrammar],
  },
  'llama-server': {
    constrain: (constraint) =>
      constraint.gbnf === '' ? responseFormat(constraint) : { grammar: constraint.gbnf },
    continueField: { continue_final_message: true, add_generation_prompt: false },
    maxTokensField: 'max_tokens',
    always: { cache_prompt: true },
    tokenize: { path: '/tokenize', body: (_model, content) => ({ content, add_special: false }) },
    bytesPerToken: 4,
    notes: [holdsGrammar],
  },
  nim: {
    constrain: ({ jsonSchema }) => (jsonSchema === undefined ? undefined : { guided_json: jsonSchema }),
    continueField: undefined,
    maxTokensField: 'max_tokens',
    always: {},
    bytesPerToken: 4,
    notes: [schemaOnly, 'Tokens are estimated before sending; the server has the last word.'],
  },
  ollama: {
    constrain: responseFormat,
    continueField: undefined,
    maxTokensField: 'max_tokens',
    always: {},
    // Ollama cuts a long prompt without a word, so the estimate has to be on the safe side.
    bytesPerToken: 3,
    notes: [
      schemaOnly,
      'Ollama cuts prompts that are longer than its own context setting; it tells that of a model in its memory only.',
    ],
  },
};

export interface CompletionRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly prefill?: string;
  readonly sampling: Sampling;
  readonly stop: readonly string[];
  readonly constraint?: OutputConstraint;
  readonly tools?: readonly ToolSpec[];
}

/** Names that OpenAI's own format allows; ours may also hold a dot. */
const nativeName = /^[\w-]{1,64}$/;

/** The tools to offer in the server's own format: where it cannot hold the answer to what was asked for. */
export function nativeTools(
  rules: FlavourRules,
  { constraint, tools = [] }: Pick<CompletionRequest, 'constraint' | 'tools'>,
): readonly ToolSpec[] {
  if (constraint !== undefined && rules.constrain(constraint) !== undefined) return [];
  return tools.every(({ name }) => nativeName.test(name)) ? tools : [];
}

/** OpenAI takes four stop texts; the rest is watched for on this side. */
const mostStops = 4;

/** The body of a streamed completion. */
export function completionBody(rules: FlavourRules, request: CompletionRequest): JsonObject {
  const { model, messages, prefill, sampling, stop, constraint } = request;
  const offered = nativeTools(rules, request);
  const { temperature, seed, maxTokens } = sampling;
  const turns = messages.map(({ role, content }) => ({ role, content }));
  const continued = prefill === undefined ? [] : [{ role: 'assistant', content: prefill }];
  return {
    ...rules.always,
    model,
    messages: [...turns, ...continued],
    ...(prefill === undefined ? {} : rules.continueField),
    stream: true,
    stream_options: { include_usage: true },
    temperature,
    ...(seed === undefined ? {} : { seed }),
    [rules.maxTokensField]: maxTokens,
    ...(stop.length === 0 ? {} : { stop: stop.slice(0, mostStops) }),
    ...(constraint === undefined ? {} : rules.constrain(constraint)),
    ...(offered.length === 0 ? {} : toolFields(offered)),
  };
}
