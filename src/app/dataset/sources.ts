/**
 * The sources of a data set as a page has them: what they are called on the screen, and by what a job over them is known again.
 */
import type { DatasetSource } from '../../protocol/dataset.ts';
import type { ReadSettings, SourceView } from '../../ui/dataset/dataset-view.ts';
import { formatMegabytes, formatPlural } from '../../ui/format.ts';
import { msg, str } from '../../ui/translate.ts';

export type Source =
  | { readonly type: 'file'; readonly name: string; readonly file: File }
  | Extract<DatasetSource, { type: 'log' }>;

export function sourceViewOf(source: Source): SourceView {
  const { name } = source;
  return {
    name,
    size: source.type === 'file' ? sizeOf(source.file) : formatPlural(source.runIds.length, 'run|runs'),
  };
}

function sizeOf({ size }: File): string {
  return size < 1e5 ? msg(str`${Math.ceil(size / 1000)} kB`) : formatMegabytes(size);
}

/** The same for the same files, runs and settings; a file that was changed is another. Hexadecimal. */
export async function jobOf(sources: readonly Source[], settings: ReadSettings): Promise<string> {
  const facts = sources.map((source) =>
    source.type === 'file' ? [source.name, source.file.size, source.file.lastModified] : source.runIds,
  );
  const bytes = new TextEncoder().encode(JSON.stringify([facts, settings]));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
