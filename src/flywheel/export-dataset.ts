/**
 * The log as a fine-tuning file, line by line: one episode in memory at a time, and none read before it is wanted.
 * Knows nothing of where episodes come from, nor where the lines go.
 */
import type { ChatTemplate } from '../protocol/model.ts';
import type { Episode } from '../protocol/record.ts';
import { formatRow } from './format-row.ts';
import type { DatasetFormat } from './format-row.ts';
import { logSide } from './split.ts';
import type { LogSide } from './split.ts';
import { trainingRows } from './training-row.ts';
import { withoutExamples } from './worked-examples.ts';

export interface ExportDatasetOptions {
  readonly episodes: AsyncIterable<Episode>;
  readonly format: DatasetFormat;
  /** Only runs of this side of the log (see `logSide`); absent: all. */
  readonly side?: LogSide;
  /** Leaves the worked examples out of the prompts, as a step with an adapter has none; absent: as they were asked. */
  readonly examples?: 'none';
  /** For `rendered`: how messages become the model's text; `chatml` unless told. */
  readonly template?: ChatTemplate;
}

/** The rows of all episodes as JSONL. Every piece is one whole line and ends with a line feed: joined, they are the file. */
export async function* exportDataset({
  episodes,
  format,
  side,
  examples,
  template = 'chatml',
}: ExportDatasetOptions): AsyncGenerator<string, void> {
  let index = 0;
  for await (const episode of episodes) {
    if (side !== undefined && logSide(episode.runId) !== side) continue;
    for (const asked of trainingRows(episode)) {
      const row = examples === 'none' ? withoutExamples(asked, episode) : asked;
      yield formatRow({ row, format, index, template });
      index += 1;
    }
  }
}

/** The same as UTF-8 bytes, at the pace of the reader. Cancelling the stream stops the reading of the log. */
export function exportToStream(options: ExportDatasetOptions): ReadableStream<Uint8Array<ArrayBuffer>> {
  const lines = exportDataset(options);
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await lines.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await lines.return();
      },
    },
    { highWaterMark: 0 },
  );
}
