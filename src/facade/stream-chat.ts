/**
 * One turn of chat: the request put into the words and the grammar that the agent uses too, what the model writes as
 * parts. The one core of all facades. Knows prompts and grammar; nothing of any facade's form.
 */
import { copySources } from '../decode/copy-sources.ts';
import { GrammarBuilder } from '../decode/gbnf.ts';
import { actMessages, chatMessages, refusalExamples } from '../decode/prompt.ts';
import type { Turn } from '../decode/prompt.ts';
import { SchemaGrammarError } from '../decode/schema/schema-grammar-error.ts';
import { schemaRule } from '../decode/schema-grammar.ts';
import { toolGrammar } from '../decode/tool-grammar.ts';
import type { GenerateRequest, OutputConstraint } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import type { JsonSchema } from '../protocol/json.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import type { ChatModel } from './chat-model.ts';
import type { ChatPart, ChatRequest, ChatUsage } from './chat-request.ts';
import { ToolText } from './tool-text.ts';

/** Characters of an answer that is given beside tools: the grammar needs a bound. */
const longestReply = 800;

type Tell = (part: ChatPart) => void;
type Generation = Omit<GenerateRequest, 'requestId'>;

export interface StreamChatOptions {
  readonly model: ChatModel;
  readonly request: ChatRequest;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The parts of the answer; the last one is `finish`. Cancelling the stream stops the model. It fails with a Fault:
 * `tool-invalid` or `unsupported` where a schema has no grammar, and what the engine rejects with.
 */
export function streamChat({ model, request, signal }: StreamChatOptions): ReadableStream<ChatPart> {
  const left = new AbortController();
  const stopped = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  return new ReadableStream<ChatPart>({
    start: async (controller) => {
      const tell: Tell = (part) => {
        if (!left.signal.aborted) controller.enqueue(part);
      };
      try {
        await answer(model, request, stopped, tell);
        if (!left.signal.aborted) controller.close();
      } catch (error) {
        if (!left.signal.aborted) controller.error(toFault(error));
      }
    },
    cancel: () => left.abort(),
  });
}

/** The whole answer at once: its texts joined, its calls in order. Rejects as the stream fails. */
export async function wholeChat(options: StreamChatOptions): Promise<{
  readonly text: string;
  readonly calls: readonly Extract<ChatPart, { type: 'call' }>[];
  readonly finish: Extract<ChatPart, { type: 'finish' }>;
}> {
  let text = '';
  const calls: Extract<ChatPart, { type: 'call' }>[] = [];
  for await (const part of streamChat(options)) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'call') calls.push(part);
    else return { text, calls, finish: part };
  }
  throw new Fault({ code: faultCodes.unexpected, message: 'The answer ended without saying so.' });
}

async function answer(
  model: ChatModel,
  request: ChatRequest,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const tools = offeredTools(request);
  let before: ChatUsage = { promptTokens: 0, cachedTokens: 0, decodeTokens: 0 };
  if (tools.length > 0) {
    const { schema } = request;
    const reader = new ToolText();
    // An answer that has to fit a schema is asked for below: beside tools the grammar has free words only.
    const tellAll = (parts: readonly ChatPart[]): void => {
      for (const part of parts) if (schema === undefined || part.type === 'call') tell(part);
    };
    const { finishReason, usage } = await model.generate(toolGeneration(request, tools), {
      signal,
      onEvent: (event) => {
        if (event.type === 'text-generated') tellAll(reader.push(event.text));
      },
    });
    tellAll(reader.end());
    if (reader.hasCalls || schema === undefined) {
      tell({ type: 'finish', reason: reader.hasCalls ? 'calls' : finishReason, usage });
      return;
    }
    before = usage;
  }
  const { finishReason, usage } = await model.generate(textGeneration(request), {
    signal,
    onEvent: (event) => {
      if (event.type === 'text-generated') tell({ type: 'text', text: event.text });
    },
  });
  tell({ type: 'finish', reason: finishReason, usage: sum(before, usage) });
}

function offeredTools({ tools = [], toolChoice = 'auto' }: ChatRequest): readonly ToolSpec[] {
  if (toolChoice === 'none') return [];
  if (typeof toolChoice === 'string') return tools;
  const chosen = tools.filter(({ name }) => name === toolChoice.name);
  if (chosen.length > 0) return chosen;
  throw new Fault({
    code: faultCodes.toolUnknown,
    message: `There is no tool named "${toolChoice.name}" to choose.`,
    remedy: 'Name one of the tools of the same request.',
    details: { tool: toolChoice.name, available: tools.map(({ name }) => name) },
  });
}

function toolGeneration(request: ChatRequest, tools: readonly ToolSpec[]): Generation {
  const { toolChoice = 'auto', mostCalls = 4, sampling } = request;
  const { system, turns } = splitTurns(request);
  const isFree = toolChoice === 'auto';
  // A stop text within a call would leave half a call; the grammar ends the step.
  const { stop: _, ...rest } = sampling;
  return {
    messages: actMessages({ tools, turns, ...system, examples: isFree ? refusalExamples : [] }),
    sampling: rest,
    constraint: withGrammar(tools[0]?.name, () =>
      toolGrammar({
        tools,
        maxCalls: mostCalls,
        replyLength: longestReply,
        copyFrom: copySources(turns),
        allow: { answer: isFree, refusal: isFree },
      }),
    ),
    tools,
  };
}

function textGeneration(request: ChatRequest): Generation {
  const { schema, schemaUntold = false, prefill, sampling } = request;
  const { system, turns } = splitTurns(request);
  return {
    messages: chatMessages({ turns, ...system, ...(schema === undefined || schemaUntold ? {} : { schema }) }),
    sampling,
    ...(prefill === undefined ? {} : { prefill }),
    ...(schema === undefined ? {} : { constraint: withGrammar(undefined, () => schemaGrammar(schema)) }),
  };
}

function schemaGrammar(schema: JsonSchema): OutputConstraint {
  const grammar = new GrammarBuilder();
  return { gbnf: grammar.text(schemaRule(grammar, schema, 'answer')), jsonSchema: schema };
}

function splitTurns({ turns }: ChatRequest): {
  readonly system: { readonly system?: string };
  readonly turns: readonly Turn[];
} {
  const told = turns.flatMap((turn) => (turn.type === 'system' ? [turn.text] : []));
  return {
    system: told.length === 0 ? {} : { system: told.join('\n') },
    turns: turns.flatMap((turn): Turn[] => {
      switch (turn.type) {
        case 'system':
          return [];
        case 'user':
          return [{ type: 'request', text: turn.text }];
        case 'assistant':
          return [
            ...(turn.text === ''
              ? []
              : [{ type: 'output', output: { type: 'answer', text: turn.text } } as const]),
            ...(turn.calls.length === 0
              ? []
              : [{ type: 'output', output: { type: 'calls', calls: turn.calls } } as const]),
          ];
        case 'result':
          return [{ type: 'result', tool: turn.tool, value: turn.value }];
        default:
          return turn satisfies never;
      }
    }),
  };
}

/** Turns the refusal of a schema into a fault that names the place. */
function withGrammar(tool: string | undefined, make: () => OutputConstraint): OutputConstraint {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SchemaGrammarError)) throw error;
    const { message, remedy, keyword, path } = error;
    throw new Fault(
      {
        code: tool === undefined ? faultCodes.unsupported : faultCodes.toolInvalid,
        message:
          tool === undefined
            ? 'The answer cannot be held to its schema.'
            : 'A tool has a schema that calls cannot be held to.',
        reason: message,
        remedy,
        details: { keyword, path },
      },
      { cause: error },
    );
  }
}

function sum(left: ChatUsage, right: ChatUsage): ChatUsage {
  return {
    promptTokens: left.promptTokens + right.promptTokens,
    cachedTokens: left.cachedTokens + right.cachedTokens,
    decodeTokens: left.decodeTokens + right.decodeTokens,
  };
}
