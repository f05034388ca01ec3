/**
 * A trained adapter as the GGUF LoRA that this runtime, llama.cpp and the promotion path take, with what is to be known
 * about it. Rows of q and k stand as in the base's file, because they were trained so.
 * Knows the file; nothing of how it was trained.
 */
import { tensorTypes } from '../../engine/gguf.ts';
import { adapterKeys } from '../../engine/lora/adapter-metadata.ts';
import type { AdapterMatrix } from '../../engine/train/adapter-layout.ts';
import { writeGguf } from '../../engine/write-gguf.ts';
import type { GgufValue } from '../../engine/write-gguf.ts';

export interface AdapterFileOptions {
  readonly layout: readonly AdapterMatrix[];
  /** A flat list in this layout. */
  readonly parameters: Float32Array<ArrayBuffer>;
  readonly alpha: number;
  /** `general.architecture` of the base. */
  readonly architecture: string;
  readonly title: string;
  readonly baseId: string;
  readonly baseSha256: string;
  /** Of the prompts that the rows were rendered with. */
  readonly promptVersion: number;
  readonly card: Readonly<Record<string, unknown>>;
}

function text(value: string): GgufValue {
  return { type: 'string', value };
}

/** The file's bytes. The matrices are 32-bit floats: nothing is lost on the way. */
export function writeAdapter(options: AdapterFileOptions): Uint8Array<ArrayBuffer> {
  const { layout, parameters, alpha, architecture, title, baseId, baseSha256, promptVersion, card } = options;
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', text(architecture)],
    ['general.type', text('adapter')],
    ['adapter.type', text('lora')],
    ['adapter.lora.alpha', { type: 'float32', value: alpha }],
    [adapterKeys.name, text(title)],
    [adapterKeys.baseId, text(baseId)],
    [adapterKeys.baseSha256, text(baseSha256)],
    [adapterKeys.promptVersion, { type: 'uint32', value: promptVersion }],
    [adapterKeys.card, text(JSON.stringify(card))],
  ]);
  const tensors = layout.map(({ name, shape, start, end }) => ({
    name,
    // Fastest-moving dimension first.
    shape: [shape[1], shape[0]],
    type: tensorTypes.f32,
    bytes: new Uint8Array(parameters.buffer, parameters.byteOffset + start * 4, (end - start) * 4),
  }));
  return writeGguf({ metadata, tensors });
}
