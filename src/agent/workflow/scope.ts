/**
 * Runs the code of a workflow: gives it its steps, tells the log of each before and after it, and takes what the log knows
 * already from there. Steps of one scope come one after the other, so that each has the same place in every run of the same
 * code; what runs side by side has scopes of its own.
 * Knows the order and the log's view of steps; what each kind of step does stands in step-kinds.
 */
import { refused } from '../recording.ts';
import type { SubtaskContext } from '../run-call.ts';
import { Fault, faultCodes, toFault } from '../../protocol/fault.ts';
import { newId } from '../../protocol/id.ts';
import type { Id } from '../../protocol/id.ts';
import { sortedJson } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { TaskEvent } from '../../protocol/task-event.ts';
import { readJson } from '../../tools/json-value.ts';
import { argumentsInvalid } from '../../tools/make-tool.ts';
import { stepKinds } from './step-kinds.ts';
import type { StepDraft, StepMaker } from './step-maker.ts';
import { streamOf } from './stream-of.ts';
import type { Tell } from './stream-of.ts';
import type { Workflow, WorkflowSteps } from './workflow.ts';

export interface WorkflowEntry {
  readonly workflow: Workflow;
  readonly input: JsonObject;
  /** The step or the call that its steps are part of; absent: the run itself. */
  readonly parentId?: Id;
}

/**
 * Runs a workflow within a run; returns what it gives. Throws what its code throws; Fault `arguments-invalid` for an input
 * that does not fit, `resume-refused` where the code does otherwise than the log says.
 */
export async function* enterWorkflow(
  context: SubtaskContext,
  { workflow, input, parentId }: WorkflowEntry,
): AsyncGenerator<TaskEvent, Json> {
  const errors = workflow.tool.validate(input);
  if (errors.length > 0) throw argumentsInvalid({ tool: workflow.name, errors });
  const work = async (tell: Tell): Promise<Json> => {
    const own = { ...context, tools: context.runTools };
    const shared: Shared = {
      context: own,
      tell,
      ...(parentId === undefined ? {} : { parentId }),
      trouble: {},
    };
    const result = await new Scope(shared, '').run((steps) => workflow.run(steps), input);
    const reading = readJson(result);
    if (reading.type === 'json') return reading.value;
    throw new Fault({
      code: faultCodes.toolFailed,
      message: `${workflow.name} returned what JSON cannot hold.`,
      reason: `${reading.path === '' ? 'Its result' : reading.path} ${reading.problem}.`,
      remedy: 'Return plain data.',
      details: { tool: workflow.name },
    });
  };
  return yield* streamOf(work, context.signal);
}

interface Shared {
  readonly context: SubtaskContext;
  readonly tell: Tell;
  readonly parentId?: Id;
  /** What went wrong with the code itself: it ends the workflow, also where its code catches it. */
  readonly trouble: { fault?: Fault };
}

class Scope implements StepMaker {
  readonly #shared: Shared;
  readonly #prefix: string;
  #count = 0;
  #isBusy = false;

  constructor(shared: Shared, prefix: string) {
    this.#shared = shared;
    this.#prefix = prefix;
  }

  get context(): SubtaskContext {
    return this.#shared.context;
  }

  get tell(): Tell {
    return this.#shared.tell;
  }

  /** Runs code on steps of this scope. */
  async run<Input, Result>(
    code: (steps: WorkflowSteps<Input>) => Promise<Result>,
    input: Input,
  ): Promise<Result> {
    const steps: WorkflowSteps<Input> = {
      input,
      signal: this.context.signal,
      ...stepKinds(this),
      // The results have the branches' names and types; the compiler does not see it through the list.
      parallel: async (branches) => (await this.#parallel(branches, input)) as never,
    };
    const result = await code(steps);
    if (this.#isBusy) throw this.#wrong('A step was not waited for.', 'Await every step.');
    if (this.#shared.trouble.fault !== undefined) throw this.#shared.trouble.fault;
    return result;
  }

  async step(draft: StepDraft): Promise<Json> {
    const path = this.#begin();
    try {
      return await this.#at(path, draft);
    } finally {
      this.#isBusy = false;
    }
  }

  async #at(path: string, { kind, name, input, live }: StepDraft): Promise<Json> {
    const { context, tell, parentId } = this.#shared;
    const { event, recording, signal } = context;
    const known = recording?.span(parentId, path);
    if (known !== undefined) {
      const { started, outcome } = known;
      if (started.kind !== kind || sortedJson(started.input) !== sortedJson(input)) {
        throw this.#fail(
          refused(`Step ${path} was "${started.name}", and now it is "${name}" or has another input.`),
        );
      }
      if (outcome?.type === 'done') return outcome.value;
      if (outcome?.type === 'failed') throw new Fault(outcome.fault);
    }
    const spanId = known?.started.spanId ?? newId();
    if (known === undefined) {
      const parent = parentId === undefined ? {} : { parentId };
      await tell(event({ type: 'span-started', spanId, ...parent, path, kind, name, input }));
    }
    let value: Json;
    try {
      value = await live({ spanId, isNew: known === undefined });
    } catch (error) {
      // A run that was stopped is over: nothing more is told of it.
      if (signal.aborted) throw error;
      const fault = toFault(error);
      if (fault.code === faultCodes.resumeRefused) throw this.#fail(fault);
      await tell(
        event({ type: 'span-finished', spanId, outcome: { type: 'failed', fault: fault.toData() } }),
      );
      throw fault;
    }
    await tell(event({ type: 'span-finished', spanId, outcome: { type: 'done', value } }));
    return value;
  }

  async #parallel<Input>(
    branches:
      | Readonly<Record<string, (steps: WorkflowSteps<Input>) => Promise<unknown>>>
      | readonly ((steps: WorkflowSteps<Input>) => Promise<unknown>)[],
    input: Input,
  ): Promise<unknown> {
    const path = this.#begin();
    try {
      const entries = Object.entries(branches);
      const settled = await Promise.allSettled(
        entries.map(([, branch], index) =>
          new Scope(this.#shared, `${path}.${String(index)}.`).run(branch, input),
        ),
      );
      const values = settled.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
      if (Array.isArray(branches)) return values;
      return Object.fromEntries(entries.map(([name], index) => [name, values[index]]));
    } finally {
      this.#isBusy = false;
    }
  }

  /** The place of the next step. */
  #begin(): string {
    const { context, trouble } = this.#shared;
    context.signal.throwIfAborted();
    if (trouble.fault !== undefined) throw trouble.fault;
    if (this.#isBusy) {
      throw this.#wrong(
        'A step was begun while another one went on.',
        'Await each step. What is to run side by side belongs into parallel, on the steps that each branch is given.',
      );
    }
    this.#isBusy = true;
    const path = `${this.#prefix}${String(this.#count)}`;
    this.#count += 1;
    return path;
  }

  #wrong(message: string, remedy: string): Fault {
    const reason =
      'Its steps would not have the same places in every run, so that it could not go on after a reload.';
    return this.#fail(new Fault({ code: faultCodes.workflowInvalid, message, reason, remedy }));
  }

  #fail(fault: Fault): Fault {
    this.#shared.trouble.fault ??= fault;
    return fault;
  }
}
