/**
 * The model's second thought: shown its own calls, it is asked in a grammar of two words whether they do what was asked. The
 * prompt goes on where the calls ended, with the adapter that wrote them, so that an engine that keeps prompts reads the
 * question alone. Knows how it is asked; what comes of it is the caller's.
 */
import { judgeMessages } from '../../decode/prompt.ts';
import type { Example, Turn } from '../../decode/prompt.ts';
import type { LoadedModel } from '../../protocol/engine.ts';
import { faultCodes } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import type { StepOutput, StepVerdict, TaskEvent } from '../../protocol/task-event.ts';
import type { ToolSpec } from '../../protocol/tool.ts';
import { routeStep } from '../route.ts';
import type { AdapterChoice } from '../route.ts';
import { objectionOf } from './objection.ts';
import { takeStep } from '../step.ts';
import type { RunContext, StepResult } from '../step.ts';

/** The two words, also for engines that take JSON alone. */
const constraint = {
  gbnf: 'root ::= "yes" | "no"',
  jsonSchema: { type: 'string', enum: ['yes', 'no'] },
} as const;

export interface JudgeOptions {
  readonly model: LoadedModel;
  readonly choice?: AdapterChoice;
  readonly subtaskId?: Id;
  /** What the calls were made from: the same tools, examples and turns, in the same order. */
  readonly tools: readonly ToolSpec[];
  readonly examples: readonly Example[];
  readonly turns: readonly Turn[];
  readonly output: StepOutput;
  /** Where not, only a word that is in the log counts. */
  readonly isWanted: boolean;
}

/**
 * How likely the model finds its own calls wrong, 0 to 1. Undefined: it was not asked, since there is no call or the run's bounds
 * reach no further, it was not wanted, or it said neither word. Throws what the engine rejects with.
 */
export async function* judgeCalls(
  context: RunContext,
  { model, choice, subtaskId, tools, examples, turns, output, isWanted }: JudgeOptions,
): AsyncGenerator<TaskEvent, number | undefined> {
  if (output.type !== 'calls') return undefined;
  const isKnown = context.recording?.nextPurpose(subtaskId) === 'judge';
  if (!isKnown && !(isWanted && context.meter.hasRoom('modelSteps'))) return undefined;
  const route = routeStep({
    purpose: 'judge',
    attempt: 1,
    model,
    ...(choice === undefined ? {} : { choice }),
  });
  const step: StepResult = yield* takeStep(context, {
    purpose: 'judge',
    attempt: 1,
    ...(subtaskId === undefined ? {} : { subtaskId }),
    route,
    messages: judgeMessages({ tools, examples, turns, output }),
    // As in the step that is judged: it stands after the system prompt and the examples.
    request: 1 + 2 * examples.length,
    constraint,
    verify: (text) => ({ verdict: verdictOf(text) }),
  });
  return objectionOf(step);
}

function verdictOf(text: string): StepVerdict {
  if (objectionOf({ text }) !== undefined) return { type: 'accepted' };
  const message = 'The model said neither yes nor no.';
  return {
    type: 'rejected',
    fault: { code: faultCodes.unexpected, message },
    feedback: 'What it thinks of its call is not known, and the call stands.',
  };
}
