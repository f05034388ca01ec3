/**
 * An agent as a step: a goal of its own, pursued with some of the run's tools, within a budget of its own that also counts
 * for the run. Knows bounds; how a goal is pursued stands in pursue.
 */
import { Fault } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import { createRegistry } from '../../tools/registry.ts';
import { Meter } from '../budget.ts';
import type { Budget } from '../budget.ts';
import { startClock } from '../clock.ts';
import { pursue } from '../pursue.ts';
import type { SubtaskContext } from '../run-call.ts';
import { drive } from './stream-of.ts';
import type { Tell } from './stream-of.ts';

interface AgentStep {
  readonly context: SubtaskContext;
  readonly tell: Tell;
  readonly spanId: Id;
  readonly goal: string;
  readonly tools: readonly string[] | undefined;
  readonly budget: Partial<Budget>;
}

/** What the agent came to. Throws its fault where it failed, and Fault `budget-exhausted` where its time was up. */
export async function runAgentStep(step: AgentStep): Promise<{ type: 'answered' | 'refused'; text: string }> {
  const { context, tell, spanId, goal, tools } = step;
  const budget: Budget = { ...context.budget, ...step.budget };
  const clock = startClock({
    outer: context.signal,
    durationMs: budget.durationMs,
    usedMs: context.recording?.timeWithin(spanId).activeMs ?? 0,
  });
  const used = context.recording?.usedWithin(spanId);
  try {
    const outcome = await drive(
      pursue(
        {
          ...context,
          tools:
            tools === undefined
              ? context.tools
              : createRegistry(tools.map((name) => context.tools.get(name))),
          budget,
          meter: new Meter(budget, { parent: context.meter, ...(used === undefined ? {} : { used }) }),
          signal: clock.signal,
          approve: (asked) => clock.outside(context.approve(asked)),
          askHuman: (asked) => clock.outside(context.askHuman(asked)),
        },
        goal,
        spanId,
      ),
      tell,
    );
    if (outcome.type === 'answered' || outcome.type === 'refused') {
      return { type: outcome.type, text: outcome.answer };
    }
    clock.signal.throwIfAborted();
    throw outcome.type === 'failed' ? new Fault(outcome.fault) : new Error('The agent was stopped.');
  } catch (error) {
    const reason: unknown = clock.signal.reason;
    // An engine that was stopped says that it was, and not why.
    throw clock.signal.aborted && !context.signal.aborted && reason instanceof Fault ? reason : error;
  } finally {
    clock.end();
  }
}
