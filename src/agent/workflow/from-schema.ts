/**
 * The TypeScript type of the values of a JSON Schema that is written down as a constant. It reads `type`, `enum`, `const`,
 * `properties`, `required`, `items`, `anyOf` and `oneOf`; what other keywords say narrows values and not their type, and
 * what it cannot read is `Json`. Types only.
 */
import type { Json, JsonObject } from '../../protocol/json.ts';

export type FromSchema<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : Schema extends { readonly anyOf: readonly (infer Part)[] }
      ? FromSchema<Part>
      : Schema extends { readonly oneOf: readonly (infer Part)[] }
        ? FromSchema<Part>
        : Schema extends { readonly type: infer Type }
          ? FromType<Type, Schema>
          : Json;

type FromType<Type, Schema> = Type extends readonly (infer One)[]
  ? FromType<One, Schema>
  : Type extends 'string'
    ? string
    : Type extends 'number' | 'integer'
      ? number
      : Type extends 'boolean'
        ? boolean
        : Type extends 'null'
          ? null
          : Type extends 'array'
            ? Schema extends { readonly items: infer Items }
              ? readonly FromSchema<Items>[]
              : readonly Json[]
            : Type extends 'object'
              ? FromObject<Schema>
              : Json;

type FromObject<Schema> = Schema extends { readonly properties: infer Properties }
  ? Schema extends { readonly required: readonly (infer Required)[] }
    ? Fields<Properties, Required>
    : Fields<Properties, never>
  : JsonObject;

type Fields<Properties, Required> = {
  readonly [Name in keyof Properties as Name extends Required ? Name : never]: FromSchema<Properties[Name]>;
} & {
  readonly [Name in keyof Properties as Name extends Required ? never : Name]?: FromSchema<Properties[Name]>;
};
