/**
 * PEFT's LoRA files to llama.cpp's GGUF LoRA and back, exactly: 16- and 32-bit floats keep their bits, bfloat16 becomes
 * the same numbers as 32-bit floats. Layout as llama.cpp's convert_lora_to_gguf.py and `llama_adapter_lora_init` have
 * it; rows of q's and k's B stand as the base's rows do. Pure; knows nothing of where files lie.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { packingOf } from '../dequantise.ts';
import { readGgufHeader, tensorTypes } from '../gguf.ts';
import type { GgufHeader, GgufTensor } from '../gguf.ts';
import { straightenRope } from '../onnx/linear.ts';
import { readSafetensors, writeSafetensors } from '../safetensors.ts';
import type { SafeTensor } from '../safetensors.ts';
import { writeGguf } from '../write-gguf.ts';
import type { GgufData, GgufValue } from '../write-gguf.ts';
import { adapterKeys } from './adapter-metadata.ts';
import type { LoraBase } from './lora-base.ts';
import { comparePlaces, ggufName, peftName, readGgufName, readPeftName } from './lora-names.ts';
import type { LoraPlace } from './lora-names.ts';
import { makePeftConfig, readPeftConfig, rejectPeft } from './peft-config.ts';
import type { PeftConfig } from './peft-config.ts';

/** An adapter as PEFT saves it. */
export interface PeftFiles {
  /** Text of `adapter_config.json`. */
  readonly config: string;
  /** `adapter_model.safetensors`. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** A matrix row by row; B is out x rank, A is rank x in. */
interface Matrix {
  readonly place: LoraPlace;
  readonly rows: number;
  readonly columns: number;
  readonly type: 'F32' | 'F16';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const asSaved = 'Use the file as PEFT saved it.';

/** bfloat16 is the upper half of a 32-bit float. */
function widenBrainFloats(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const wide = new Uint8Array(bytes.length * 2);
  for (let index = 0; index < bytes.length; index += 2) {
    wide[index * 2 + 2] = bytes[index] ?? 0;
    wide[index * 2 + 3] = bytes[index + 1] ?? 0;
  }
  return wide;
}

/** The matrix with row `rowAt(i)` in place i. */
function pickRows(matrix: Matrix, rowAt: (row: number) => number): Matrix {
  const { rows, bytes } = matrix;
  const rowBytes = bytes.length / rows;
  const picked = new Uint8Array(bytes.length);
  for (let row = 0; row < rows; row += 1) {
    const from = rowAt(row) * rowBytes;
    picked.set(bytes.subarray(from, from + rowBytes), row * rowBytes);
  }
  return { ...matrix, bytes: picked };
}

function isTurned({ linear, side }: LoraPlace, base: LoraBase): boolean {
  return base.interleavedRope && side === 'b' && (linear === 'attn_q' || linear === 'attn_k');
}

/** Rows of PEFT's B as the GGUF base has them. */
function toGgufOrder(matrix: Matrix, base: LoraBase): Matrix {
  if (!isTurned(matrix.place, base)) return matrix;
  const { headSize } = base;
  if (matrix.rows % headSize !== 0) {
    throw rejectPeft(
      `${peftName(matrix.place)} has ${String(matrix.rows)} rows, which are no whole heads of ${String(headSize)}.`,
      'Use an adapter that was trained on this base model.',
    );
  }
  const half = headSize / 2;
  return pickRows(matrix, (row) => {
    const place = row % headSize;
    return row - place + (place % 2) * half + Math.floor(place / 2);
  });
}

function fromGgufOrder(matrix: Matrix, base: LoraBase): Matrix {
  return isTurned(matrix.place, base) ? pickRows(matrix, straightenRope(base.headSize)) : matrix;
}

function readPeftTensor({ name, type, shape, bytes }: SafeTensor): Matrix {
  if (name.includes('lora_magnitude_vector')) {
    throw rejectPeft(
      `It is a DoRA: it holds ${name}.`,
      'Merge it into the base with merge_and_unload() and bring the whole model, or train without use_dora.',
    );
  }
  const place = readPeftName(name);
  if (place === undefined) {
    throw rejectPeft(
      `It changes ${name}, which is none of the linears of attention and feed-forward.`,
      'Train it with target_modules out of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and down_proj.',
    );
  }
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || rows < 1 || columns < 1) {
    throw rejectPeft(`${name} has the shape ${shape.join(' x ')}.`, asSaved);
  }
  const sides = { place, rows, columns };
  if (type === 'F32' || type === 'F16') return { ...sides, type, bytes };
  if (type === 'BF16') return { ...sides, type: 'F32', bytes: widenBrainFloats(bytes) };
  throw rejectPeft(`${name} is of the type ${type}.`, 'Save it as float32, float16 or bfloat16.');
}

/** Both matrices of every pair are there once, and fit each other, the base's depth and the rank that was said. */
function checkPairs(matrices: readonly Matrix[], { rank, mixedRanks }: PeftConfig, base: LoraBase): void {
  const byName = new Map(matrices.map((matrix) => [ggufName(matrix.place), matrix]));
  if (matrices.length === 0) throw rejectPeft('It is empty.', asSaved);
  if (byName.size < matrices.length) throw rejectPeft('It holds a matrix twice.', asSaved);
  for (const { place, rows, columns } of matrices) {
    const partner = { ...place, side: place.side === 'a' ? 'b' : 'a' } as const;
    const other = byName.get(ggufName(partner));
    if (other === undefined) throw rejectPeft(`${peftName(partner)} is missing.`, asSaved);
    if (place.layer >= base.layers) {
      throw rejectPeft(
        `It changes layer ${String(place.layer)}; the base model has ${String(base.layers)} layers.`,
        'Use an adapter that was trained on this base model.',
      );
    }
    const own = place.side === 'a' ? rows : columns;
    const theirs = place.side === 'a' ? other.columns : other.rows;
    if (own !== theirs || (!mixedRanks && own !== rank)) {
      const said = `${peftName(place)} has rank ${String(own)}, its partner ${String(theirs)}`;
      throw rejectPeft(`${said}; adapter_config.json says ${String(rank)}.`, asSaved);
    }
  }
}

/** Texts that a safetensors file carries for us, as GGUF metadata. */
function carriedMetadata(texts: ReadonlyMap<string, string>): Map<string, GgufValue> {
  const carried = new Map<string, GgufValue>();
  for (const [key, text] of texts) {
    const isOurs = key.startsWith('smallworks.') || key === adapterKeys.name || key === adapterKeys.licence;
    if (!isOurs) continue;
    if (key !== adapterKeys.promptVersion) carried.set(key, { type: 'string', value: text });
    else if (/^\d{1,9}$/.test(text)) carried.set(key, { type: 'uint32', value: Number(text) });
  }
  return carried;
}

/**
 * One GGUF file with everything that PEFT's two hold. Throws a Fault `model-rejected` that names what of the adapter
 * llama.cpp's LoRA cannot express, or what does not fit the base.
 */
export function peftToGguf({ config, weights }: PeftFiles, base: LoraBase): Uint8Array<ArrayBuffer> {
  const facts = readPeftConfig(config);
  const { metadata: texts, tensors } = readSafetensors(weights);
  const matrices = tensors.map(readPeftTensor);
  checkPairs(matrices, facts, base);
  const metadata = new Map<string, GgufValue>([
    ['general.type', { type: 'string', value: 'adapter' }],
    ['general.architecture', { type: 'string', value: base.architecture }],
    ['adapter.type', { type: 'string', value: 'lora' }],
    ['adapter.lora.alpha', { type: 'float32', value: facts.alpha }],
    ...carriedMetadata(texts),
    [adapterKeys.peftConfig, { type: 'string', value: config }],
  ]);
  const packed = matrices
    .toSorted((left, right) => comparePlaces(left.place, right.place))
    .map((matrix): GgufData => {
      const { place, rows, columns, type, bytes } = toGgufOrder(matrix, base);
      const number = type === 'F32' ? tensorTypes.f32 : tensorTypes.f16;
      return { name: ggufName(place), shape: [columns, rows], type: number, bytes };
    });
  return writeGguf({ metadata, tensors: packed });
}

function rejectGguf(reason: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'The adapter cannot be written as PEFT files.',
    reason,
    remedy: 'Export it as GGUF instead.',
  });
}

function readGgufTensor(file: Uint8Array<ArrayBuffer>, header: GgufHeader, tensor: GgufTensor): Matrix {
  const { name, shape, type } = tensor;
  const place = readGgufName(name);
  if (place === undefined) throw rejectGguf(`PEFT has no name for ${name} that is known here.`);
  const [columns = 0, rows = 0] = shape;
  const plain = type === tensorTypes.f32 || type === tensorTypes.f16;
  const packing = packingOf(type);
  if (shape.length !== 2 || (packing === undefined && !plain)) {
    throw rejectGguf(`${name} is packed as ggml type ${String(type)}, which is not undone here.`);
  }
  const count = rows * columns;
  const start = header.headerBytes + tensor.offset;
  const { blockBytes, blockWeights } = packing ?? { blockBytes: 4, blockWeights: 1 };
  const length = (count / blockWeights) * blockBytes;
  if (!Number.isInteger(length) || count < 1 || start + length > file.length) {
    throw rejectGguf(`${name} of ${String(rows)} x ${String(columns)} does not fit its file.`);
  }
  const bytes = file.slice(start, start + length);
  const sides = { place, rows, columns };
  if (plain || packing === undefined)
    return { ...sides, type: type === tensorTypes.f16 ? 'F16' : 'F32', bytes };
  const floats = new Float32Array(count);
  packing.unpack(bytes, floats);
  return { ...sides, type: 'F32', bytes: new Uint8Array(floats.buffer) };
}

/**
 * PEFT's two files with everything that the GGUF file holds: what is no part of PEFT's format stands in the
 * `__metadata__` of the weights. Throws a Fault `model-rejected` that says why where PEFT cannot express it.
 */
export async function ggufToPeft(
  file: Uint8Array<ArrayBuffer>,
  base: LoraBase,
  { baseName }: { readonly baseName: string },
): Promise<PeftFiles> {
  const header = await readGgufHeader(new Blob([file]));
  const { metadata, tensors } = header;
  const alpha = metadata.get('adapter.lora.alpha');
  if (metadata.get('adapter.type') !== 'lora' || typeof alpha !== 'number') {
    throw rejectGguf('It is not a LoRA adapter: adapter.type or adapter.lora.alpha is missing.');
  }
  const matrices = tensors.map((tensor) => readGgufTensor(file, header, tensor));
  const texts = [...metadata].flatMap(([key, value]): readonly (readonly [string, string])[] => {
    const isOurs = key.startsWith('smallworks.') || key === adapterKeys.name || key === adapterKeys.licence;
    return isOurs && key !== adapterKeys.peftConfig ? [[key, String(value)]] : [];
  });
  const kept = metadata.get(adapterKeys.peftConfig);
  // Its alpha is what the matrices are scaled by; a config that says otherwise is of another adapter.
  const isKept = typeof kept === 'string' && Math.fround(readPeftConfig(kept).alpha) === alpha;
  const ranks = new Map(
    matrices.filter(({ place }) => place.side === 'a').map(({ place, rows }) => [place, rows]),
  );
  return {
    config: isKept ? kept : makePeftConfig({ alpha, baseName, layers: base.layers, ranks }),
    weights: writeSafetensors({
      // transformers refuses files that do not name the framework which wrote them.
      metadata: new Map([['format', 'pt'], ...texts]),
      tensors: matrices.map((matrix) => {
        const { place, rows, columns, type, bytes } = fromGgufOrder(matrix, base);
        return { name: peftName(place), type, shape: [rows, columns], bytes };
      }),
    }),
  };
}
