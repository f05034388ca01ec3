/**
 * One event of a run as lines for a terminal. Knows the events' shapes and nothing of where they come from.
 */

/**
 * @typedef {import('../src/protocol/task-event.ts').TaskEvent} TaskEvent
 * @typedef {import('../src/protocol/fault.ts').FaultData} FaultData
 */

/**
 * @param {FaultData} fault
 * @returns {string}
 */
function oneLine({ message, reason, remedy }) {
  return [message, reason, remedy].filter((part) => part !== undefined).join(' ');
}

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * @param {TaskEvent & { type: 'run-finished' }} event
 * @returns {string[]}
 */
function describeOutcome({ outcome, totals }) {
  const counts = `${totals.modelSteps} model steps, ${totals.toolCalls} calls, ${totals.promptTokens} prompt tokens (${totals.cachedTokens} cached), ${totals.decodeTokens} written, ${seconds(totals.durationMs)}`;
  switch (outcome.type) {
    case 'answered':
    case 'refused':
      return [counts, '', outcome.answer];
    case 'failed':
      return [counts, '', `✗ ${oneLine(outcome.fault)}`];
    default:
      return [counts, '', 'Stopped.'];
  }
}

/**
 * Lines to print for an event; none for those that only stream.
 * @param {TaskEvent} event
 * @returns {string[]}
 */
export function describeEvent(event) {
  switch (event.type) {
    case 'run-started':
      return [`${event.model.modelId}, ${event.tools.length} tools: ${event.goal}`];
    case 'plan-made':
      return event.subtasks.map(({ text }, index) => `plan ${index + 1}. ${text}`);
    case 'run-resumed':
      return ['goes on from where it was cut off'];
    case 'span-started':
      return [`step ${event.path} ${event.kind}: ${event.name}`];
    case 'span-finished':
      return event.outcome.type === 'done'
        ? [`  = ${JSON.stringify(event.outcome.value)}`]
        : [`  ✗ ${oneLine(event.outcome.fault)}`];
    case 'step-started': {
      const { context } = event;
      if (context === undefined) return [];
      return [`  ${context.dropped.length} messages left out of the prompt, so that it fits`];
    }
    case 'step-finished': {
      const { usage, verdict, purpose } = event;
      const facts = `${usage.promptTokens} + ${usage.decodeTokens} tokens, ${seconds(usage.totalMs)}`;
      return verdict.type === 'accepted'
        ? [`  ${purpose} (${facts})`]
        : [`  ${purpose} not usable (${facts}): ${oneLine(verdict.fault)}`];
    }
    case 'step-judged': {
      const { ruling } = event;
      if (ruling.type === 'trusted') return [];
      if (ruling.type === 'returned') return [`  not trusted: ${ruling.reason} It tries once more.`];
      const to = ruling.type === 'escalated' ? `asks ${ruling.modelId ?? 'you'}` : 'nobody is left to ask';
      return [`  not trusted: ${ruling.reason} ${to}`];
    }
    case 'approval-decided':
      return [event.approved ? '  approved' : '  denied (use --yes to approve)'];
    case 'call-dropped':
      return [`  a call that was begun early is not made (${event.reason})`];
    case 'tool-called':
      return [`  → ${event.call.name} ${JSON.stringify(event.call.arguments)}`];
    case 'tool-returned':
      return event.outcome.type === 'ok'
        ? [`  ← ${JSON.stringify(event.outcome.value)} (${event.outcome.durationMs.toFixed(0)} ms)`]
        : [`  ✗ ${oneLine(event.outcome.fault)}`];
    case 'subtask-finished':
      return event.outcome.type === 'failed' ? [`  ✗ ${oneLine(event.outcome.fault)}`] : [];
    case 'run-finished':
      return describeOutcome(event);
    default:
      return [];
  }
}
