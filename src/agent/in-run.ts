/**
 * The frame of a run, whatever it runs: what its parts share, its bounds, its first and its last event. One that was cut off
 * goes on with what the log knows of it.
 * Knows beginnings and ends; what happens between is handed in.
 */
import type { Engine } from '../bridge/engine.ts';
import { promptVersion } from '../decode/prompt.ts';
import type { ContextPolicy } from '../protocol/context.ts';
import type { LoadedModel } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import { sortedJson } from '../protocol/json.ts';
import type { Json } from '../protocol/json.ts';
import type { StoredEvent } from '../protocol/record.ts';
import type { RunOutcome, TaskEvent, TaskEventBody } from '../protocol/task-event.ts';
import type { ToolSpec } from '../protocol/tool.ts';
import { Guard } from '../tools/guard/guard.ts';
import type { RunGuard } from '../tools/guard/guard.ts';
import { createRegistry } from '../tools/registry.ts';
import type { ToolRegistry } from '../tools/registry.ts';
import type { Tool } from '../tools/tool.ts';
import { defaultBudget, Meter } from './budget.ts';
import type { Budget } from './budget.ts';
import { startClock } from './clock.ts';
import { stepFitter } from './fit-step.ts';
import type { HumanQuestion } from './human-question.ts';
import { memoryTools } from './memory/memory-tools.ts';
import { ScratchMemory } from './memory/scratch-memory.ts';
import type { MemoryLimits } from './memory/scratch-memory.ts';
import { Recording, refused } from './recording.ts';
import type { ChooseAdapter } from './route.ts';
import { defaultHelp } from './help/test-time-help.ts';
import type { TestTimeHelp } from './help/test-time-help.ts';
import type { ApprovalAnswer, ApprovalRequest, SubtaskContext } from './run-call.ts';
import type { ShadowDesk } from './shadow-desk.ts';
import { SpendDesk } from './spend/spend-desk.ts';
import type { SpendOptions } from './spend/spend-desk.ts';
import type { Router } from './trust/router.ts';
import { enterWorkflow } from './workflow/scope.ts';

export interface RunOptions {
  readonly engine: Engine;
  /** What the engine has loaded. */
  readonly model: LoadedModel;
  readonly tools: readonly Tool[];
  /** Id of an adapter loaded beside the model, for every subtask of the run; goes before `chooseAdapter`. */
  readonly adapter?: string;
  /** Which adapter a subtask gets, and why. Absent: the base model. */
  readonly chooseAdapter?: ChooseAdapter;
  /** Asks the adapters in the shadow that `chooseAdapter` names; the run does not depend on what comes of it. */
  readonly shadow?: ShadowDesk;
  /** Stops the run: its last event is then `run-finished` with outcome `stopped`. */
  readonly signal?: AbortSignal;
  /** Asked before a call that may not run by itself. Without it, such calls are declined. */
  readonly approve?: (request: ApprovalRequest) => Promise<ApprovalAnswer>;
  /** Asked what a workflow asks a person. Without it, such a step fails. */
  readonly askHuman?: (question: HumanQuestion) => Promise<string>;
  /** What calls are let through; absent: the default policy, with rates that count from this run on. */
  readonly guard?: Guard;
  readonly budget?: Partial<Budget>;
  /** What tokens and money may be spent; absent: whatever the budget allows. */
  readonly spend?: SpendOptions;
  /** What helps the model to decide, where it is not the default (docs/test-time-help). */
  readonly help?: Partial<TestTimeHelp>;
  /** Whom the run trusts, and whom it asks where a decision is not to be trusted; absent: its model alone. */
  readonly router?: Router;
  /** What to do with a prompt that does not fit the model's context window; absent: the step fails. */
  readonly contextPolicy?: ContextPolicy;
  /**
   * Keeps long results and the model's notes beside the prompts, and gives the model tools to read and note; `{}`: with the
   * default bounds. Absent: results stand in prompts whole.
   */
  readonly memory?: Partial<MemoryLimits>;
  /**
   * The events of this same run, from a log, where it was cut off: what was finished is not done again, and a call that
   * writes and may have been done is asked about. What it may use counts on, its time as well. Throws Fault
   * `resume-refused`, before the first event, where the run has ended, or was begun with other tools or prompts.
   */
  readonly resume?: readonly StoredEvent[];
}

/** What a run is begun with: the same when it goes on. */
interface Begun {
  readonly goal: string;
  readonly workflow?: { readonly name: string; readonly input: Json };
}

/** Runs `work` between a run's first and last event. Every failure of it is an outcome. */
export async function* inRun(
  options: RunOptions,
  begun: Begun,
  work: (context: SubtaskContext) => AsyncGenerator<TaskEvent, RunOutcome>,
): AsyncGenerator<TaskEvent, void> {
  const budget: Budget = { ...defaultBudget, ...options.budget };
  const memory = options.memory === undefined ? undefined : new ScratchMemory(options.memory);
  const tools = createRegistry([...options.tools, ...(memory === undefined ? [] : memoryTools(memory))]);
  const fit = stepFitter({ engine: options.engine, model: options.model, policy: options.contextPolicy });
  const recording =
    options.resume === undefined ? undefined : recordingOf(options.resume, begun, tools.specs());
  const guard = (options.guard ?? new Guard()).beginRun(begun.goal);
  if (recording !== undefined) remind(guard, recording, tools);
  for (const ended of recording?.endedCalls() ?? []) memory?.settle(ended);
  const runId = recording?.started.runId ?? newId();
  const { activeMs, elapsedMs } = recording?.timeWithin() ?? { activeMs: 0, elapsedMs: 0 };
  const clock = startClock({
    ...(options.signal === undefined ? {} : { outer: options.signal }),
    durationMs: budget.durationMs,
    usedMs: activeMs,
  });
  const { adapter, askHuman, chooseAdapter = () => ({}), help, model, router, shadow } = options;
  const event = (body: TaskEventBody): TaskEvent => ({ ...body, id: newId(), runId, at: Date.now() });
  const spend =
    options.spend === undefined
      ? undefined
      : new SpendDesk({
          ...options.spend,
          model,
          event,
          ...(askHuman === undefined ? {} : { ask: (asked) => clock.outside(askHuman(asked)) }),
          before: options.resume ?? [],
          asked: (path) => recording?.span(undefined, path),
        });
  const context: SubtaskContext = {
    runId,
    engine: options.engine,
    model,
    chooseAdapter:
      adapter === undefined
        ? chooseAdapter
        : () => ({ adapter, reason: `the adapter ${adapter} was asked for` }),
    ...(shadow === undefined ? {} : { shadow }),
    ...(recording === undefined ? {} : { recording }),
    ...(memory === undefined ? {} : { memory }),
    ...(spend === undefined ? {} : { spend }),
    ...(help === undefined ? {} : { help: { ...defaultHelp, ...help } }),
    ...(router === undefined ? {} : { router }),
    tools,
    runTools: tools,
    guard,
    fit,
    meter: new Meter(budget, recording === undefined ? {} : { used: recording.usedWithin(), elapsedMs }),
    signal: clock.signal,
    budget,
    approve: (asked) => clock.outside(options.approve?.(asked) ?? Promise.resolve(false)),
    askHuman: (asked) => clock.outside(askHuman === undefined ? nobodyToAsk() : askHuman(asked)),
    enter: enterWorkflow,
    event,
  };
  let outcome: RunOutcome | undefined;
  try {
    yield recording === undefined
      ? event({ type: 'run-started', ...begun, tools: tools.specs(), model, promptVersion })
      : event({ type: 'run-resumed', model });
    outcome = yield* work(context);
  } catch (error) {
    outcome = endedBy(error, clock.signal);
  } finally {
    // Also where the reader has left: nothing of a run goes on behind its back.
    clock.end();
    shadow?.endRun({ runId, atOnce: outcome === undefined || outcome.type === 'stopped' });
  }
  yield event({ type: 'run-finished', outcome, totals: context.meter.totals() });
}

function recordingOf(events: readonly StoredEvent[], begun: Begun, tools: readonly ToolSpec[]): Recording {
  const recording = new Recording(events);
  const { started } = recording;
  if (
    started.goal !== begun.goal ||
    sortedJson(started.workflow?.input) !== sortedJson(begun.workflow?.input)
  ) {
    throw refused('It was begun with another goal or input.');
  }
  if (started.workflow?.name !== begun.workflow?.name) throw refused('It was another workflow.');
  if (started.promptVersion !== promptVersion) throw refused('Its prompts were worded otherwise.');
  // Specs are JSON by their types; readonly lists are not, by the name of theirs.
  if (sortedJson(started.tools as unknown as Json) !== sortedJson(tools as unknown as Json)) {
    throw refused('It was begun with other tools.');
  }
  return recording;
}

/** What was called and read before still counts for what may run unasked. */
function remind(guard: RunGuard, recording: Recording, tools: ToolRegistry): void {
  for (const { made, outcome } of recording.calls()) {
    if (made === undefined || !tools.has(made.name)) continue;
    const { spec } = tools.get(made.name);
    guard.begin(spec, made);
    if (outcome !== undefined) guard.settle(spec, outcome);
  }
}

function nobodyToAsk(): Promise<never> {
  return Promise.reject(
    new Fault({
      code: faultCodes.unsupported,
      message: 'The workflow asks a person, and there is nobody to ask.',
      remedy: 'Pass askHuman.',
    }),
  );
}

function endedBy(error: unknown, signal: AbortSignal): RunOutcome {
  if (!signal.aborted) return { type: 'failed', fault: toFault(error).toData() };
  const reason: unknown = signal.reason;
  return reason instanceof Fault && reason.code === faultCodes.budgetExhausted
    ? { type: 'failed', fault: reason.toData() }
    : { type: 'stopped' };
}
