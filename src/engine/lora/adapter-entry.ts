/**
 * What an adapter's file says of itself, as an entry of the catalogue: for adapters that the user brings. Pure.
 */
import type { AdapterEntry, CatalogueEntry } from '../../protocol/model.ts';
import type { AdapterFacts } from './adapter-metadata.ts';

/** The entry of a file that no catalogue knows. Its base is the model that it was checked against. */
export function entryOfAdapter(options: {
  readonly facts: AdapterFacts;
  readonly base: CatalogueEntry;
  readonly bytes: number;
  readonly sha256: string;
  /** As the user's file is called. */
  readonly fileName: string;
}): AdapterEntry {
  const { facts, base, bytes, sha256, fileName } = options;
  const { name, licence, purpose, promptVersion, scores, attribution, taughtBy } = facts;
  const short = sha256.slice(0, 16);
  return {
    id: `imported-${short}`,
    title:
      name ??
      fileName.replace(/\.(gguf|safetensors)$/i, '').replace(/^adapter_model$/, `LoRA for ${base.title}`),
    ...(purpose === undefined ? {} : { purpose }),
    licence: licence ?? 'licence unknown',
    baseId: base.id,
    baseSha256: base.file.sha256,
    ...(promptVersion === undefined ? {} : { promptVersion }),
    ...(scores === undefined ? {} : { scores }),
    ...(attribution === undefined ? {} : { attribution }),
    ...(taughtBy === undefined ? {} : { taughtBy }),
    file: { name: `imported/${short}.lora.gguf`, bytes, sha256, sources: [] },
    unverified: true,
  };
}
