/**
 * The decision of a subtask: which calls, an answer, or a refusal. Tries again with the error when an output was
 * rejected. Knows prompts, grammar and verdicts; runs no tool.
 */
import { actMessages, refusalExamples } from '../decode/prompt.ts';
import type { Example, Turn } from '../decode/prompt.ts';
import { toolGrammar } from '../decode/tool-grammar.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import { Fault } from '../protocol/fault.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { StepOutput, TaskEvent } from '../protocol/task-event.ts';
import type { ToolCall, ToolSpec } from '../protocol/tool.ts';
import { routeStep } from './route.ts';
import { takeStep } from './step.ts';
import type { RunContext, StepResult } from './step.ts';
import { verifyAct } from './verify.ts';

export interface ActOptions {
  readonly model: LoadedModel;
  readonly adapter?: string;
  readonly subtaskId?: Id;
  readonly request: string;
  readonly turns: readonly Turn[];
  /** Shown in this order. */
  readonly tools: readonly ToolSpec[];
  readonly examples: readonly Example[];
  /** Tries, the first included. */
  readonly attempts: number;
  readonly checkCall: (call: ToolCall) => FaultData | undefined;
}

export type Decision =
  | { readonly type: 'decided'; readonly stepId: Id; readonly output: StepOutput }
  /** No attempt was usable; the fault is the last one's. */
  | { readonly type: 'undecided'; readonly fault: FaultData };

/** Asks the model what to do. Throws what the engine rejects with. */
export async function* act(context: RunContext, options: ActOptions): AsyncGenerator<TaskEvent, Decision> {
  const { model, tools, request, checkCall, attempts, subtaskId } = options;
  const constraint = toolGrammar({ tools });
  const turns = [...options.turns];
  let examples = options.examples;
  for (let attempt = 1; ; attempt += 1) {
    const step: StepResult = yield* takeStep(context, {
      purpose: 'act',
      attempt,
      ...(subtaskId === undefined ? {} : { subtaskId }),
      route: routeStep({
        purpose: 'act',
        attempt,
        model,
        ...(options.adapter === undefined ? {} : { adapter: options.adapter }),
      }),
      messages: actMessages({ tools, examples, turns }),
      toolsOffered: tools.map(({ name }) => name),
      constraint,
      verify: (text) => verifyAct({ text, request, examples, checkCall }),
    });
    const { verdict, output, stepId } = step;
    if (verdict.type === 'accepted') {
      if (output === undefined)
        throw new Fault({ code: 'unexpected', message: 'An accepted step has no output.' });
      return { type: 'decided', stepId, output };
    }
    if (attempt >= attempts) return { type: 'undecided', fault: verdict.fault };
    if (output !== undefined) turns.push({ type: 'output', output });
    turns.push({ type: 'feedback', text: verdict.feedback });
    // What misled the model once is not shown to it again; refusals are.
    examples = examples.filter((example) => refusalExamples.includes(example));
  }
}
