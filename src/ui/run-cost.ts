/**
 * What a run used and what that is worth, reckoned from its view. Pure; every figure is defined in docs/economics.
 */
import type { PriceList, RunCost, RunMoney } from '../protocol/economics.ts';
import { priceOf } from '../protocol/price.ts';
import type { CallView, StepView, TaskView } from './task-view.ts';

/** Assumed where nobody said: a laptop's processor at work on two cores. */
export const defaultWatts = 15;

/** The cost of a run so far. Steps that broke off before they told their usage count as nothing. */
export function runCost(view: TaskView, prices?: PriceList): RunCost {
  const items = view.subtasks.flatMap((subtask) => subtask.items);
  const steps = [...view.steps, ...items.filter((item) => item.type === 'step')];
  const calls = items.filter((item) => item.type === 'call').filter(({ started }) => started);
  const local = steps.filter((step) => isLocal(view, step));
  const small = local.filter(({ modelId }) => modelId === view.model?.modelId);
  const all = used(steps);
  const localMs = used(local).modelMs;
  const wattHours = ((prices?.watts ?? defaultWatts) * localMs) / 3_600_000;
  return {
    ...all,
    modelSteps: steps.length,
    durationMs: view.totals?.durationMs ?? all.modelMs,
    calls: calls.length,
    smallCalls: calls.filter((call) => isServedSmall(call, small)).length,
    handedOn: steps.filter(({ judged }) => judged?.ruling.type === 'escalated').length,
    wattHours,
    ...(prices === undefined
      ? {}
      : {
          money: moneyOf(prices, {
            all,
            remote: used(steps.filter((step) => !local.includes(step))),
            wattHours,
          }),
        }),
  };
}

interface Used {
  readonly readTokens: number;
  readonly cachedTokens: number;
  readonly writtenTokens: number;
  readonly modelMs: number;
}

function used(steps: readonly StepView[]): Used {
  let [readTokens, cachedTokens, writtenTokens, modelMs] = [0, 0, 0, 0];
  for (const usage of steps.flatMap((step) => [step.usage, step.judged?.usage])) {
    if (usage === undefined) continue;
    readTokens += usage.promptTokens - usage.cachedTokens;
    cachedTokens += usage.cachedTokens;
    writtenTokens += usage.decodeTokens;
    modelMs += usage.totalMs;
  }
  return { readTokens, cachedTokens, writtenTokens, modelMs };
}

/** A step is local where it was not handed to a server, and the run's own model is not on one. */
function isLocal({ model }: TaskView, { modelId, remote }: StepView): boolean {
  if (remote === true || model === undefined) return false;
  return model.backend !== 'remote' || model.modelId !== modelId;
}

function isServedSmall({ stepId }: CallView, small: readonly StepView[]): boolean {
  return small.some(({ id }) => id === stepId);
}

function moneyOf(
  prices: PriceList,
  { all, remote, wattHours }: { readonly all: Used; readonly remote: Used; readonly wattHours: number },
): RunMoney {
  const large = priceOf(prices, all);
  const spent = priceOf(prices, remote);
  const energy = (wattHours / 1000) * prices.perKilowattHour;
  return { currency: prices.currency, large, spent, energy, saved: large - spent - energy };
}
