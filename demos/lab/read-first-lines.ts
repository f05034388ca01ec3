/**
 * The first lines of a file that the user chose, also of a gzipped one, without reading the rest of it.
 */
import type { RowLine } from './lab-api.ts';

/** Lines that are not blank, at most `limit` of them. Rejects where gzip data is broken. */
export async function readFirstLines({
  file,
  limit = Number.POSITIVE_INFINITY,
}: {
  readonly file: Blob;
  readonly limit?: number | undefined;
}): Promise<RowLine[]> {
  const magic = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const gzipped = magic[0] === 0x1f && magic[1] === 0x8b;
  const bytes = gzipped ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
  const lines: RowLine[] = [];
  let number = 0;
  let rest = '';
  const take = (text: string): void => {
    number += 1;
    if (text.trim() !== '' && lines.length < limit) lines.push({ number, text });
  };
  while (lines.length < limit) {
    const { done, value } = await reader.read();
    if (done) {
      take(rest);
      break;
    }
    const pieces = (rest + value).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) take(piece);
  }
  await reader.cancel();
  return lines;
}
