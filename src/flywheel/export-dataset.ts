/**
 * The log as a fine-tuning file, line by line: one episode in memory at a time, and none read before it is wanted.
 * Knows nothing of where episodes come from, nor where the lines go.
 */
import type { ChatTemplate } from '../protocol/model.ts';
import type { Episode } from '../protocol/record.ts';
import { formatRow } from './format-row.ts';
import type { DatasetFormat } from './format-row.ts';
import { trainingRows } from './training-row.ts';

export interface ExportDatasetOptions {
  readonly episodes: AsyncIterable<Episode>;
  readonly format: DatasetFormat;
  /** For `rendered`: how messages become the model's text; `chatml` unless told. */
  readonly template?: ChatTemplate;
}

/** The rows of all episodes as JSONL. Every piece is one whole line and ends with a line feed: joined, they are the file. */
export async function* exportDataset({
  episodes,
  format,
  template = 'chatml',
}: ExportDatasetOptions): AsyncGenerator<string, void> {
  let index = 0;
  for await (const episode of episodes) {
    for (const row of trainingRows(episode)) {
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
