/** A second opinion on values: Ajv, which shares no code with the runtime's validator. Knows JSON Schema; nothing of ours. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { Json } from '../../src/protocol/json.ts';

/** Undefined where Ajv fails on the value instead of judging it. */
export type IndependentCheck = (value: Json) => boolean | undefined;

/** Undefined where Ajv cannot read the schema. */
export function independentCheck(schema: Json): IndependentCheck | undefined {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    logger: false,
    // Doubles: 19.99 is a multiple of 0.01.
    multipleOfPrecision: 9,
  });
  addFormatsModule.default(ajv);
  try {
    const validate = ajv.compile(schema as boolean | Record<string, unknown>);
    return (value) => {
      try {
        return validate(value);
      } catch {
        return undefined;
      }
    };
  } catch {
    return undefined;
  }
}
