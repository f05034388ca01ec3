/**
 * Tools in the order of how well they answer to a request's words: BM25+ (MiniSearch) over names, descriptions, parameters
 * and the values that parameters may have. Finds the few of many; among few, worked examples tell more (shortlist).
 * Knows words and specs; no model is asked.
 */
import MiniSearch from 'minisearch';
import { asObject } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';
import type { ToolSpec } from '../protocol/tool.ts';

/** What says how somebody asks, and not what for. */
const fillers = new Set(
  'a an the of for to in on at by with from and or is are was be do does did i me my you your it its this that please can could would will want need like what which how when where who get give find show tell have has any some all about as if so up out'.split(
    ' ',
  ),
);

const endings = /(?:ations?|ings?|ments?|ers?|ors?|ies|ied|es|ed|s|e|y)$/;

/** Words in small letters without fillers and endings; `listPets` and `list_pets` are two words. */
function termsOf(text: string): string[] {
  const words =
    text
      .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/\p{L}+|\d+/gu) ?? [];
  return words
    .filter((word) => !fillers.has(word))
    .map((word) => (word.length > 4 ? word.replace(endings, '') : word.replace(/s$/, '')));
}

interface Indexed {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly parameters: string;
  readonly values: string;
}

let last: { readonly tools: readonly ToolSpec[]; readonly index: MiniSearch<Indexed> } | undefined;

/** The tools that share a word with the request, best first. Deterministic. */
export function rankTools(request: string, tools: readonly ToolSpec[]): readonly ToolSpec[] {
  return indexOf(tools)
    .search(request)
    .flatMap(({ id }) => tools[id as number] ?? []);
}

/** The parts of a run ask for the same tools again: the last index is kept. */
function indexOf(tools: readonly ToolSpec[]): MiniSearch<Indexed> {
  const isLast =
    last?.tools.length === tools.length && tools.every((tool, place) => tool === last?.tools[place]);
  if (last !== undefined && isLast) return last.index;
  const index = new MiniSearch<Indexed>({
    fields: ['name', 'description', 'parameters', 'values'],
    tokenize: termsOf,
    processTerm: (term) => term,
    searchOptions: {
      boost: { name: 3, description: 2 },
      prefix: (term) => term.length > 3,
      weights: { prefix: 0.4, fuzzy: 0 },
    },
  });
  index.addAll(tools.map((tool, id) => ({ id, ...textsOf(tool) })));
  last = { tools, index };
  return index;
}

function textsOf({ name, description, parameters }: ToolSpec): Omit<Indexed, 'id'> {
  const properties = Object.entries(asObject(parameters['properties']));
  return {
    name: name.replaceAll(/[_.-]/g, ' '),
    description,
    parameters: properties
      .map(([key, schema]) => `${key.replaceAll(/[_.-]/g, ' ')} ${textOf(asObject(schema)['description'])}`)
      .join(' '),
    values: properties
      .flatMap(([, schema]) => {
        const values = asObject(schema)['enum'];
        return Array.isArray(values) ? (values as readonly Json[]).map(textOf) : [];
      })
      .join(' '),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
