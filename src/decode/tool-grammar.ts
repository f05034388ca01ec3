/**
 * Tools -> the constraint that makes a broken call impossible: the grammar of everything an `act` step may say
 * (the forms of output.ts). Knows tools and output forms; nothing of engines.
 */
import type { OutputConstraint } from '../protocol/engine.ts';
import type { JsonSchema } from '../protocol/json.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import { GrammarBuilder, literal, oneOf } from './gbnf.ts';
import { textRule } from './json-rules.ts';
import { schemaRule } from './schema-grammar.ts';
import type { CopiedTexts } from './schema/rule-writer.ts';
import { spanRule } from './span-rule.ts';

export interface ToolGrammarOptions {
  readonly tools: readonly ToolSpec[];
  /** Calls in one step at most. */
  readonly maxCalls?: number;
  /** Characters of a text for which a schema names no bound; default 400. */
  readonly textLength?: number;
  /** Characters of an answer or a question; default 400. */
  readonly replyLength?: number;
  /**
   * What was said, by the user and by tools. Texts of parameters that are copied (copied-parameter.ts) are runs of words
   * out of these. Absent, or without a word: every text is free.
   */
  readonly copyFrom?: readonly string[];
  /** Whether the step may answer, and refuse or ask, instead of calling. Default: all three. */
  readonly allow?: { readonly calls?: boolean; readonly answer?: boolean; readonly refusal?: boolean };
}

/**
 * The grammar of an `act` step over these tools; also as JSON Schema where the step is a single JSON value.
 * Throws SchemaGrammarError where a tool's schema allows no value, RangeError where nothing at all is allowed.
 */
export function toolGrammar(options: ToolGrammarOptions): OutputConstraint {
  const { maxCalls = 8, replyLength = 400, allow = {}, copyFrom = [] } = options;
  const step = { ...options, maxCalls, replyLength, allow };
  const jsonSchema = singleValueSchema(step);
  let copies = false;
  const gbnf = grammarText(step, (grammar, longest) => {
    const span = spanRule(grammar, copyFrom, longest);
    copies ||= span !== undefined;
    return span;
  });
  const wider = copies ? grammarText(step, (grammar, longest) => textRule(grammar, 0, longest)) : undefined;
  return {
    gbnf,
    ...(wider === undefined ? {} : { wider }),
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
  };
}

/** The options with what stands for those that are absent. */
type Step = ToolGrammarOptions & Required<Pick<ToolGrammarOptions, 'maxCalls' | 'replyLength' | 'allow'>>;

/** `copied` makes the rule of a copied text, which has `longest` characters at most. */
function grammarText(
  { tools, maxCalls, textLength, replyLength, allow }: Step,
  copied: (grammar: GrammarBuilder, longest: number) => string | undefined,
): string {
  const grammar = new GrammarBuilder();
  const made = new Map<number, string | undefined>();
  const copiedOnce: CopiedTexts = (longest) => {
    if (!made.has(longest)) made.set(longest, copied(grammar, longest));
    return made.get(longest);
  };
  const forms: string[] = [];
  if (tools.length > 0 && allow.calls !== false) {
    const call = callRule(grammar, tools, {
      copied: copiedOnce,
      ...(textLength === undefined ? {} : { textLength }),
    });
    forms.push(maxCalls > 1 ? `${call} ("\\n" ${call}){0,${maxCalls - 1}}` : call);
  }
  const reply = textRule(grammar, 1, replyLength);
  if (allow.answer !== false) forms.push(`${literal('{"answer":')} ${reply} "}"`);
  if (allow.refusal !== false) forms.push(`${literal('{"ask":')} ${reply} "}"`);
  return grammar.text(oneOf(forms));
}

/** Undefined where several calls may stand one a line, or where a schema points into itself and cannot be moved. */
function singleValueSchema({ tools, maxCalls, replyLength, allow }: Step): JsonSchema | undefined {
  const callable = allow.calls === false ? [] : tools;
  if (callable.length > 0 && maxCalls > 1) return undefined;
  if (callable.some(({ parameters }) => JSON.stringify(parameters).includes('"$ref"'))) return undefined;
  const reply = { type: 'string', minLength: 1, maxLength: replyLength };
  const forms: JsonSchema[] = callable.map(({ name, parameters }) =>
    closedObject({ name: { enum: [name] }, arguments: parameters }),
  );
  if (allow.answer !== false) forms.push(closedObject({ answer: reply }));
  if (allow.refusal !== false) forms.push(closedObject({ ask: reply }));
  return { anyOf: forms };
}

function closedObject(properties: JsonSchema): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** One call: its name decides which arguments follow. */
function callRule(
  grammar: GrammarBuilder,
  tools: readonly ToolSpec[],
  texts: { readonly textLength?: number; readonly copied?: CopiedTexts },
): string {
  const calls = tools.map(({ name, parameters }) => {
    const values = schemaRule(grammar, parameters, name, texts);
    return grammar.rule(`call-${name}`, `${literal(`${name}","arguments":`)} ${values} "}"`);
  });
  return grammar.rule('call', `${literal('{"name":"')} ${oneOf(calls)}`);
}
