/**
 * The tool `convert_unit`. Knows the tool's face; units are in convert, which is loaded on first use.
 */
import { makeTool } from '../make-tool.ts';
import type { Tool } from '../tool.ts';
import { asText } from './read-input.ts';
import { quote, refuse } from './refuse.ts';
import { toolExamples } from './tool-examples.ts';

const name = 'convert_unit';

/** Not always as it was said: `yd`, `°C`. */
const unit = { type: 'string', minLength: 1, maxLength: 60, 'x-copy': false } as const;

/** Answers `{ result, unit }`. */
export function convertUnit(): Tool {
  return makeTool({
    name,
    description: 'Converts a value from one unit to another.',
    permission: 'read',
    inputSchema: {
      type: 'object',
      properties: {
        value: { type: 'number' },
        from: { ...unit, description: 'unit, e.g. miles' },
        to: { ...unit, description: 'unit, e.g. km' },
      },
      required: ['value', 'from', 'to'],
      additionalProperties: false,
    },
    examples: toolExamples.convert_unit,
    execute: async (input) => {
      const [value, from, to] = [Number(input['value']), asText(input['from']), asText(input['to'])];
      const { convert } = await import('./convert.ts');
      const outcome = convert({ value, from, to });
      switch (outcome.type) {
        case 'value':
          return { result: outcome.value, unit: to };
        case 'unknown-unit':
          throw refuse({
            tool: name,
            message: `${quote(outcome.unit)} is not a known unit.`,
            remedy:
              'Use a unit such as km, miles, kg, pounds, celsius, litres or hours; currencies are not known.',
          });
        case 'incompatible':
          throw refuse({
            tool: name,
            message: `${quote(from)} cannot be converted to ${quote(to)}: they measure different things.`,
            remedy: 'Convert between two lengths, two weights, two temperatures, and so on.',
          });
        default:
          return outcome satisfies never;
      }
    },
  });
}
