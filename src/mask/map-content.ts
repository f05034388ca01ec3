/**
 * What of an event, of a person's word or of a trial somebody wrote, or a model or a tool said, as a list of JSON values, and the record with
 * others in their places. Ids, names of tools, schemas, counts and times are no content. Pure.
 */
import type { ChatMessage } from '../protocol/engine.ts';
import type { FaultData } from '../protocol/fault.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { ShadowTrial } from '../protocol/promotion.ts';
import type { Feedback, StoredEvent } from '../protocol/record.ts';
import type { StepOutput, StepVerdict } from '../protocol/task-event.ts';
import type { ToolCall } from '../protocol/tool.ts';

/** Gives as many values as it gets, each of the type that it had. */
export type ContentMap = (values: readonly Json[]) => readonly Json[];

/** Takes each value of an event to its place in one list, and back. */
class Slots {
  readonly #given: Json[] = [];
  readonly #taken: readonly Json[] | undefined;
  #next = 0;

  /** With `taken`, values are replaced; without, they are only gathered. */
  constructor(taken?: readonly Json[]) {
    this.#taken = taken;
  }

  get given(): readonly Json[] {
    return this.#given;
  }

  text(value: string): string {
    return this.#slot(value) as string;
  }

  object(value: JsonObject): JsonObject {
    return this.#slot(value) as JsonObject;
  }

  any(value: Json): Json {
    return this.#slot(value);
  }

  #slot(value: Json): Json {
    this.#given.push(value);
    const replaced = this.#taken?.[this.#next];
    this.#next += 1;
    return replaced ?? value;
  }
}

/** The event with its content mapped, all of it in one call. */
export function mapEvent(event: StoredEvent, map: ContentMap): StoredEvent {
  return mapped(event, walkEvent, map);
}

/** What a person said of a run: the correction's arguments and the comment. */
export function mapFeedback(feedback: Feedback, map: ContentMap): Feedback {
  return mapped(feedback, walkFeedback, map);
}

/** What an adapter in the shadow said. */
export function mapTrial(trial: ShadowTrial, map: ContentMap): ShadowTrial {
  return mapped(trial, walkTrial, map);
}

function mapped<Item>(item: Item, walk: (item: Item, slots: Slots) => Item, map: ContentMap): Item {
  const gathered = new Slots();
  walk(item, gathered);
  if (gathered.given.length === 0) return item;
  return walk(item, new Slots(map(gathered.given)));
}

function walkFeedback(feedback: Feedback, slots: Slots): Feedback {
  const { correction, comment } = feedback;
  return {
    ...feedback,
    ...(correction === undefined
      ? {}
      : { correction: { ...correction, calls: correction.calls.map((call) => walkCall(call, slots)) } }),
    ...(comment === undefined ? {} : { comment: slots.text(comment) }),
  };
}

function walkTrial(trial: ShadowTrial, slots: Slots): ShadowTrial {
  const { outcome } = trial;
  if (outcome.type === 'skipped') return trial;
  if (outcome.type === 'failed')
    return { ...trial, outcome: { ...outcome, fault: walkFault(outcome.fault, slots) } };
  const { output } = outcome;
  if (output === undefined) return trial;
  return { ...trial, outcome: { ...outcome, output: walkOutput(output, slots) } };
}

function walkEvent(event: StoredEvent, slots: Slots): StoredEvent {
  switch (event.type) {
    case 'run-started': {
      const { workflow } = event;
      return {
        ...event,
        goal: slots.text(event.goal),
        ...(workflow === undefined ? {} : { workflow: { ...workflow, input: slots.any(workflow.input) } }),
      };
    }
    case 'span-started':
      return { ...event, name: slots.text(event.name), input: slots.any(event.input) };
    case 'span-finished': {
      const { outcome } = event;
      return {
        ...event,
        outcome:
          outcome.type === 'done'
            ? { ...outcome, value: slots.any(outcome.value) }
            : { ...outcome, fault: walkFault(outcome.fault, slots) },
      };
    }
    case 'plan-made':
      return {
        ...event,
        subtasks: event.subtasks.map((subtask) => ({ ...subtask, text: slots.text(subtask.text) })),
      };
    case 'step-started': {
      const { context } = event;
      const messages = walkMessages(event.messages, slots);
      if (context === undefined) return { ...event, messages };
      const { summary, dropped } = context;
      return {
        ...event,
        messages,
        context: {
          ...context,
          dropped: walkMessages(dropped, slots),
          ...(summary === undefined ? {} : { summary: slots.text(summary) }),
        },
      };
    }
    case 'step-finished': {
      const { notes, output } = event;
      return {
        ...event,
        text: slots.text(event.text),
        ...(notes === undefined ? {} : { notes: slots.text(notes) }),
        ...(output === undefined ? {} : { output: walkOutput(output, slots) }),
        verdict: walkVerdict(event.verdict, slots),
      };
    }
    case 'step-judged': {
      const { output, ruling } = event;
      return {
        ...event,
        ...(output === undefined ? {} : { output: walkOutput(output, slots) }),
        ruling: ruling.type === 'trusted' ? ruling : { ...ruling, reason: slots.text(ruling.reason) },
      };
    }
    case 'approval-requested': {
      const { call, reason } = event;
      return {
        ...event,
        call: walkCall(call, slots),
        ...(reason === undefined ? {} : { reason: slots.text(reason) }),
      };
    }
    case 'approval-decided': {
      const { call } = event;
      return call === undefined ? event : { ...event, call: walkCall(call, slots) };
    }
    case 'call-begun':
    case 'tool-called':
      return { ...event, call: walkCall(event.call, slots) };
    case 'tool-returned': {
      const { outcome } = event;
      return {
        ...event,
        outcome:
          outcome.type === 'ok'
            ? { ...outcome, value: slots.any(outcome.value) }
            : { ...outcome, fault: walkFault(outcome.fault, slots) },
      };
    }
    case 'subtask-finished': {
      const { outcome } = event;
      if (outcome.type === 'failed')
        return { ...event, outcome: { ...outcome, fault: walkFault(outcome.fault, slots) } };
      return { ...event, outcome: { ...outcome, text: slots.text(outcome.text) } };
    }
    case 'run-finished': {
      const { outcome } = event;
      if (outcome.type === 'stopped') return event;
      if (outcome.type === 'failed')
        return { ...event, outcome: { ...outcome, fault: walkFault(outcome.fault, slots) } };
      const answer = slots.text(outcome.answer);
      if (outcome.type === 'refused' || outcome.value === undefined)
        return { ...event, outcome: { ...outcome, answer } };
      return { ...event, outcome: { ...outcome, answer, value: slots.any(outcome.value) } };
    }
    case 'run-resumed':
    case 'subtask-started':
    case 'call-dropped':
      return event;
    default:
      return event satisfies never;
  }
}

function walkMessages(messages: readonly ChatMessage[], slots: Slots): ChatMessage[] {
  return messages.map((message) => ({ role: message.role, content: slots.text(message.content) }));
}

function walkCall(call: ToolCall, slots: Slots): ToolCall {
  return { name: call.name, arguments: slots.object(call.arguments) };
}

function walkOutput(output: StepOutput, slots: Slots): StepOutput {
  return output.type === 'calls'
    ? { type: 'calls', calls: output.calls.map((call) => walkCall(call, slots)) }
    : { type: output.type, text: slots.text(output.text) };
}

function walkVerdict(verdict: StepVerdict, slots: Slots): StepVerdict {
  if (verdict.type === 'accepted') return verdict;
  return {
    type: 'rejected',
    fault: walkFault(verdict.fault, slots),
    feedback: slots.text(verdict.feedback),
  };
}

/** What a fault says may quote anything; its code and its advice are ours. */
function walkFault(fault: FaultData, slots: Slots): FaultData {
  const { message, reason, details } = fault;
  return {
    ...fault,
    message: slots.text(message),
    ...(reason === undefined ? {} : { reason: slots.text(reason) }),
    ...(details === undefined ? {} : { details: slots.object(details) }),
  };
}
