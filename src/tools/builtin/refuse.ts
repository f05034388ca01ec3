/**
 * How a built-in tool says no: an expected failure with a message that the model can act on or pass on.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';

/** The fault `tool-failed` of one tool; `message` ends with a full stop, `remedy` says what would work. */
export function refuse(input: {
  readonly tool: string;
  readonly message: string;
  readonly remedy?: string;
  readonly cause?: unknown;
}): Fault {
  const { tool, message, remedy, cause } = input;
  return new Fault(
    {
      code: faultCodes.toolFailed,
      message,
      ...(remedy === undefined ? {} : { remedy }),
      details: { tool },
    },
    { cause },
  );
}

/** Text that came in, short enough to be repeated in a message. */
export function quote(text: string): string {
  return `"${text.length <= 80 ? text : `${text.slice(0, 79)}…`}"`;
}
