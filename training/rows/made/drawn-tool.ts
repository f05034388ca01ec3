/**
 * A family in one row's guise: which name, which parameter names and in which style, which extra parameters; and
 * requests to it with the calls that are right. Knows families and templates; nothing of other tools in the row.
 */
import type { Json, JsonSchema } from '../../../src/protocol/json.ts';
import type { DataTool, RightCall } from '../data-row.ts';
import type { Draw } from '../draw.ts';
import { render } from '../template.ts';
import type { Rendered, Slot } from '../template.ts';
import type { Family, Parameter, Parameters } from './family.ts';

type Style = 'snake' | 'camel' | 'pascal' | 'kebab';

export interface DrawnTool {
  readonly family: Family;
  readonly name: string;
  readonly description: string;
  readonly style: Style;
  /** Keys of the family's parameters, in the schema's order. */
  readonly order: readonly string[];
  /** Key, or `key.part` -> name in the schema. */
  readonly nameOf: ReadonlyMap<string, string>;
  /** Optional parameters that no request speaks of. */
  readonly extras: readonly (readonly [name: string, schema: JsonSchema])[];
}

const extras: readonly (readonly [string, JsonSchema])[] = [
  ['limit', { type: 'integer' }],
  ['language', { type: 'string' }],
  ['time zone', { type: 'string' }],
  ['verbose', { type: 'boolean' }],
  ['output format', { type: 'string', enum: ['json', 'text', 'csv'] }],
  ['include details', { type: 'boolean' }],
  ['user id', { type: 'string' }],
  ['precision', { type: 'integer' }],
  ['dry run', { type: 'boolean' }],
  ['tags', { type: 'array', items: { type: 'string' } }],
  ['page', { type: 'integer' }],
  ['callback url', { type: 'string' }],
  ['comment', { type: 'string' }],
];

export function drawTool(family: Family, draw: Draw): DrawnTool {
  const style = draw.weighted<Style>([
    ['snake', 65],
    ['camel', 22],
    ['pascal', 6],
    ['kebab', 4],
  ]);
  const partStyle: Style = style === 'camel' || (style === 'pascal' && draw.chance(0.5)) ? 'camel' : 'snake';
  const nameOf = new Map<string, string>();
  const take = (parameters: Parameters, before: string): void => {
    for (const [key, { names, parts }] of Object.entries(parameters)) {
      nameOf.set(`${before}${key}`, styled(draw.pick(names.split('|')), partStyle));
      if (parts !== undefined) take(parts, `${key}.`);
    }
  };
  take(family.parameters, '');
  const keys = Object.keys(family.parameters);
  const words = draw.pick(family.names.split('|'));
  const [space, own] = words.includes(': ')
    ? words.split(': ')
    : [draw.chance(0.1) ? family.domain : undefined, words];
  const taken = new Set(nameOf.values());
  const more = draw.chance(0.3) ? draw.sample(extras, draw.integer(1, 2)) : [];
  return {
    family,
    style,
    name: `${space === undefined ? '' : `${styled(space, 'snake')}.`}${styled(own ?? words, style)}`,
    description: draw.pick(family.descriptions.split('|')),
    order: draw.chance(0.25) ? draw.shuffle(keys) : keys,
    nameOf,
    extras: more
      .map(([name, schema]) => [styled(name, partStyle), schema] as const)
      .filter(([name]) => !taken.has(name)),
  };
}

export interface Request {
  readonly text: string;
  readonly calls: readonly RightCall[];
  /** Keys of parameters that are given, `key.part` for parts. */
  readonly used: ReadonlySet<string>;
}

/** A request to a drawn tool by one of its family's templates. */
export function requestTo(tool: DrawnTool, template: string, draw: Draw): Request {
  const rendered = render(template, draw, (key) => slotFor(tool.family, key, draw));
  const { spread } = rendered;
  const sets =
    spread === undefined
      ? [rendered.slots]
      : spread.slots.map((slot) => new Map([...rendered.slots, [spread.key, slot] as const]));
  return {
    text: rendered.text,
    calls: sets.map((slots) => callOf(tool, slots)),
    used: new Set([...rendered.slots.keys(), ...(spread === undefined ? [] : [spread.key])]),
  };
}

/**
 * A request that lacks one value, which is then given: the text without it, and the words that give it. Undefined
 * where more is missing, or where the value cannot be said alone.
 */
export function answeredRequest(
  tool: DrawnTool,
  template: string,
  draw: Draw,
): (Request & { readonly answer: string }) | undefined {
  const { family } = tool;
  const rendered = render(template, draw, (key) => slotFor(family, key, draw));
  const lacking = Object.entries(family.parameters).filter(
    ([key, { isOptional }]) => !isOptional && !isUsed(key, new Set(rendered.slots.keys())),
  );
  const [only, ...more] = lacking;
  if (only === undefined || more.length > 0 || only[1].make === undefined) return undefined;
  const answer = only[1].make(draw);
  const slots = new Map([...rendered.slots, [only[0], answer] as const]);
  return {
    text: rendered.text,
    calls: [callOf(tool, slots)],
    used: new Set(slots.keys()),
    answer: answer.text,
  };
}

/** Values for a template without a call: requests that lack something. */
export function wordsFor(family: Family, template: string, draw: Draw): string {
  return render(template, draw, (key) => slotFor(family, key, draw)).text;
}

/** The tool as it is offered. Optional parameters that `used` lacks are sometimes not there at all. */
export function offer(tool: DrawnTool, used: ReadonlySet<string>, draw: Draw): DataTool {
  const { family, order, nameOf } = tool;
  const bare = draw.chance(0.35);
  const kept = order.filter(
    (key) => isUsed(key, used) || family.parameters[key]?.isOptional !== true || !bare,
  );
  const properties = kept.map(
    (key) => [nameOf.get(key) ?? key, schemaOf(family.parameters[key], key, nameOf)] as const,
  );
  return {
    name: tool.name,
    description: tool.description,
    parameters: {
      type: 'object',
      properties: Object.fromEntries([...properties, ...tool.extras]),
      required: kept
        .filter((key) => family.parameters[key]?.isOptional !== true)
        .map((key) => nameOf.get(key) ?? key),
    },
  };
}

function isUsed(key: string, used: ReadonlySet<string>): boolean {
  return [...used].some((name) => name === key || name.startsWith(`${key}.`));
}

function schemaOf(
  parameter: Parameter | undefined,
  key: string,
  nameOf: ReadonlyMap<string, string>,
): JsonSchema {
  if (parameter === undefined) throw new RangeError(`No parameter ${key}.`);
  const { parts, schema } = parameter;
  if (parts === undefined) return schema;
  const name = (part: string): string => nameOf.get(`${key}.${part}`) ?? part;
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(parts).map(([part, inner]) => [name(part), inner.schema])),
    required: Object.entries(parts)
      .filter(([, inner]) => !inner.isOptional)
      .map(([part]) => name(part)),
  };
}

function slotFor({ id, parameters }: Family, key: string, draw: Draw): Slot {
  const [first = '', part] = key.split('.');
  const parameter = part === undefined ? parameters[first] : parameters[first]?.parts?.[part];
  if (parameter?.make === undefined) throw new RangeError(`${id}: nothing makes {${key}}.`);
  return parameter.make(draw);
}

function callOf(tool: DrawnTool, slots: Rendered['slots']): RightCall {
  const { family, nameOf, order, name } = tool;
  const values: Record<string, Json> = {};
  const acceptable: Record<string, readonly Json[]> = {};
  for (const key of order) {
    const own = nameOf.get(key) ?? key;
    const parts = family.parameters[key]?.parts;
    const slot = slots.get(key);
    if (slot !== undefined) {
      values[own] = slot.value;
      if (slot.also !== undefined) acceptable[own] = slot.also;
    } else if (parts !== undefined) {
      const inner = Object.keys(parts).flatMap((part) => {
        const value = slots.get(`${key}.${part}`)?.value;
        return value === undefined ? [] : [[nameOf.get(`${key}.${part}`) ?? part, value] as const];
      });
      if (inner.length > 0) values[own] = Object.fromEntries(inner);
    }
  }
  return { name, arguments: values, ...(Object.keys(acceptable).length === 0 ? {} : { acceptable }) };
}

/** `start date` as `start_date`, `startDate`, `StartDate` or `start-date`. */
function styled(words: string, style: Style): string {
  const parts = words.trim().split(' ');
  const capitals = parts.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  switch (style) {
    case 'snake':
      return parts.join('_');
    case 'kebab':
      return parts.join('-');
    case 'pascal':
      return capitals.join('');
    case 'camel':
      return [parts[0], ...capitals.slice(1)].join('');
    default:
      return style satisfies never;
  }
}
