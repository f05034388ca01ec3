/**
 * A kept adapter as files for the user to take away. Knows names of files and the two forms; nothing of where they go.
 */
import type { AdapterEntry, AdapterFormat, CatalogueEntry } from '../../protocol/model.ts';
import { readGgufHeader } from '../gguf.ts';
import { ggufToPeft } from './convert-peft.ts';
import { readKeptModel, requireKept } from './import-adapter.ts';
import { readLoraBase } from './lora-base.ts';

/** A name that every file system takes. */
function fileStem(title: string): string {
  const stem = title
    .normalize('NFKD')
    .replaceAll(/[^\w.-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return stem === '' ? 'adapter' : stem;
}

/** See `ModelFilesApi.exportAdapter`. `file` is the adapter's, opened and checked. */
export async function exportAdapter(options: {
  readonly adapter: AdapterEntry;
  readonly file: Blob;
  readonly base: CatalogueEntry;
  readonly format: AdapterFormat;
}): Promise<readonly File[]> {
  const { adapter, file, base, format } = options;
  switch (format) {
    case 'gguf':
      return [new File([file], `${fileStem(adapter.title)}.gguf`, { type: 'application/octet-stream' })];
    case 'peft': {
      const kept = requireKept(await readKeptModel(base), base, 'Writing PEFT files');
      const { config, weights } = await ggufToPeft(
        new Uint8Array(await file.arrayBuffer()),
        readLoraBase(await readGgufHeader(kept)),
        { baseName: adapter.baseId },
      );
      return [
        new File([config], 'adapter_config.json', { type: 'application/json' }),
        new File([weights], 'adapter_model.safetensors', { type: 'application/octet-stream' }),
      ];
    }
    default:
      format satisfies never;
      return [];
  }
}
