/**
 * Lets a model that runs on a GPU through only once it gave the known answer. Knows when to ask, what to remember and
 * what to say about it; the comparison itself is known-answer's.
 */
import type { CatalogueEntry } from '../protocol/model.ts';
import type { AdapterState, EngineAdapter } from './adapter.ts';
import { candidatesToAsk, judgeAnswer } from './known-answer.ts';
import type { AnswerVerdict } from './known-answer.ts';
import type { TrustCache } from './trust-cache.ts';

export interface TrustGateOptions {
  readonly cache: TrustCache;
  /** Names the browser: its shader compiler is part of what is trusted. */
  readonly userAgent: string;
}

export type GateAnswer =
  /** Reasons are sentences for the user. */
  | { readonly type: 'passed'; readonly reasons: readonly string[] }
  | { readonly type: 'refused'; readonly reason: string };

export class TrustGate {
  readonly #options: TrustGateOptions;

  constructor(options: TrustGateOptions) {
    this.#options = options;
  }

  /** Asks the loaded model for the known answer, unless this GPU gave it before. Work on a CPU passes unasked. */
  async check(options: {
    readonly adapter: EngineAdapter;
    readonly model: CatalogueEntry;
    readonly state: AdapterState;
    /** Names this device's GPU and driver as far as the browser tells. */
    readonly gpu: string;
    readonly signal: AbortSignal;
  }): Promise<GateAnswer> {
    const { adapter, model, state, gpu } = options;
    if (state.backend !== 'webgpu') return { type: 'passed', reasons: [] };
    if (model.knownAnswer === undefined || adapter.topLogprobs === undefined) {
      return {
        type: 'passed',
        reasons: [
          'What the GPU computes was not compared with a CPU: there is no known answer for this model.',
        ],
      };
    }
    const { engine, engineVersion } = adapter;
    const key = {
      gpu,
      userAgent: this.#options.userAgent,
      engine,
      engineVersion,
      weightsHash: model.file.sha256,
    };
    const known = await this.#options.cache.get(key);
    const verdict = known ?? (await ask(options, model.knownAnswer));
    if (known === undefined) await this.#options.cache.set(key, verdict);
    if (verdict.type === 'trusted') {
      return {
        type: 'passed',
        reasons: [
          `The GPU (${gpu}) gave the answer that a CPU gives, to ${verdict.largestDifference.toFixed(2)} in log-probability.`,
        ],
      };
    }
    return { type: 'refused', reason: `The GPU (${gpu}) computes wrong numbers. ${verdict.reason}` };
  }
}

async function ask(
  { adapter, signal }: { readonly adapter: EngineAdapter; readonly signal: AbortSignal },
  answer: NonNullable<CatalogueEntry['knownAnswer']>,
): Promise<AnswerVerdict> {
  const measured = await adapter.topLogprobs?.({
    prompt: answer.prompt,
    steps: answer.steps.length,
    candidates: candidatesToAsk(answer),
    signal,
  });
  return judgeAnswer(answer, measured ?? []);
}
