/**
 * What a small model is asked to name a task by, and its answer read: some requests that stand for the task go in, a few words come
 * out. The model is held to a schema whose words are those of the requests, so that no name tells of what nobody asked for.
 * Knows texts and the engine's nouns; which requests stand for a task is the caller's.
 */
import { GrammarBuilder } from '../../decode/gbnf.ts';
import { schemaRule } from '../../decode/schema-grammar.ts';
import type { ChatMessage, GenerateRequest } from '../../protocol/engine.ts';
import { isObject, parseJson } from '../../protocol/json.ts';
import type { JsonSchema } from '../../protocol/json.ts';

const fewestWords = 2;
const mostWords = 4;
/** Tasks from which on a word can be told to be everywhere. */
const fewestToTell = 3;
/** Words that a name is made of at most: more make a grammar that is slow to compile. */
const mostChoices = 48;
/** Characters of a request that are shown. */
const shownLength = 160;

const manner: ChatMessage = {
  role: 'system',
  content:
    'You name tasks. You read requests that are alike, and answer with the few words that say what all of them ask for.',
};

/** Two tasks that were named, as the answers are to look. */
const shown: readonly ChatMessage[] = [
  asked(['wake me up at six tomorrow', 'set an alarm for 7 am', 'i need an alarm at noon']),
  { role: 'assistant', content: '{"words":["set","alarm"]}' },
  asked(['convert 3 miles to km', 'how many ounces are 200 grams', 'convert five feet to metres']),
  { role: 'assistant', content: '{"words":["convert","feet","metres"]}' },
];

export interface NameOptions {
  /** What stands for the task. */
  readonly requests: readonly string[];
  /** Words that tell no task from another: left out as far as enough others remain. */
  readonly everywhere?: ReadonlySet<string>;
}

/**
 * What to generate, greedily: the same requests are asked in the same way. Undefined where they have too few words to make a name of.
 */
export function nameRequest(options: NameOptions): Omit<GenerateRequest, 'requestId'> | undefined {
  const { requests } = options;
  const choices = wordsToChoose(options);
  if (choices.length < fewestWords) return undefined;
  const schema: JsonSchema = {
    type: 'object',
    properties: {
      words: {
        type: 'array',
        items: { enum: [...choices] },
        minItems: fewestWords,
        maxItems: mostWords,
      },
    },
    required: ['words'],
    additionalProperties: false,
  };
  const grammar = new GrammarBuilder();
  return {
    messages: [manner, ...shown, asked(requests)],
    sampling: { temperature: 0, maxTokens: 64 },
    constraint: { gbnf: grammar.text(schemaRule(grammar, schema, 'name')), jsonSchema: schema },
  };
}

/** The name in an answer, each word once; undefined where it is none, as one word alone is. */
export function readName(text: string): string | undefined {
  const answer = parseJson(text);
  const words = isObject(answer) ? answer['words'] : undefined;
  if (!Array.isArray(words)) return undefined;
  const distinct = [...new Set(words.filter((word) => typeof word === 'string'))];
  return distinct.length < fewestWords ? undefined : distinct.join(' ');
}

/** Words that are in the texts of more than half of the tasks; none where there are too few tasks to tell. */
export function wordsEverywhere(tasks: readonly (readonly string[])[]): ReadonlySet<string> {
  if (tasks.length < fewestToTell) return new Set();
  const counts = countWords(tasks.map((requests) => requests.join('\n')));
  return new Set([...counts].flatMap(([word, count]) => (count > tasks.length / 2 ? [word] : [])));
}

/** Words that several of the requests have, the commonest first; where those are too few, all. */
function wordsToChoose({ requests, everywhere = new Set() }: NameOptions): readonly string[] {
  const sorted = [...countWords(requests)].toSorted(([, one], [, other]) => other - one);
  const shared = sorted.filter(([, count]) => count > 1);
  const said = (shared.length > mostWords ? shared : sorted).map(([word]) => word);
  const telling = said.filter((word) => !everywhere.has(word));
  return (telling.length < fewestWords ? said : telling).slice(0, mostChoices);
}

/** In how many of the texts each word is. */
function countWords(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const words = new Set(text.toLowerCase().match(/\p{L}[\p{L}\p{M}'’-]*/gu));
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function asked(requests: readonly string[]): ChatMessage {
  const lines = requests.map((request) => `- ${request.replaceAll(/\s+/g, ' ').slice(0, shownLength)}`);
  return { role: 'user', content: lines.join('\n') };
}
