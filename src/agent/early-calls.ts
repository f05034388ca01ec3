/**
 * The calls of one step that are begun while the model still writes it. Only what reads is begun, only what nothing can
 * be said against, and only in order: behind the first call that has to wait, all wait, so that no reading overtakes a
 * writing. Each is told before it is begun, and what the step's verdict does not confirm is stopped and told as well.
 * Knows tools and calls; nothing of engines, prompts and verdicts.
 */
import { CallReader } from '../decode/call-reader.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import type { CallDropReason, TaskEvent, TaskEventBody } from '../protocol/task-event.ts';
import type { PartialCall, ToolCall, ToolOutcome } from '../protocol/tool.ts';
import type { RunGuard } from '../tools/guard/guard.ts';
import { invokeTool } from '../tools/invoke-tool.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import type { Meter } from './budget.ts';
import { workflowOf } from './workflow/workflow.ts';

export interface EarlyCallsOptions {
  readonly tools: ToolRegistry;
  /** Only what runs unasked is begun early. */
  readonly guard: RunGuard;
  readonly subtaskId: Id;
  readonly meter: Meter;
  /** The run's: stops every tool. */
  readonly signal: AbortSignal;
  readonly event: (body: TaskEventBody) => TaskEvent;
  /** Whether the step's verdict will find nothing wrong with a call. */
  readonly isGood: (call: ToolCall) => boolean;
  /** Whether an earlier step made the same call, which is then not made again. */
  readonly isMade: (call: ToolCall) => boolean;
}

/** A call whose tool runs, or has run. */
export interface BegunCall {
  readonly callId: Id;
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
  /** Never rejects. */
  readonly outcome: Promise<ToolOutcome>;
}

interface Begun extends BegunCall {
  readonly stepId: Id;
  readonly stop: () => void;
}

/** Two calls are the same where they read the same. */
export function callKey(call: ToolCall): string {
  return JSON.stringify(call);
}

export class EarlyCalls {
  readonly #options: EarlyCallsOptions;
  readonly #reader = new CallReader();
  readonly #begun = new Map<string, Begun>();
  /** A call has to wait for the verdict, and so does all behind it. */
  #waits = false;

  constructor(options: EarlyCallsOptions) {
    this.#options = options;
  }

  /** The call that the text so far leaves unfinished. */
  get writing(): PartialCall | undefined {
    return this.#reader.partial;
  }

  /** Takes the next piece of the step's text; `begin` then begins the calls that are whole. */
  read(piece: string): readonly ToolCall[] {
    return this.#reader.push(piece);
  }

  /** Begins these calls as far as they may be: each after its event has been dealt with. */
  *begin(stepId: Id, calls: readonly ToolCall[]): Generator<TaskEvent, void> {
    const { event, guard, isMade, meter, subtaskId, tools } = this.#options;
    for (const call of calls) {
      if (this.#begun.has(callKey(call)) || isMade(call)) continue;
      this.#waits ||= !this.#mayBegin(call);
      if (this.#waits) return;
      const callId = newId();
      meter.take('toolCalls');
      guard.begin(tools.get(call.name).spec, call);
      yield event({ type: 'call-begun', callId, stepId, subtaskId, call });
      this.#begun.set(callKey(call), this.#run({ callId, stepId, call }));
    }
  }

  /** Hands over a call that was begun; undefined where it was not. */
  take(call: ToolCall): BegunCall | undefined {
    const begun = this.#begun.get(callKey(call));
    this.#begun.delete(callKey(call));
    return begun;
  }

  /** Stops the calls that are not among `kept`, and tells it. */
  *drop(reason: CallDropReason, kept: readonly ToolCall[] = []): Generator<TaskEvent, void> {
    const { event, subtaskId } = this.#options;
    const keys = new Set(kept.map(callKey));
    const dropped = [...this.#begun].filter(([key]) => !keys.has(key));
    for (const [key, { stop }] of dropped) {
      stop();
      this.#begun.delete(key);
    }
    for (const [, { callId, stepId }] of dropped) {
      yield event({ type: 'call-dropped', callId, stepId, subtaskId, reason });
    }
  }

  #mayBegin(call: ToolCall): boolean {
    const { tools, guard, isGood, meter, signal } = this.#options;
    if (signal.aborted || !tools.has(call.name)) return false;
    const { spec } = tools.get(call.name);
    return (
      spec.permission === 'read' &&
      // Its steps are part of the run, and cannot be dropped.
      workflowOf(tools.get(call.name)) === undefined &&
      isGood(call) &&
      meter.hasRoom('toolCalls') &&
      guard.judge(spec, call).type === 'run'
    );
  }

  #run({ callId, stepId, call }: { callId: Id; stepId: Id; call: ToolCall }): Begun {
    const { tools, signal } = this.#options;
    const stopping = new AbortController();
    return {
      callId,
      stepId,
      begunAt: Date.now(),
      outcome: invokeTool({ tools, call, callId, signal: AbortSignal.any([signal, stopping.signal]) }),
      stop: () => stopping.abort(),
    };
  }
}
