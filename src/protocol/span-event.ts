/**
 * What a workflow adds to the stream of a run: its steps, and that a run which was cut off goes on. A step's id is the
 * `subtaskId` of all that happens within it. Knows nothing of how a workflow runs (agent/workflow).
 */
import type { LoadedModel } from './engine.ts';
import type { FaultData } from './fault.ts';
import type { Id } from './id.ts';
import type { Json } from './json.ts';

/** What a step of a workflow asks for: a model, a tool, a person, an agent, or another workflow. */
export type SpanKind = 'ask' | 'classify' | 'extract' | 'tool' | 'human' | 'agent' | 'workflow';

export type SpanOutcome =
  { readonly type: 'done'; readonly value: Json } | { readonly type: 'failed'; readonly fault: FaultData };

export type SpanEventBody =
  /** A run that was cut off goes on: what follows happened later, maybe with another model. */
  | { readonly type: 'run-resumed'; readonly model: LoadedModel }
  | {
      readonly type: 'span-started';
      readonly spanId: Id;
      /** The workflow step, or the call of a workflow, that it is part of; absent: the run's own workflow. */
      readonly parentId?: Id;
      /** Its place among the steps of its workflow, the same in every run of the same code, e.g. `2` or `3.1.0`. */
      readonly path: string;
      readonly kind: SpanKind;
      /** For people, one line. */
      readonly name: string;
      /** What it was given. A run goes on only where its code asks for the same again. */
      readonly input: Json;
    }
  | { readonly type: 'span-finished'; readonly spanId: Id; readonly outcome: SpanOutcome };
