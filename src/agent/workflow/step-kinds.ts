/**
 * What each kind of step does: how its options become the log's view of it, who does it, and how what comes back is
 * checked. Knows models, tools, persons and agents by the run's context; nothing of the order of steps (scope).
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import type { Json, JsonObject, JsonSchema } from '../../protocol/json.ts';
import { argumentsInvalid } from '../../tools/make-tool.ts';
import { compileSchema } from '../../tools/validate.ts';
import type { AdapterChoice } from '../route.ts';
import { runCall } from '../run-call.ts';
import type { CallResult } from '../run-call.ts';
import { runAgentStep } from './agent-step.ts';
import { fill } from './fill.ts';
import { say } from './say.ts';
import type { StepMaker } from './step-maker.ts';
import { drive } from './stream-of.ts';
import type { Workflow, WorkflowSteps } from './workflow.ts';

type Kinds = Omit<WorkflowSteps<unknown>, 'input' | 'signal' | 'parallel'>;

/**
 * The steps of one scope. Their values are what a schema, labels or choices allow: that is checked, and then told to the
 * compiler, which cannot see it.
 */
export function stepKinds(scope: StepMaker): Kinds {
  const { context, tell } = scope;

  const asked = (adapter: string | undefined): AdapterChoice | undefined =>
    adapter !== undefined && context.model.adapters?.includes(adapter) === true
      ? { adapter, reason: `the step asks for ${adapter}` }
      : undefined;
  /** Who makes calls, unless the step asks for another. */
  const callerFor = (spanId: Id, text: string, adapter: string | undefined): AdapterChoice => {
    const { shadow: _shadow, ...choice } = context.chooseAdapter({
      runId: context.runId,
      subtask: { id: spanId, text, dependsOn: [] },
    });
    return asked(adapter) ?? otherwise(choice, adapter);
  };

  /** The base model, unless the step asks for another: the run's adapters learn to choose calls. */
  const writerFor = (adapter: string | undefined): AdapterChoice => asked(adapter) ?? otherwise({}, adapter);

  const formStep = async (options: {
    readonly kind: 'classify' | 'extract';
    readonly text: string;
    readonly about: string;
    readonly schema: JsonSchema;
    readonly examples: readonly { readonly text: string; readonly value: JsonObject }[];
    readonly adapter: string | undefined;
  }): Promise<JsonObject> => {
    const { kind, text, about, schema, examples, adapter } = options;
    const value = await scope.step({
      kind,
      name: about,
      input: { text, about, schema },
      live: ({ spanId }) => {
        const form = { name: kind, description: about, parameters: schema };
        const choice = callerFor(spanId, text, adapter);
        return drive(fill(context, { spanId, text, form, examples, choice }), tell);
      },
    });
    return value as JsonObject;
  };

  return {
    async ask({ prompt, about = 'Answer in one sentence.', maxTokens = 64, adapter }) {
      const value = await scope.step({
        kind: 'ask',
        name: prompt,
        input: { prompt, about },
        live: ({ spanId }) =>
          drive(say(context, { spanId, prompt, about, maxTokens, choice: writerFor(adapter) }), tell),
      });
      return value as string;
    },

    async classify({ text, labels, about = 'Says which label fits the text.', examples = [], adapter }) {
      const schema = {
        type: 'object',
        properties: { label: { enum: labels } },
        required: ['label'],
        additionalProperties: false,
      };
      const shown = examples.map((example) => ({ text: example.text, value: { label: example.label } }));
      const { label } = await formStep({ kind: 'classify', text, about, schema, examples: shown, adapter });
      return label as never;
    },

    async extract({ text, schema, about = 'Notes what the text says.', examples = [], adapter }) {
      const shown = examples.map((example) => ({ text: example.text, value: example.value as JsonObject }));
      return (await formStep({ kind: 'extract', text, about, schema, examples: shown, adapter })) as never;
    },

    async tool({ name, arguments: values = {}, returns }) {
      const value = await scope.step({
        kind: 'tool',
        name,
        input: { name, arguments: values },
        live: async ({ spanId }) => {
          const errors = context.tools.get(name).validate(values);
          if (errors.length > 0) throw argumentsInvalid({ tool: name, errors });
          const call = { name, arguments: values };
          return valueOf(
            name,
            await drive(runCall(context, { subtaskId: spanId, stepId: spanId, call }), tell),
          );
        },
      });
      if (returns !== undefined) checkResult(name, value, returns);
      return value as never;
    },

    async human({ question, choices }) {
      const value = await scope.step({
        kind: 'human',
        name: question,
        input: { question, choices: choices ?? null },
        live: async ({ spanId }) => {
          const answer = await context.askHuman({
            spanId,
            question,
            ...(choices === undefined ? {} : { choices }),
          });
          if (choices === undefined || choices.some((choice) => choice === answer)) return answer;
          throw new Fault({
            code: faultCodes.argumentsInvalid,
            message: `"${answer}" is none of the answers that can be given.`,
            remedy: `Answer one of: ${choices.join(', ')}.`,
          });
        },
      });
      return value as never;
    },

    async agent({ goal, tools, budget = {} }) {
      const value = await scope.step({
        kind: 'agent',
        name: goal,
        input: { goal, tools: tools ?? null },
        live: ({ spanId }) => runAgentStep({ context, tell, spanId, goal, tools, budget }),
      });
      return value as never;
    },

    async workflow(other, input) {
      const value = await scope.step({
        kind: 'workflow',
        name: other.title,
        input: { name: other.name, input: input as Json },
        live: ({ spanId, isNew }) => {
          // Counted as the call of its tool would be, so that workflows in workflows come to an end.
          if (isNew) context.meter.take('toolCalls');
          const entry = { workflow: other as Workflow, input: input as JsonObject, parentId: spanId };
          return drive(context.enter(context, entry), tell);
        },
      });
      return value as never;
    },
  };
}

function otherwise(choice: AdapterChoice, adapter: string | undefined): AdapterChoice {
  return adapter === undefined ? choice : { ...choice, reason: `${adapter} is not loaded` };
}

function valueOf(name: string, result: CallResult): Json {
  if (result === 'denied') {
    throw new Fault({
      code: faultCodes.toolDenied,
      message: `You declined ${name}.`,
      details: { tool: name },
    });
  }
  if (result.outcome.type === 'error') throw new Fault(result.outcome.fault);
  return result.outcome.value;
}

function checkResult(name: string, value: Json, schema: JsonSchema): void {
  const errors = compileSchema(schema)(value);
  if (errors.length === 0) return;
  throw new Fault({
    code: faultCodes.toolFailed,
    message: `${name} gave something else than the workflow expects.`,
    reason: errors.map(({ path, message }) => `${path === '' ? 'The result' : path} ${message}.`).join(' '),
    details: { tool: name, errors: [...errors] },
  });
}
