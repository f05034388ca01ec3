/**
 * A value of a schema, by a model: the schema is shown as the one tool there is, and the call of it is the value. So what
 * decodes, checks and learns calls serves typed steps too. Knows prompts, grammar and verdicts; runs no tool.
 */
import { copySources } from '../../decode/copy-sources.ts';
import { actMessages } from '../../decode/prompt.ts';
import type { Example, Turn } from '../../decode/prompt.ts';
import { toolGrammar } from '../../decode/tool-grammar.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { FaultData } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { TaskEvent } from '../../protocol/task-event.ts';
import type { ToolSpec } from '../../protocol/tool.ts';
import { compileSchema } from '../../tools/validate.ts';
import { checkCall } from '../check-call.ts';
import { routeStep } from '../route.ts';
import type { AdapterChoice } from '../route.ts';
import type { SubtaskContext } from '../run-call.ts';
import { takeStep } from '../step.ts';
import type { StepResult } from '../step.ts';
import { verifyAct } from '../verify.ts';

export interface FillOptions {
  readonly spanId: Id;
  readonly text: string;
  /** Name, description and schema of the value. */
  readonly form: Pick<ToolSpec, 'name' | 'description' | 'parameters'>;
  readonly examples: readonly { readonly text: string; readonly value: JsonObject }[];
  readonly choice: AdapterChoice;
}

/** Characters of a text in a second try, after a first one that did not end. */
const shortText = 60;

/** Asks the model for a value that fits. Throws what the engine rejects with, and the last try's fault where none fits. */
export async function* fill(
  context: SubtaskContext,
  { spanId, text, form, examples, choice }: FillOptions,
): AsyncGenerator<TaskEvent, JsonObject> {
  const spec: ToolSpec = { ...form, permission: 'read' };
  const validate = compileSchema(form.parameters);
  const turns: Turn[] = [{ type: 'request', text }];
  // Adapters are trained without.
  const shown = choice.adapter === undefined ? examples.map((example) => asExample(form.name, example)) : [];
  let isCut = false;
  for (let attempt = 1; ; attempt += 1) {
    const step: StepResult = yield* takeStep(context, {
      purpose: 'act',
      attempt,
      subtaskId: spanId,
      route: routeStep({ purpose: 'act', attempt, model: context.model, choice }),
      messages: actMessages({ tools: [spec], examples: shown, turns }),
      request: 1 + 2 * shown.length,
      toolsOffered: [spec.name],
      constraint: toolGrammar({
        tools: [spec],
        maxCalls: 1,
        copyFrom: copySources(turns),
        allow: { answer: false, refusal: false },
        ...(isCut ? { textLength: shortText } : {}),
      }),
      tools: [spec],
      verify: (output) =>
        verifyAct({
          text: output,
          request: text,
          // A label is as right where an example has the same.
          examples: [],
          checkCall: (call) =>
            checkCall(call, call.name === spec.name ? validate(call.arguments) : undefined),
        }),
    });
    const { output, verdict } = step;
    const [call] = output?.type === 'calls' ? output.calls : [];
    if (verdict.type === 'accepted' && call !== undefined) return call.arguments;
    if (attempt >= context.budget.attempts) {
      throw new Fault(verdict.type === 'rejected' ? verdict.fault : notFilled(form.name));
    }
    isCut = output === undefined;
    if (output !== undefined && verdict.type === 'rejected') {
      turns.push({ type: 'output', output }, { type: 'feedback', text: verdict.feedback });
    }
  }
}

function asExample(name: string, { text, value }: FillOptions['examples'][number]): Example {
  return { request: text, output: { type: 'calls', calls: [{ name, arguments: value }] } };
}

/** An engine that is held to nothing may say something else. */
function notFilled(name: string): FaultData {
  return {
    code: faultCodes.argumentsInvalid,
    message: `The model did not fill in ${name}.`,
    remedy: 'Say more plainly what is asked for, or use an engine that takes a grammar.',
  };
}
