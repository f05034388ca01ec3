/**
 * The part of the Standard Schema and Standard JSON Schema interfaces (standardschema.dev) that tools use, so that
 * Zod (4.2 or newer), Valibot, ArkType and others are accepted and none of them is imported.
 * Knows no library by name.
 */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Result<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** A schema object of a validation library that can say its JSON Schema. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>;
    };
  };
}

/** What a schema's `validate` hands out: defaults filled in, transforms applied. */
export type OutputOf<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

/** True for any object (or callable) that carries the `~standard` property, whatever else it lacks. */
export function looksStandard(value: unknown): boolean {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value
  );
}

/** True where the JSON Schema part is there too. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if (!looksStandard(value)) return false;
  const { '~standard': standard } = value as { readonly '~standard': unknown };
  if (typeof standard !== 'object' || standard === null) return false;
  const { validate, jsonSchema } = standard as { readonly validate?: unknown; readonly jsonSchema?: unknown };
  return (
    typeof validate === 'function' &&
    typeof jsonSchema === 'object' &&
    jsonSchema !== null &&
    typeof (jsonSchema as { readonly input?: unknown }).input === 'function'
  );
}

/** An issue's path in the notation of SchemaError, e.g. `items[0].name`. */
export function issuePath(issue: Issue): string {
  return (issue.path ?? [])
    .map((segment) => (typeof segment === 'object' ? segment.key : segment))
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}
