/**
 * What the log knows of a run that was cut off, by the places where the run will look for it: model steps and calls by the
 * subtask they belong to, steps of workflows by their path, plans by who planned. What was finished is found here and not
 * done again. Pure; knows events, and nothing of who runs them anew.
 */
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { StoredEvent } from '../protocol/record.ts';
import type { SpanOutcome } from '../protocol/span-event.ts';
import type {
  StepPurpose,
  Subtask,
  SubtaskOutcome,
  TaskEventOf,
  TaskEventType,
} from '../protocol/task-event.ts';
import type { ToolCall, ToolOutcome } from '../protocol/tool.ts';
import { nothingUsed } from './budget.ts';
import type { Used } from './budget.ts';
import type { FinishedCall } from './memory/scratch-memory.ts';
import { timeUsed } from './time-used.ts';
import type { TimeUsed } from './time-used.ts';

export interface RecordedCall {
  readonly callId: Id;
  /** As it was asked for. */
  readonly asked: ToolCall;
  /** As it was made, where it was. */
  readonly made?: ToolCall;
  /** The user's word before it was made; the call they approved, where they changed it. */
  readonly approved?: boolean;
  readonly changed?: ToolCall;
  readonly outcome?: ToolOutcome;
}

export interface RecordedSpan {
  readonly started: TaskEventOf<'span-started'>;
  readonly outcome?: SpanOutcome;
}

interface RecordedSubtask {
  readonly outcome?: SubtaskOutcome;
}

export class Recording {
  readonly started: TaskEventOf<'run-started'>;
  readonly #events: readonly StoredEvent[];
  readonly #steps = new Map<Id, TaskEventOf<'step-finished'>[]>();
  readonly #calls = new Map<Id, RecordedCall>();
  readonly #subtaskOfCall = new Map<Id, Id>();
  readonly #plans = new Map<Id, readonly Subtask[]>();
  readonly #spans = new Map<string, RecordedSpan>();
  readonly #subtasks = new Map<Id, RecordedSubtask>();
  readonly #judgements = new Map<Id, TaskEventOf<'step-judged'>>();
  readonly #parents = new Map<Id, Id>();
  readonly #used = new Map<Id, Used>();
  /** Calls that have been handed out. */
  readonly #taken = new Set<Id>();
  /** Calls that have an outcome, in the order that they ended. */
  readonly #ended: Id[] = [];

  /** Throws Fault `resume-refused` for a run that has come to its end, or whose beginning is not there. */
  constructor(events: readonly StoredEvent[]) {
    const [started] = events;
    if (started?.type !== 'run-started') throw refused('Its beginning is not in the log.');
    if (events.some(({ type }) => type === 'run-finished')) throw refused('It has come to its end.');
    this.started = started;
    this.#events = events;
    for (const event of events) this.#add(event);
  }

  /** The subtasks that were planned within a step of a workflow, or by the run itself. */
  plan(spanId: Id | undefined): readonly Subtask[] | undefined {
    return this.#plans.get(spanId ?? '');
  }

  /** Undefined: it was not begun. */
  subtask(id: Id): RecordedSubtask | undefined {
    return this.#subtasks.get(id);
  }

  /** Undefined: it was not begun. */
  span(parentId: Id | undefined, path: string): RecordedSpan | undefined {
    return this.#spans.get(spanKey(parentId, path));
  }

  /** The next finished model step of a subtask; each is handed out once. */
  nextStep(subtaskId: Id | undefined): TaskEventOf<'step-finished'> | undefined {
    return this.#steps.get(subtaskId ?? '')?.shift();
  }

  /** What the step was for that `nextStep` would hand out; undefined: there is none. */
  nextPurpose(subtaskId: Id | undefined): StepPurpose | undefined {
    return this.#steps.get(subtaskId ?? '')?.[0]?.purpose;
  }

  /** What was thought of a step; undefined: nothing yet. */
  judgementOf(stepId: Id): TaskEventOf<'step-judged'> | undefined {
    return this.#judgements.get(stepId);
  }

  /**
   * The next call of a subtask, each handed out once, also one that was only asked about. Throws Fault `resume-refused`
   * where another call was made at this place.
   */
  nextCall(subtaskId: Id, call: ToolCall): RecordedCall | undefined {
    const found = [...this.#calls.values()].find(
      ({ callId }) => this.#subtaskOfCall.get(callId) === subtaskId && !this.#taken.has(callId),
    );
    if (found === undefined) return undefined;
    if (JSON.stringify(found.asked) !== JSON.stringify(call)) {
      throw refused(`It called ${found.asked.name}, and now it would call ${call.name} otherwise.`);
    }
    this.#taken.add(found.callId);
    return found;
  }

  /** Calls that were made, in the order they were begun. */
  calls(): readonly RecordedCall[] {
    return [...this.#calls.values()].filter(({ made }) => made !== undefined);
  }

  /** Calls that were made and have ended, in the order that they did. */
  endedCalls(): readonly FinishedCall[] {
    return this.#ended.flatMap((callId) => {
      const { made, outcome } = this.#calls.get(callId) ?? {};
      const subtaskId = this.#subtaskOfCall.get(callId) ?? '';
      return made === undefined || outcome === undefined ? [] : [{ callId, subtaskId, call: made, outcome }];
    });
  }

  /** What a step of a workflow used, with all within it; without an id: what the whole run used. */
  usedWithin(id?: Id): Used {
    const all = [...this.#used].filter(([lane]) => id === undefined || this.#isWithin(lane, id));
    return all.map(([, used]) => used).reduce(sum, nothingUsed);
  }

  /** How long a step of a workflow took, with all within it; without an id: how long the whole run did. */
  timeWithin(id?: Id): TimeUsed {
    return timeUsed(
      id === undefined
        ? this.#events
        : this.#events.filter((event) => {
            const lane = laneOf(event);
            return event.type === 'run-resumed' || (lane !== undefined && this.#isWithin(lane, id));
          }),
    );
  }

  #isWithin(lane: Id, id: Id): boolean {
    for (let place: Id | undefined = lane; place !== undefined; place = this.#parents.get(place)) {
      if (place === id) return true;
    }
    return false;
  }

  #add(event: StoredEvent): void {
    switch (event.type) {
      case 'plan-made':
        this.#plans.set(event.spanId ?? '', event.subtasks);
        for (const { id } of event.subtasks) this.#under(id, event.spanId);
        break;
      case 'subtask-started':
        this.#subtasks.set(event.subtaskId, {});
        break;
      case 'subtask-finished':
        this.#subtasks.set(event.subtaskId, { outcome: event.outcome });
        break;
      case 'span-started':
        this.#spans.set(spanKey(event.parentId, event.path), { started: event });
        this.#under(event.spanId, event.parentId);
        if (event.kind === 'workflow') this.#count(event.spanId, { ...nothingUsed, toolCalls: 1 });
        break;
      case 'span-finished':
        for (const [key, { started }] of this.#spans) {
          if (started.spanId === event.spanId) this.#spans.set(key, { started, outcome: event.outcome });
        }
        break;
      case 'step-finished': {
        const { subtaskId = '', usage } = event;
        const { promptTokens, cachedTokens, decodeTokens } = usage;
        this.#steps.set(subtaskId, [...(this.#steps.get(subtaskId) ?? []), event]);
        this.#count(subtaskId, {
          ...nothingUsed,
          modelSteps: 1,
          promptTokens,
          cachedTokens,
          decodeTokens,
        });
        break;
      }
      case 'step-judged':
        this.#judgements.set(event.stepId, event);
        if (event.usage !== undefined) this.#countSamples(event);
        break;
      case 'approval-requested':
      case 'approval-decided':
      case 'tool-called':
      case 'tool-returned':
        this.#addToCall(event);
        break;
      case 'call-dropped':
        this.#count(event.subtaskId, { ...nothingUsed, toolCalls: 1 });
        break;
      default:
    }
  }

  #addToCall(
    event: TaskEventOf<
      Extract<TaskEventType, 'approval-requested' | 'approval-decided' | 'tool-called' | 'tool-returned'>
    >,
  ): void {
    const { callId, subtaskId } = event;
    const asked = this.#calls.get(callId)?.asked ?? ('call' in event ? event.call : undefined);
    if (asked === undefined) return;
    const known: RecordedCall = this.#calls.get(callId) ?? { callId, asked };
    this.#under(callId, subtaskId);
    this.#subtaskOfCall.set(callId, subtaskId);
    if (event.type === 'tool-called') {
      this.#count(subtaskId, { ...nothingUsed, toolCalls: 1 });
      this.#calls.set(callId, { ...known, made: event.call });
    } else if (event.type === 'tool-returned') {
      this.#ended.push(callId);
      this.#calls.set(callId, { ...known, outcome: event.outcome });
    } else if (event.type === 'approval-decided') {
      const { approved, call } = event;
      const changed = call === undefined ? {} : { changed: call };
      this.#calls.set(callId, { ...known, approved, ...changed });
    } else {
      this.#calls.set(callId, known);
    }
  }

  #countSamples({ subtaskId = '', usage, agreement }: TaskEventOf<'step-judged'>): void {
    const { promptTokens = 0, cachedTokens = 0, decodeTokens = 0 } = usage ?? {};
    const modelSteps = (agreement?.asked ?? 1) - 1;
    this.#count(subtaskId, { ...nothingUsed, modelSteps, promptTokens, cachedTokens, decodeTokens });
  }

  #under(id: Id, parent: Id | undefined): void {
    if (parent !== undefined) this.#parents.set(id, parent);
  }

  #count(lane: Id, used: Used): void {
    this.#used.set(lane, sum(this.#used.get(lane) ?? nothingUsed, used));
  }
}

/** The fault of a run that cannot go on from what is in the log. */
export function refused(reason: string): Fault {
  return new Fault({
    code: faultCodes.resumeRefused,
    message: 'This run cannot go on from where it stopped.',
    reason,
    remedy: 'Start it again. What it has done already stands in the log.',
  });
}

function sum(one: Used, other: Used): Used {
  return {
    modelSteps: one.modelSteps + other.modelSteps,
    toolCalls: one.toolCalls + other.toolCalls,
    promptTokens: one.promptTokens + other.promptTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    decodeTokens: one.decodeTokens + other.decodeTokens,
  };
}

/** The innermost part of the run that an event belongs to; undefined: the run itself. */
function laneOf(event: StoredEvent): Id | undefined {
  if ('subtaskId' in event) return event.subtaskId;
  return 'spanId' in event ? event.spanId : undefined;
}

function spanKey(parentId: Id | undefined, path: string): string {
  return `${parentId ?? ''} ${path}`;
}
