/**
 * A text by the model, as an `ask` step wants it. Knows prompts and verdicts; nothing of what the text is for.
 */
import type { Id } from '../../protocol/id.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { FaultData } from '../../protocol/fault.ts';
import type { TaskEvent } from '../../protocol/task-event.ts';
import { routeStep } from '../route.ts';
import type { AdapterChoice } from '../route.ts';
import type { SubtaskContext } from '../run-call.ts';
import { takeStep } from '../step.ts';
import type { StepResult } from '../step.ts';

export interface SayOptions {
  readonly spanId: Id;
  readonly prompt: string;
  readonly about: string;
  readonly maxTokens: number;
  readonly choice: AdapterChoice;
}

const empty: FaultData = { code: faultCodes.unexpected, message: 'The model said nothing.' };

/** The text, without white space around it. Throws what the engine rejects with; Fault `unexpected` for no text. */
export async function* say(
  context: SubtaskContext,
  { spanId, prompt, about, maxTokens, choice }: SayOptions,
): AsyncGenerator<TaskEvent, string> {
  for (let attempt = 1; ; attempt += 1) {
    const step: StepResult = yield* takeStep(context, {
      purpose: 'answer',
      attempt,
      subtaskId: spanId,
      route: routeStep({ purpose: 'answer', attempt, model: context.model, choice, maxTokens }),
      messages: [
        { role: 'system', content: about },
        { role: 'user', content: prompt },
      ],
      verify: (text) => ({
        verdict:
          text.trim() === ''
            ? { type: 'rejected', fault: empty, feedback: empty.message }
            : { type: 'accepted' },
      }),
    });
    if (step.verdict.type === 'accepted') return step.text.trim();
    if (attempt >= context.budget.attempts) throw new Fault(empty);
  }
}
