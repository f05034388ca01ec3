/**
 * Whether an adapter was made for these very weights, by the hash that its file names. Knows names and hashes; whether
 * the matrices fit is judged elsewhere (check-lora).
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { CatalogueEntry } from '../../protocol/model.ts';
import { readGgufHeader } from '../gguf.ts';
import { readAdapterFacts } from './adapter-metadata.ts';
import type { AdapterFacts } from './adapter-metadata.ts';

type Base = Pick<CatalogueEntry, 'id' | 'title' | 'file'>;

/**
 * Throws a Fault `model-rejected` that names both models where the adapter's file names other weights than `base`'s.
 * An adapter that names none is let through: its shapes have to tell. `known` gives names to other weights.
 */
export function checkBase(options: {
  /** The adapter, as people know it. */
  readonly adapter: { readonly id: string; readonly title: string };
  readonly facts: Pick<AdapterFacts, 'baseId' | 'baseSha256'>;
  readonly base: Base;
  readonly known?: readonly Base[];
}): void {
  const { adapter, facts, base, known = [] } = options;
  const { baseId, baseSha256 } = facts;
  if (baseSha256 === undefined || baseSha256 === base.file.sha256) return;
  const made = known.find(({ file }) => file.sha256 === baseSha256);
  const named = made?.title ?? baseId ?? 'another model';
  // One model in two packings bears one name.
  const wanted = named === base.title || named === base.id ? `${named} in other weights` : named;
  throw new Fault({
    code: faultCodes.modelRejected,
    message: `The adapter ${adapter.title} is made for ${wanted}; this is ${base.title}.`,
    reason: `It belongs to weights with the SHA-256 ${baseSha256.slice(0, 12)}…; these are ${base.file.sha256.slice(0, 12)}….`,
    remedy:
      made === undefined
        ? 'Load the model that it was made for, or pick another adapter.'
        : `Load ${made.title}, or pick another adapter.`,
    details: { adapter: adapter.id, wantedBase: made?.id ?? baseId ?? baseSha256, base: base.id },
  });
}

/** `checkBase` for opened adapter files. Throws a Fault `model-rejected` also for a file that is not GGUF. */
export async function checkBases(
  adapters: readonly { readonly id: string; readonly file: Blob }[],
  base: Base,
): Promise<void> {
  for (const { id, file } of adapters) {
    const facts = readAdapterFacts((await readGgufHeader(file)).metadata);
    checkBase({ adapter: { id, title: facts.name ?? id }, facts, base });
  }
}
