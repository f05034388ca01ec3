/**
 * Self-consistency (Wang et al., "Self-consistency improves chain of thought reasoning in language models", ICLR 2023) for
 * calls: the same is asked again a little warmer, and what most of the outputs say counts, compared by their arguments and
 * not by their wording. The prompt stands in the engine's cache by then, so that another output costs its own tokens alone.
 */
import type { GenerateRequest, GenerateUsage } from '../../protocol/engine.ts';
import { sortedJson } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Agreement } from '../../protocol/routing.ts';
import type { StepOutput } from '../../protocol/task-event.ts';
import type { RunContext } from '../step.ts';
import type { VerifiedOutput } from '../verify.ts';
import { mostSamples } from './test-time-help.ts';

/** Warm enough to differ where the model is unsure, cool enough to be right where it is sure. */
const temperature = 0.7;

export interface SampleOptions {
  readonly request: Omit<GenerateRequest, 'requestId'>;
  readonly first: StepOutput;
  /** Decisions in all, the first included. */
  readonly samples: number;
  readonly verify: (text: string) => VerifiedOutput;
}

export interface Sampled {
  readonly output: StepOutput;
  readonly agreement: Agreement;
  readonly usage: GenerateUsage;
}

/**
 * Asks again until there are so many decisions, side by side, as far as the run's bounds reach. Undefined: they reach no
 * further. Rejects with what the engine rejects with.
 */
export async function sampleDecisions(
  { engine, meter, signal }: Pick<RunContext, 'engine' | 'meter' | 'signal'>,
  { request, first, samples, verify }: SampleOptions,
): Promise<Sampled | undefined> {
  const seeds: number[] = [];
  for (let seed = 1; seed < Math.min(samples, mostSamples) && meter.hasRoom('modelSteps'); seed += 1) {
    meter.take('modelSteps');
    seeds.push(seed);
  }
  if (seeds.length === 0) return undefined;
  const results = await Promise.all(
    seeds.map((seed) =>
      engine.generate({ ...request, sampling: { ...request.sampling, temperature, seed } }, { signal }),
    ),
  );
  for (const { usage } of results) meter.add(usage);
  const outputs = results.map(({ text }) => {
    const { output, verdict } = verify(text);
    return verdict.type === 'accepted' ? output : undefined;
  });
  return {
    ...majority([first, ...outputs]),
    usage: results.map(({ usage }) => usage).reduce(sum),
  };
}

/** What most outputs say; of equals the one that came first. An output that was refused says nothing, and counts as asked. */
function majority(
  outputs: readonly [StepOutput, ...(StepOutput | undefined)[]],
): Pick<Sampled, 'output' | 'agreement'> {
  const groups = new Map<string, { readonly output: StepOutput; same: number }>();
  for (const output of outputs) {
    if (output === undefined) continue;
    const key = decisionKey(output);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { output, same: 1 });
    else group.same += 1;
  }
  let best = { output: outputs[0], same: 0 };
  for (const group of groups.values()) if (group.same > best.same) best = group;
  return { output: best.output, agreement: { asked: outputs.length, same: best.same } };
}

/** Equal for outputs that come to the same: calls in any order, arguments in any order, texts but for case and spacing. */
function decisionKey(output: StepOutput): string {
  if (output.type !== 'calls') return output.type;
  const calls = output.calls.map(({ name, arguments: values }) =>
    JSON.stringify([name, sortedJson(normalised(values))]),
  );
  return calls.toSorted().join('\n');
}

function normalised(value: Json): Json {
  if (typeof value === 'string') return value.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(normalised);
  const object: JsonObject = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, normalised(part)]),
  );
  return object;
}

function sum(one: GenerateUsage, other: GenerateUsage): GenerateUsage {
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    decodeTokens: one.decodeTokens + other.decodeTokens,
    timeToFirstTokenMs: Math.min(one.timeToFirstTokenMs, other.timeToFirstTokenMs),
    prefillMs: one.prefillMs + other.prefillMs,
    decodeMs: one.decodeMs + other.decodeMs,
    // They go side by side.
    totalMs: Math.max(one.totalMs, other.totalMs),
  };
}
