/**
 * What is wrong with a call before it is made: the grammar enforces most of a tool's schema, this tells the rest, in the
 * words that the model's next attempt reads. Knows no tools; whoever has them looks the call's up.
 */
import { faultCodes } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { ToolCall } from '../protocol/tool.ts';
import type { SchemaError } from '../tools/tool.ts';

/** `errors` are those of the call's arguments, or undefined where no tool has its name. Undefined: it can be made. */
export function checkCall(call: ToolCall, errors: readonly SchemaError[] | undefined): FaultData | undefined {
  if (errors === undefined) {
    return {
      code: faultCodes.toolUnknown,
      message: `There is no tool named "${call.name}".`,
      details: { tool: call.name },
    };
  }
  if (errors.length === 0) return undefined;
  return {
    code: faultCodes.argumentsInvalid,
    message: `The arguments of ${call.name} are not valid.`,
    reason: errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join(' '),
    details: { tool: call.name, errors },
  };
}
