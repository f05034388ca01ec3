/**
 * A tool and a call as data: what crosses threads, stands in a prompt and reaches disk.
 * The function behind a tool stays in tools/; it never crosses.
 */
import type { FaultData } from './fault.ts';
import type { Id } from './id.ts';
import type { Json, JsonObject, JsonSchema } from './json.ts';

/** `read`: no lasting effect, runs at once. `write`: changes something, asks for approval first. */
export type ToolPermission = 'read' | 'write';

/** One worked example, shown to the model: a request and the arguments that serve it. */
export interface ToolExample {
  readonly request: string;
  readonly arguments: JsonObject;
}

/** A tool as data: what stands in a prompt and crosses threads. */
export interface ToolSpec {
  /** `[A-Za-z0-9_.-]{1,64}`, unique in a registry. */
  readonly name: string;
  readonly description: string;
  /**
   * Schema of the arguments; `type` is `object`. `x-copy` in a property's schema says whether its texts are made of words
   * of the conversation: true, false; absent: its name and description decide.
   */
  readonly parameters: JsonSchema;
  readonly permission: ToolPermission;
  /** Where a call is sent, e.g. `https://tools.example.org`; absent: it is served by this page. */
  readonly origin?: string;
  /** Its results hold words that neither the user nor this page wrote. True for every tool with an `origin`. */
  readonly untrusted?: boolean;
  readonly examples?: readonly ToolExample[];
}

/** A call as the model makes it. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** A call while the model writes it: the name is whole, the arguments are what stands there so far. */
export interface PartialCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** A call's outcome is a value to route on, also when it failed. */
export type ToolOutcome =
  | { readonly type: 'ok'; readonly callId: Id; readonly value: Json; readonly durationMs: number }
  | { readonly type: 'error'; readonly callId: Id; readonly fault: FaultData; readonly durationMs: number };
