/**
 * An event without its content: types, ids, names, timings and counts stay; what somebody wrote, and what a model or a tool
 * said, goes. What is left is still an event of its type, so that everything that reads a log reads it.
 * Pure. Knows nothing of what is personal (a masker does): here all content goes.
 */
import type { FaultData } from '../../protocol/fault.ts';
import type { ShadowTrial } from '../../protocol/promotion.ts';
import type { Feedback, StoredEvent } from '../../protocol/record.ts';
import type { StepOutput } from '../../protocol/task-event.ts';
import type { ToolCall, ToolOutcome, ToolSpec } from '../../protocol/tool.ts';

/** The event as `metadata-only` records it. */
export function reduceEvent(event: StoredEvent): StoredEvent {
  switch (event.type) {
    case 'run-started': {
      const { workflow } = event;
      return {
        ...event,
        goal: '',
        tools: event.tools.map(reduceSpec),
        ...(workflow === undefined ? {} : { workflow: { name: workflow.name, input: null } }),
      };
    }
    case 'span-started':
      return { ...event, name: '', input: null };
    case 'span-finished': {
      const { outcome } = event;
      return {
        ...event,
        outcome:
          outcome.type === 'done'
            ? { type: 'done', value: null }
            : { type: 'failed', fault: reduceFault(outcome.fault) },
      };
    }
    case 'plan-made':
      return { ...event, subtasks: event.subtasks.map((subtask) => ({ ...subtask, text: '' })) };
    case 'step-started': {
      const { context: _context, ...rest } = event;
      return { ...rest, messages: [], route: { ...event.route, reason: '' } };
    }
    case 'step-finished': {
      const { notes: _notes, output, verdict, ...rest } = event;
      return {
        ...rest,
        text: '',
        ...(output === undefined ? {} : { output: reduceOutput(output) }),
        verdict:
          verdict.type === 'accepted'
            ? verdict
            : { type: 'rejected', fault: reduceFault(verdict.fault), feedback: '' },
      };
    }
    case 'step-judged': {
      const { output, ruling } = event;
      return {
        ...event,
        ...(output === undefined ? {} : { output: reduceOutput(output) }),
        ruling: ruling.type === 'trusted' ? ruling : { ...ruling, reason: '' },
      };
    }
    case 'approval-requested': {
      const { reason: _reason, ...rest } = event;
      return { ...rest, call: reduceCall(event.call) };
    }
    case 'approval-decided': {
      const { call, ...rest } = event;
      return call === undefined ? rest : { ...rest, call: reduceCall(call) };
    }
    case 'call-begun':
    case 'tool-called':
      return { ...event, call: reduceCall(event.call) };
    case 'tool-returned':
      return { ...event, outcome: reduceToolOutcome(event.outcome) };
    case 'subtask-finished': {
      const { outcome } = event;
      if (outcome.type === 'failed')
        return { ...event, outcome: { type: 'failed', fault: reduceFault(outcome.fault) } };
      return { ...event, outcome: { ...outcome, text: '' } };
    }
    case 'run-finished': {
      const { outcome } = event;
      if (outcome.type === 'failed')
        return { ...event, outcome: { type: 'failed', fault: reduceFault(outcome.fault) } };
      if (outcome.type === 'stopped') return event;
      return { ...event, outcome: { type: outcome.type, answer: '' } };
    }
    case 'run-resumed':
    case 'subtask-started':
    case 'call-dropped':
      return event;
    default:
      return event satisfies never;
  }
}

/** What a person said, without words and corrections. */
export function reduceFeedback({ id, runId, at, verdict }: Feedback): Feedback {
  return { id, runId, at, verdict };
}

/** What an adapter did, without what it said. */
export function reduceTrial(trial: ShadowTrial): ShadowTrial {
  const { outcome } = trial;
  if (outcome.type === 'failed')
    return { ...trial, outcome: { type: 'failed', fault: reduceFault(outcome.fault) } };
  if (outcome.type === 'skipped') return trial;
  const { output: _output, ...rest } = outcome;
  return { ...trial, outcome: rest };
}

function reduceSpec({ name, permission }: ToolSpec): ToolSpec {
  return { name, permission, description: '', parameters: {} };
}

function reduceCall({ name }: ToolCall): ToolCall {
  return { name, arguments: {} };
}

function reduceOutput(output: StepOutput): StepOutput {
  return output.type === 'calls'
    ? { type: 'calls', calls: output.calls.map(reduceCall) }
    : { type: output.type, text: '' };
}

function reduceToolOutcome(outcome: ToolOutcome): ToolOutcome {
  return outcome.type === 'ok'
    ? { ...outcome, value: null }
    : { ...outcome, fault: reduceFault(outcome.fault) };
}

/** The code says what kind of failure it was; message and details may quote anything. */
function reduceFault({ code }: FaultData): FaultData {
  return { code, message: '' };
}
