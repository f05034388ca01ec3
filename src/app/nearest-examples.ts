/**
 * Requests whose outputs are known to be right, and those of them that are nearest to a new one in meaning. Joins the
 * sentence encoder to the agent; where the examples come from is the caller's.
 */
import type { FindExamples } from '../agent/help/test-time-help.ts';
import { EmbeddingClient } from '../bridge/embedding-client.ts';
import type { Example } from '../decode/prompt.ts';
import { readEmbedder } from './dataset/embed-sample.ts';
import { siteRoot } from './site-root.ts';

/** Finds examples by meaning, with the encoder that it holds until it is disposed of. */
export interface NearestExamples {
  /** The nearest ones that call offered tools alone, nearest last; never the request itself. */
  readonly find: FindExamples;
  /** Frees the encoder. */
  readonly dispose: () => void;
}

/** More of them cost more to read than they teach. */
const most = 2;

/**
 * Loads the encoder and reads the examples, once. Rejects with what the encoder's worker rejects with, and with Fault
 * `model-unavailable` where the catalogue has no encoder.
 */
export async function nearestExamples(
  examples: readonly Example[],
  signal?: AbortSignal,
): Promise<NearestExamples> {
  const client = new EmbeddingClient();
  const watch = signal === undefined ? {} : { signal };
  try {
    const embedder = await readEmbedder();
    await client.load({ embedder, modelsUrl: new URL('models/', siteRoot()).href }, watch);
    const { dimensions } = embedder;
    const known = await client.embed(
      examples.map(({ request }) => request),
      watch,
    );
    return {
      find: async ({ request, tools, signal: stop }) => {
        const names = new Set(tools.map(({ name }) => name));
        const places = examples.flatMap((example, place) =>
          example.request !== request && callsOnly(example, names) ? [place] : [],
        );
        if (places.length === 0) return [];
        const asked = await client.embed([request], { signal: stop });
        const scored = places.map((place) => ({
          place,
          // Rows have length 1: the product is the cosine.
          score: product(asked.values, known.values.subarray(place * dimensions, (place + 1) * dimensions)),
        }));
        return scored
          .toSorted((one, other) => other.score - one.score)
          .slice(0, most)
          .toReversed()
          .flatMap(({ place }) => examples[place] ?? []);
      },
      dispose: () => client.dispose(),
    };
  } catch (error) {
    client.dispose();
    throw error;
  }
}

function callsOnly({ output }: Example, names: ReadonlySet<string>): boolean {
  return output.type === 'calls' && output.calls.every(({ name }) => names.has(name));
}

function product(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}
