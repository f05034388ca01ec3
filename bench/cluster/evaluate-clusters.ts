/**
 * Labelled texts -> how well tasks are found without the labels. Texts are embedded and grouped as in the product; labels
 * are looked at only afterwards. Knows rows and figures; nothing of command lines and of where the model lies.
 */
import type { OnnxRuntime } from '../../src/engine/onnx/onnx-runtime.ts';
import { SentenceEncoder } from '../../src/engine/embed/sentence-encoder.ts';
import { adjustedRandIndex, normalisedMutualInformation } from '../../src/flywheel/cluster/agreement.ts';
import { discoverTasks } from '../../src/flywheel/cluster/discover-tasks.ts';
import { RowError } from '../../src/flywheel/read-fields.ts';
import { isObject, parseJson } from '../../src/protocol/json.ts';
import type { EmbedderEntry } from '../../src/protocol/model.ts';
import { matchedAccuracy } from './matched-accuracy.ts';

export { RowError } from '../../src/flywheel/read-fields.ts';

export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

export interface ClusterEvaluation {
  readonly n: number;
  /** Clusters that were asked for, or chosen. */
  readonly k: number;
  /** Clusters that have a row. */
  readonly clusters: number;
  readonly nmi: number;
  readonly ari: number;
  readonly acc: number;
  /** By cosine, over the sentence vectors. */
  readonly silhouette: number;
  /** From the texts to the clusters, the model's loading included. */
  readonly seconds: number;
}

export interface EvaluateClustersOptions {
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  readonly k: number | 'auto';
  readonly runtime: OnnxRuntime;
  readonly embedder: EmbedderEntry;
  readonly weights: Blob;
  readonly tokenizer: string;
  readonly print: (line: string) => void;
}

/** Rows as `{"text", "label"}`; other fields are not read. Throws RowError with the line's number. */
export function readLabelledTexts(lines: EvaluateClustersOptions['lines']): readonly LabelledText[] {
  return lines.map(({ number, text: line }) => {
    const row = parseJson(line);
    if (!isObject(row)) throw new RowError(`Line ${String(number)} is not a JSON object.`);
    const { text, label } = row;
    if (typeof text !== 'string' || text.trim() === '') {
      throw new RowError(`Line ${String(number)} has no "text" with something in it.`);
    }
    if (typeof label === 'string') return { text, label };
    if (typeof label === 'number') return { text, label: String(label) };
    throw new RowError(`Line ${String(number)} has no "label"; a text or a number is one.`);
  });
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** Throws RowError for lines that are no rows, and for more clusters than rows. */
export async function evaluateClusters(options: EvaluateClustersOptions): Promise<ClusterEvaluation> {
  const { lines, k, print } = options;
  const rows = readLabelledTexts(lines);
  if (rows.length < 2) throw new RowError('There is one row only; it takes two at least.');
  if (k !== 'auto' && k > rows.length) {
    throw new RowError(`${String(k)} clusters of ${String(rows.length)} rows are not possible.`);
  }
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;
  const texts = rows.map(({ text }) => text);
  const encoder = await SentenceEncoder.open(options);
  let told = 0;
  const vectors = await encoder.embed(texts, {
    onProgress: ({ doneTexts, totalTexts }) => {
      if (doneTexts - told < 1000 && doneTexts < totalTexts) return;
      told = doneTexts;
      print(`${String(doneTexts)}/${String(totalTexts)} texts embedded, ${String(seconds())} s`);
    },
  });
  await encoder.dispose();
  const { nearest, tasks, quality } = discoverTasks({
    vectors,
    texts,
    k,
    onProgress: (progress) => {
      if (progress.type !== 'count-tried') return;
      print(`k ${String(progress.k)}: silhouette ${progress.silhouette.toFixed(4)}, ${String(seconds())} s`);
    },
  });
  const took = seconds();
  for (const { words, items } of tasks) print(`${String(items).padStart(6)}  ${words.join(', ')}`);
  const { stability, coverage } = quality;
  print(`Stability ${stability.toFixed(3)} (ARI with a fifth left out), coverage ${coverage.toFixed(3)}`);
  const labels = rows.map(({ label }) => label);
  return {
    n: rows.length,
    k: tasks.length,
    clusters: new Set(nearest).size,
    nmi: round(normalisedMutualInformation(labels, nearest)),
    ari: round(adjustedRandIndex(labels, nearest)),
    acc: round(matchedAccuracy(labels, nearest)),
    silhouette: round(quality.silhouette),
    seconds: took,
  };
}
