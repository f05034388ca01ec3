/**
 * A tool as the runtime holds it: its spec as data, and the function behind it, which never leaves this thread.
 * Knows the shape only; how one is made stands in define-tool, how one is run in invoke-tool.
 */
import type { JsonObject } from '../protocol/json.ts';
import type { ToolSpec } from '../protocol/tool.ts';

/** One thing wrong with a value. A type, not an interface, so that it is JSON and fits a fault's details. */
export type SchemaError = {
  /** Where, e.g. `items[0].name`; empty for the whole value. */
  readonly path: string;
  /** What is wrong and what is expected, one short sentence a small model can act on. */
  readonly message: string;
};

/** What a running tool is given beside its arguments. */
export interface ToolContext {
  /** Aborts when the caller stops or the time is up. Pass it on to `fetch` and the like. */
  readonly signal: AbortSignal;
}

/** A tool as the runtime holds it. `defineTool` makes one. */
export interface Tool {
  /** Deeply frozen. */
  readonly spec: ToolSpec;
  /** Milliseconds that one run may take. */
  readonly timeoutMs: number;
  /** Errors of a call's arguments; empty where they are good. Never throws. */
  validate(value: unknown): readonly SchemaError[];
  /**
   * Runs the tool on arguments that `validate` found good. Rejects with what the tool threw, or with
   * `arguments-invalid` where a Standard Schema refuses them only now. Use `invokeTool`, which bounds the time.
   */
  execute(input: JsonObject, context: ToolContext): Promise<unknown>;
}
