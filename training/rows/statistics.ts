/** What a set of made rows holds, for the person who made it. Tokens are guessed: four characters each. */
import { actMessages } from '../../src/decode/prompt.ts';
import { renderOutput } from '../../src/decode/output.ts';
import type { JsonSchema } from '../../src/protocol/json.ts';
import type { DataRow } from './data-row.ts';

export interface RowStatistics {
  readonly rows: number;
  readonly categories: Readonly<Record<string, number>>;
  /** Called tools; those of made-up families differ from row to row and are counted by category only. */
  readonly calls: number;
  readonly tools: Readonly<Record<string, number>>;
  /** Types of the arguments given. */
  readonly types: Readonly<Record<string, number>>;
  readonly toolsOffered: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

export function statisticsOf(rows: readonly DataRow[]): RowStatistics {
  const categories = new Map<string, number>();
  const tools = new Map<string, number>();
  const types = new Map<string, number>();
  let [calls, offered, prompt, output] = [0, 0, 0, 0];
  for (const row of rows) {
    count(categories, row.category);
    offered += row.tools.length;
    prompt += promptOf(row).length;
    output += outputOf(row).length;
    for (const call of row.expected) {
      calls += 1;
      count(tools, call.name);
      const properties = row.tools.find(({ name }) => name === call.name)?.parameters['properties'] as
        Readonly<Record<string, JsonSchema>> | undefined;
      for (const key of Object.keys(call.arguments)) count(types, typeOf(properties?.[key]));
    }
  }
  const mean = (sum: number): number => Math.round((sum / Math.max(1, rows.length)) * 10) / 10;
  const most = [...tools].toSorted(([, a], [, b]) => b - a).slice(0, 20);
  return {
    rows: rows.length,
    categories: Object.fromEntries(categories),
    calls,
    tools: Object.fromEntries(most),
    types: Object.fromEntries(types),
    toolsOffered: mean(offered),
    promptTokens: mean(prompt / 4),
    outputTokens: mean(output / 4),
  };
}

function promptOf({ messages, tools }: DataRow): string {
  const specs = tools.map((tool) => ({ ...tool, permission: 'read' as const }));
  const turns = messages.map(({ content }) => ({ type: 'request' as const, text: content }));
  return actMessages({ tools: specs, turns })
    .map(({ content }) => content)
    .join('\n');
}

function outputOf({ expected, reply }: DataRow): string {
  return renderOutput(
    reply === undefined ? { type: 'calls', calls: expected } : { type: 'refusal', text: reply },
  );
}

function typeOf(schema: JsonSchema | undefined): string {
  if (schema === undefined) return 'any';
  if (Array.isArray(schema['enum'])) return 'enum';
  return typeof schema['type'] === 'string' ? schema['type'] : 'any';
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
