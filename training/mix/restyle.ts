/**
 * The same row under other spellings of its names: `FindHotel` may be `find_hotel`, `pickup_city` may be `pickupCity`.
 * A model that has seen one spelling only reads names as a whole; one that has seen several reads their words.
 * Knows names and schemas; nothing of wording.
 */
import type { ExpectedCall, ToolCallRow } from '../../src/flywheel/tool-call-row.ts';
import type { JsonObject, JsonSchema } from '../../src/protocol/json.ts';
import type { ToolSpec } from '../../src/protocol/tool.ts';

export const nameStyles = ['as it is', 'snake', 'camel', 'pascal'] as const;
export type NameStyle = (typeof nameStyles)[number];

export interface Styles {
  readonly tool: NameStyle;
  readonly parameter: NameStyle;
}

/** `name` in another style; dots and what no word holds stay with `as it is` only. */
export function restyleName(name: string, style: NameStyle): string {
  if (style === 'as it is') return name;
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word.toLowerCase());
  if (words.length === 0) return name;
  if (style === 'snake') return words.join('_');
  const capitalised = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  if (style === 'pascal') return capitalised.join('');
  return (words[0] ?? '') + capitalised.slice(1).join('');
}

/** The row with all its tools' names in these styles; the row as it is where two names would become one. */
export function restyleRow<Row extends Pick<ToolCallRow, 'tools' | 'turns' | 'expected'>>(
  row: Row,
  { tool, parameter }: Styles,
): Row {
  const toolName = (name: string): string => restyleName(name, tool);
  const parameterName = (name: string): string => restyleName(name, parameter);
  const tools = row.tools.map((spec) => restyleTool(spec, toolName, parameterName));
  const names = new Set(tools.map(({ name }) => name));
  const clash =
    names.size < tools.length ||
    tools.some(
      (spec, index) => fieldNames(spec.parameters).length < fieldNames(row.tools[index]?.parameters).length,
    );
  if (clash) return row;
  return {
    ...row,
    tools,
    expected: row.expected.map((call) => restyleExpected(call, toolName, parameterName)),
    turns: row.turns.map((turn) =>
      turn.calls === undefined
        ? turn
        : {
            ...turn,
            calls: turn.calls.map((call) => ({
              name: toolName(call.name),
              arguments: rekey(call.arguments, parameterName),
            })),
          },
    ),
  };
}

function restyleTool(
  spec: ToolSpec,
  toolName: (name: string) => string,
  parameterName: (name: string) => string,
): ToolSpec {
  const { properties, required } = spec.parameters as { properties?: JsonObject; required?: string[] };
  const parameters: JsonSchema = {
    ...spec.parameters,
    ...(properties === undefined ? {} : { properties: rekey(properties, parameterName) }),
    ...(required === undefined ? {} : { required: required.map(parameterName) }),
  };
  return { ...spec, name: toolName(spec.name), parameters };
}

function restyleExpected(
  call: ExpectedCall,
  toolName: (name: string) => string,
  parameterName: (name: string) => string,
): ExpectedCall {
  return {
    name: toolName(call.name),
    arguments: rekey(call.arguments, parameterName),
    acceptable: rekey(call.acceptable, parameterName),
    optional: call.optional.map(parameterName),
  };
}

function rekey<Value>(
  fields: { readonly [key: string]: Value },
  rename: (name: string) => string,
): { readonly [key: string]: Value } {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [rename(key), value]));
}

function fieldNames(schema: JsonSchema | undefined): string[] {
  return Object.keys((schema?.['properties'] ?? {}) as JsonObject);
}
