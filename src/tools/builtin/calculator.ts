/**
 * The tool `calculator`: arithmetic that a small model should copy and not do in its head.
 * Knows the tool's face; the work is in calculate, which is loaded on first use.
 */
import { makeTool } from '../make-tool.ts';
import type { Tool } from '../tool.ts';
import { asText } from './read-input.ts';
import { quote, refuse } from './refuse.ts';
import { toolExamples } from './tool-examples.ts';

const name = 'calculator';

/** Answers `{ result }`: a number, or text for more digits than a number holds. */
export function calculator(): Tool {
  return makeTool({
    name,
    description: 'Calculates an arithmetic expression.',
    permission: 'read',
    inputSchema: {
      type: 'object',
      properties: {
        expression: {
          type: 'string',
          description: 'e.g. (12 + 3) * 8',
          minLength: 1,
          maxLength: 500,
          // Said in words more often than not.
          'x-copy': false,
        },
      },
      required: ['expression'],
      additionalProperties: false,
    },
    examples: toolExamples.calculator,
    execute: async (input) => {
      const expression = asText(input['expression']);
      const { calculate } = await import('./calculate.ts');
      const outcome = calculate(expression);
      if (outcome.type === 'value') return { result: outcome.value };
      throw refuse({
        tool: name,
        message: `${quote(expression)} cannot be calculated: ${outcome.reason}.`,
        remedy: 'Write it with numbers and + - * / ^ % ( ), e.g. (12 + 3) * 8.',
      });
    },
  });
}
