/**
 * A function that a client offers, as a tool of ours. Its code stays with the client: here it is only called for.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { JsonSchema } from '../protocol/json.ts';
import type { ToolSpec } from '../protocol/tool.ts';

const toolName = /^[A-Za-z0-9_.-]{1,64}$/;

/** Throws Fault `tool-invalid` where the name is not usable. `parameters` absent: it takes none. */
export function toolSpec({
  name,
  description = '',
  parameters,
}: {
  readonly name: string;
  readonly description?: string | undefined;
  readonly parameters?: object | undefined;
}): ToolSpec {
  if (!toolName.test(name)) {
    throw new Fault({
      code: faultCodes.toolInvalid,
      message: `"${name}" is no name for a tool.`,
      remedy: 'Use 1 to 64 letters, digits, "_", "." or "-".',
      details: { tool: name, path: 'name' },
    });
  }
  return {
    name,
    description,
    // A schema that came as JSON, or was made to become it.
    parameters: (parameters ?? { type: 'object', properties: {} }) as JsonSchema,
    permission: 'write',
  };
}
