/**
 * Vectors for a sample of texts: those that are kept, and the others by the sentence encoder, which is loaded only where there are
 * some. Knows the catalogue, the encoder's worker and the cache.
 */
import { EmbeddingClient } from '../../bridge/embedding-client.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { EmbedderEntry } from '../../protocol/model.ts';
import { readCatalogue } from '../read-catalogue.ts';
import { siteRoot } from '../site-root.ts';
import { keepVectors, readVectors, vectorKeys } from './vector-cache.ts';

export interface EmbedSampleOptions {
  readonly texts: readonly string[];
  readonly signal: AbortSignal;
  /** Told how many texts have a vector. */
  readonly onProgress: (done: number) => void;
}

export interface SampleVectors {
  /** (texts, dimensions), rows of length 1. */
  readonly values: Float32Array<ArrayBuffer>;
  readonly dimensions: number;
  /** Texts that had a vector before. */
  readonly cached: number;
}

/** Texts that are embedded before they are kept: what is stopped loses no more. */
const textsOfBatch = 256;

/** Rejects with what the encoder's worker rejects with, and with Fault `model-unavailable` where the catalogue has no encoder. */
export async function embedSample({ texts, signal, onProgress }: EmbedSampleOptions): Promise<SampleVectors> {
  const embedder = await readEmbedder();
  const { dimensions } = embedder;
  const keys = await vectorKeys(texts, embedder.weights.sha256);
  const known = [...(await readVectors(keys))];
  const lacking = [...keys.keys()].filter((place) => known[place]?.length !== dimensions);
  const cached = texts.length - lacking.length;
  onProgress(cached);
  if (lacking.length > 0) {
    const client = new EmbeddingClient();
    try {
      await client.load({ embedder, modelsUrl: new URL('models/', siteRoot()).href }, { signal });
      for (let at = 0; at < lacking.length; at += textsOfBatch) {
        const batch = lacking.slice(at, at + textsOfBatch);
        const { values } = await client.embed(
          batch.map((place) => texts[place] ?? ''),
          { signal, onProgress: ({ doneTexts }) => onProgress(cached + at + doneTexts) },
        );
        const entries = batch.map((place, row) => {
          const vector = values.slice(row * dimensions, (row + 1) * dimensions);
          known[place] = vector;
          return [keys[place] ?? '', vector] as const;
        });
        await keepVectors(entries);
      }
    } finally {
      client.dispose();
    }
  }
  const values = new Float32Array(texts.length * dimensions);
  for (const [place, vector] of known.entries())
    if (vector !== undefined) values.set(vector, place * dimensions);
  return { values, dimensions, cached };
}

/** The catalogue's sentence encoder. Rejects with Fault `model-unavailable` where it names none. */
export async function readEmbedder(): Promise<EmbedderEntry> {
  const { embedders } = await readCatalogue({ url: new URL('models.json', siteRoot()) });
  const [embedder] = embedders ?? [];
  if (embedder !== undefined) return embedder;
  throw new Fault({
    code: faultCodes.modelUnavailable,
    message: 'The catalogue names no sentence encoder.',
    remedy: 'Add one to models.json.',
  });
}
