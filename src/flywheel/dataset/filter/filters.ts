/**
 * What a record has to be to teach: its run ended well, its calls fit their schemas and ran, it has a bearable length, a
 * language that is wanted, and words that one would show. Each filter gives a reason for what it drops; the reason has no
 * word of the record, so that equal reasons count together. Duplicates are no matter of one record (filter/duplicates).
 */
import type { ToolCall, ToolSpec } from '../../../protocol/tool.ts';
import { compileSchema } from '../../../tools/validate.ts';
import type { CompiledSchema } from '../../../tools/validate.ts';
import { requestOf } from '../record.ts';
import type { DatasetRecord } from '../record.ts';

/** What a record has to be. Left out, a filter has its default. */
export interface FilterOptions {
  /** `known`: only what is known to have gone well. Absent: what is not known to have gone wrong. */
  readonly success?: 'known';
  readonly length?: Partial<LengthLimits>;
  /** ISO 639-1 codes; a request in another language is dropped. Absent: any. */
  readonly languages?: readonly string[];
  /** `keep`: coarse words are not looked for. */
  readonly profanity?: 'keep';
}

interface LengthLimits {
  /** Characters of the request. */
  readonly shortest: number;
  /** Characters of all messages. */
  readonly longestPrompt: number;
  /** Characters of what is to be said. */
  readonly longestOutput: number;
}

const lengthLimits: LengthLimits = { shortest: 2, longestPrompt: 32_000, longestOutput: 8_000 };

/** One test that a record has to pass. */
export interface Filter {
  readonly name: string;
  /** Why the record is dropped; undefined: it passes. */
  readonly judge: (record: DatasetRecord) => string | undefined;
}

/** The filters in the order they are applied: cheap and telling ones first. */
export async function makeFilters(options: FilterOptions = {}): Promise<readonly Filter[]> {
  const limits = { ...lengthLimits, ...options.length };
  return [
    { name: 'success', judge: (record) => judgeSuccess(record, options.success === 'known') },
    { name: 'schema', judge: schemaJudge() },
    { name: 'basics', judge: judgeBasics },
    { name: 'length', judge: (record) => judgeLength(record, limits) },
    ...(options.languages === undefined ? [] : [await languageFilter(options.languages)]),
    ...(options.profanity === 'keep' ? [] : [await profanityFilter()]),
  ];
}

function judgeSuccess(record: DatasetRecord, mustBeKnown: boolean): string | undefined {
  const { outcome, ran, feedback, expected } = record;
  if (feedback === 'bad') return 'A person called it bad.';
  // What a person wrote is right, whatever became of the run.
  if (feedback === 'corrected') return undefined;
  if (outcome === 'failed') return 'Its run failed.';
  if (ran === 'error') return 'A tool that it called failed.';
  if (!mustBeKnown) return undefined;
  if (outcome !== 'succeeded' && feedback !== 'good') return 'Nobody knows how its run ended.';
  return expected.type === 'calls' && ran !== 'ok' ? 'Nobody knows what its calls came to.' : undefined;
}

/** Schemas that were compiled before are kept: a log has few tools and many calls of each. */
function schemaJudge(): Filter['judge'] {
  const compiled = new Map<string, CompiledSchema | undefined>();
  function schemaOf({ parameters }: ToolSpec): CompiledSchema | undefined {
    const key = JSON.stringify(parameters);
    if (compiled.has(key)) return compiled.get(key);
    // A log that makes up tools for every row would fill the memory.
    if (compiled.size >= 2000) compiled.clear();
    const schema = compileOrUndefined(parameters);
    compiled.set(key, schema);
    return schema;
  }
  function judgeCall({ name, arguments: values }: ToolCall, tools: readonly ToolSpec[]): string | undefined {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) return 'It calls a tool that is not at hand.';
    const schema = schemaOf(tool);
    if (schema === undefined) return 'The schema of a tool cannot be used.';
    return schema(values).length > 0 ? 'The arguments break the schema.' : undefined;
  }
  return ({ expected, tools }) =>
    expected.type === 'calls'
      ? expected.calls.map((call) => judgeCall(call, tools)).find((reason) => reason !== undefined)
      : undefined;
}

function compileOrUndefined(parameters: ToolSpec['parameters']): CompiledSchema | undefined {
  try {
    return compileSchema(parameters);
  } catch (error) {
    // Whatever is wrong with a schema from elsewhere, it is a fact about the record.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function judgeBasics(record: DatasetRecord): string | undefined {
  const { expected } = record;
  const request = requestOf(record);
  if (request.trim() === '') return 'The request is empty.';
  if (hasControl(request) || (expected.type !== 'calls' && hasControl(expected.text))) {
    return 'It holds control characters.';
  }
  if (expected.type === 'calls') return expected.calls.length === 0 ? 'It calls nothing.' : undefined;
  if (expected.text.trim() === '') return 'It says nothing.';
  if (expected.text === request) return 'It repeats the request.';
  if (/([^\s.\-_=*#])\1{30}/u.test(expected.text) || /(\b\S{2,40}\s)\1{9}/u.test(expected.text)) {
    return 'It says the same over and over.';
  }
  return undefined;
}

/** Any control character but tab and the ends of lines. */
function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127) return true;
  }
  return false;
}

function judgeLength(record: DatasetRecord, limits: LengthLimits): string | undefined {
  const { messages, expected } = record;
  if (requestOf(record).trim().length < limits.shortest) return 'The request is too short.';
  const prompt = messages.reduce((sum, { content }) => sum + content.length, 0);
  if (prompt > limits.longestPrompt) return 'The conversation is too long.';
  const output = expected.type === 'calls' ? JSON.stringify(expected.calls) : expected.text;
  return output.length > limits.longestOutput ? 'What is to be said is too long.' : undefined;
}

/** A text that is too short to tell passes: names and numbers have no language. */
async function languageFilter(languages: readonly string[]): Promise<Filter> {
  const { eld } = await import('eld/small');
  const wanted = new Set(languages.map((language) => language.toLowerCase()));
  return {
    name: 'language',
    judge: (record) => {
      const result = eld.detect(requestOf(record).slice(0, 2000));
      return wanted.has(result.language) || !result.isReliable()
        ? undefined
        : 'The request is in another language.';
    },
  };
}

async function profanityFilter(): Promise<Filter> {
  const { RegExpMatcher, englishDataset, englishRecommendedTransformers } = await import('obscenity');
  const matcher = new RegExpMatcher({ ...englishDataset.build(), ...englishRecommendedTransformers });
  return {
    name: 'profanity',
    judge: (record) => {
      const { expected } = record;
      const said = expected.type === 'calls' ? '' : expected.text;
      return matcher.hasMatch(`${requestOf(record)}\n${said}`) ? 'It holds a coarse word.' : undefined;
    },
  };
}
