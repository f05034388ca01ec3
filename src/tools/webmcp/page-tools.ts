/**
 * The tools that the page offers to agents by WebMCP, as tools of ours. Each goes by the guard like any other: what a page
 * says of its tools is its word.
 * Knows the draft; nothing of who uses the tools.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { parseJson } from '../../protocol/json.ts';
import type { Json, JsonSchema } from '../../protocol/json.ts';
import { checkAlias, defineAll, foreignName, plainLine } from '../foreign/foreign-tool.ts';
import type { ForeignTools } from '../foreign/foreign-tool.ts';
import type { PlainDefinition } from '../make-tool.ts';
import { findModelContext } from './model-context.ts';
import type { FoundTool, ModelContext } from './model-context.ts';

/** How the page's tools are called here, and which are left out. */
export interface PageToolsOptions {
  /** Stands before the tools' names, with a dot; `page` where left out. */
  readonly alias?: string;
  /** Names that are ours already, and would call themselves (see `offerTools`). */
  readonly except?: readonly string[];
}

/**
 * What the page offers now. Rejects with Fault `unsupported` where this browser has no WebMCP, or none that lets a page's
 * own agent call tools, and with `tool-invalid` for an alias that cannot be used.
 */
export async function pageTools({
  alias = 'page',
  except = [],
}: PageToolsOptions = {}): Promise<ForeignTools> {
  checkAlias(alias);
  const context = findModelContext();
  if (context?.getTools === undefined || context.executeTool === undefined) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: 'The tools of this page cannot be listed.',
      reason: 'This browser has no document.modelContext with getTools and executeTool.',
      remedy: 'Use a browser with WebMCP, or load a polyfill before.',
      details: { feature: 'document.modelContext' },
    });
  }
  const taken = new Set<string>();
  const found = (await context.getTools()).filter(({ name }) => !except.includes(name));
  return defineAll(
    found.map((tool) => ({
      name: tool.name,
      definition: definitionOf(context, tool, foreignName(alias, tool.name, taken)),
    })),
  );
}

function definitionOf(context: ModelContext, tool: FoundTool, name: string): PlainDefinition {
  const { readOnlyHint, untrustedContentHint } = tool.annotations ?? {};
  const { origin } = tool;
  return {
    name,
    description: plainLine(tool.description) || plainLine(tool.name),
    permission: readOnlyHint === true ? 'read' : 'write',
    ...(untrustedContentHint === true ? { untrusted: true } : {}),
    // A tool of a frame with another origin is another site's.
    ...(origin === undefined || origin === globalThis.location.origin ? {} : { origin }),
    inputSchema: schemaOf(tool.inputSchema),
    execute: async (input, { signal }) =>
      answerOf(await context.executeTool?.(tool, JSON.stringify(input), { signal })),
  };
}

function schemaOf(schema: unknown): JsonSchema {
  const given = typeof schema === 'string' ? parseJson(schema) : schema;
  return (given ?? { type: 'object', properties: {} }) as JsonSchema;
}

/** Tools answer as JSON text; one that answers in words is taken at its word. */
function answerOf(answer: string | null | undefined): Json {
  if (typeof answer !== 'string') return null;
  return parseJson(answer) ?? answer;
}
