/**
 * Defines a tool of the application's own. Beside what makes a tool, its schema is held to what decoding can hold to.
 * Knows which schemas have a grammar; the making itself stands in make-tool.
 */
import { unenforcedKeywords } from '../decode/schema-keywords.ts';
import { SchemaGrammarError } from '../decode/schema/schema-grammar-error.ts';
import { makeTool } from './make-tool.ts';
import type { CheckParameters, PlainDefinition, StandardDefinition, ToolDefinition } from './make-tool.ts';
import type { StandardSchema } from './standard-schema.ts';
import type { Tool } from './tool.ts';

/**
 * A tool from its definition. The schema is copied and frozen: later changes to the original have no effect.
 * With a Standard Schema, `execute` gets what the schema's own `validate` hands out (defaults, transforms).
 * With plain JSON Schema it gets the arguments as they were called; a `default` is not filled in.
 * Throws Fault `tool-invalid` (details: tool, path) on a definition that could not work.
 */
export function defineTool<Schema extends StandardSchema>(definition: StandardDefinition<Schema>): Tool;
export function defineTool(definition: PlainDefinition): Tool;
export function defineTool<Input>(definition: ToolDefinition<Input>): Tool {
  return makeTool(definition as PlainDefinition, refuseUnwritable);
}

/** A schema that no call can satisfy, or that asks for what is not supported, is refused now and not in mid-run. */
const refuseUnwritable: CheckParameters = (parameters, invalid) => {
  try {
    unenforcedKeywords(parameters);
  } catch (error) {
    if (!(error instanceof SchemaGrammarError)) throw error;
    const place = [...error.path.split('/').slice(1), error.keyword];
    throw invalid(
      `inputSchema.${place.join('.')}`,
      `cannot be held to: ${error.reason}`,
      error.remedy,
      error,
    );
  }
};
