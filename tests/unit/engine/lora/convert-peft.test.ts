/**
 * PEFT's files to GGUF and back: against files that the formats' own libraries wrote (fixtures/lora/make.py), for any
 * matrices bit by bit, and what cannot be expressed by its name.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGgufHeader } from '../../../../src/engine/gguf.ts';
import { ggufToPeft, peftToGguf } from '../../../../src/engine/lora/convert-peft.ts';
import { readLoraBase } from '../../../../src/engine/lora/lora-base.ts';
import type { LoraBase } from '../../../../src/engine/lora/lora-base.ts';
import { readSafetensors, writeSafetensors } from '../../../../src/engine/safetensors.ts';
import type { SafeTensor } from '../../../../src/engine/safetensors.ts';
import { Fault } from '../../../../src/protocol/fault.ts';
import { writeGguf } from '../../../fixtures/gguf-writer.ts';
import type { FloatTensor } from '../../../fixtures/gguf-writer.ts';
import { makeTinyLlama } from '../../../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../../../fixtures/tiny-lora.ts';

const folder = join(import.meta.dirname, '../../../fixtures/lora');
function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(folder, name)));
}

const base = readLoraBase(await readGgufHeader(new Blob([makeTinyLlama()])));
const peft = {
  config: readFileSync(join(folder, 'adapter_config.json'), 'utf8'),
  weights: bytesOf('adapter_model.safetensors'),
};

/** The tensors of a GGUF file with their bytes, and its metadata. */
async function open(file: Uint8Array<ArrayBuffer>) {
  const header = await readGgufHeader(new Blob([file]));
  const tensors = header.tensors.map(({ name, shape, type, offset }) => {
    const start = header.headerBytes + offset;
    const count = shape.reduce((product, side) => product * side, 1);
    return { name, shape, type, bytes: file.slice(start, start + count * (type === 1 ? 2 : 4)) };
  });
  return { metadata: header.metadata, tensors };
}

function byName<Named extends { readonly name: string }>(list: readonly Named[]): Named[] {
  return list.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

describe('files of the reference libraries', () => {
  test("PEFT's becomes what llama.cpp's converter writes", async () => {
    const [ours, theirs] = [await open(peftToGguf(peft, base)), await open(bytesOf('adapter.gguf'))];
    expect(byName(ours.tensors)).toEqual(byName(theirs.tensors));
    expect(ours.tensors).toHaveLength(6);
    for (const [key, value] of theirs.metadata) expect([key, ours.metadata.get(key)]).toEqual([key, value]);
  });

  test("llama.cpp's becomes what PEFT saves", async () => {
    const files = await ggufToPeft(bytesOf('adapter.gguf'), base, { baseName: 'tests/tiny-llama' });
    expect(byName(readSafetensors(files.weights).tensors)).toEqual(
      byName(readSafetensors(peft.weights).tensors),
    );
    expect(JSON.parse(files.config)).toMatchObject({
      peft_type: 'LORA',
      r: 2,
      lora_alpha: 6,
      base_model_name_or_path: 'tests/tiny-llama',
      target_modules: [
        'model.layers.0.self_attn.q_proj',
        'model.layers.1.self_attn.k_proj',
        'model.layers.1.self_attn.v_proj',
      ],
    });
  });

  test('the safetensors writer writes the very bytes of the reference writer', () => {
    expect(writeSafetensors(readSafetensors(peft.weights))).toEqual(peft.weights);
  });
});

const linears = [
  ['self_attn.q_proj', 64, 64],
  ['self_attn.k_proj', 32, 64],
  ['self_attn.v_proj', 32, 64],
  ['self_attn.o_proj', 64, 64],
  ['mlp.gate_proj', 128, 64],
  ['mlp.up_proj', 128, 64],
  ['mlp.down_proj', 64, 128],
] as const;

/** Random bytes: every pattern of a float, NaN included, must come back as it was. */
const adapters = fc
  .record({
    rank: fc.integer({ min: 1, max: 5 }),
    alpha: fc.integer({ min: 1, max: 64 }),
    stabilised: fc.boolean(),
    type: fc.constantFrom('F32', 'F16'),
    names: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.nat(6)), {
      minLength: 1,
      maxLength: 6,
      selector: (place) => place.join(),
    }),
    seed: fc.nat(2 ** 31),
    card: fc.string(),
  })
  .map(({ rank, alpha, stabilised, type, names, seed, card }) => {
    let state = seed;
    const noise = (count: number): Uint8Array<ArrayBuffer> =>
      Uint8Array.from(
        { length: count },
        () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >> 16,
      );
    const width = type === 'F32' ? 4 : 2;
    const tensors = names.flatMap(([layer, index]): SafeTensor[] => {
      const [module, out, inputs] = linears[index]!;
      const name = `base_model.model.model.layers.${String(layer)}.${module}`;
      return [
        { name: `${name}.lora_A.weight`, type, shape: [rank, inputs], bytes: noise(rank * inputs * width) },
        { name: `${name}.lora_B.weight`, type, shape: [out, rank], bytes: noise(out * rank * width) },
      ];
    });
    const metadata = new Map([
      ['format', 'pt'],
      ['smallworks.adapter.card', card],
      ['smallworks.adapter.prompt_version', '7'],
      ['general.name', 'Made up'],
    ]);
    const config = {
      peft_type: 'LORA',
      r: rank,
      lora_alpha: alpha,
      use_rslora: stabilised,
      anything: 'else',
    };
    return { config: JSON.stringify(config), weights: writeSafetensors({ metadata, tensors }) };
  });

const bases: readonly LoraBase[] = [base, { ...base, architecture: 'qwen2', interleavedRope: false }];

describe('round trips', () => {
  test('PEFT to GGUF to PEFT gives the same bytes, GGUF to PEFT to GGUF too', async () => {
    await fc.assert(
      fc.asyncProperty(adapters, fc.constantFrom(...bases), async (files, chosen) => {
        const file = peftToGguf(files, chosen);
        const back = await ggufToPeft(file, chosen, { baseName: 'any' });
        expect(back).toEqual(files);
        expect(peftToGguf(back, chosen)).toEqual(file);
      }),
      { numRuns: 60 },
    );
  });

  test('a GGUF adapter that never was PEFT comes back with its numbers and its scale', async () => {
    const { file } = makeTinyLora({ seed: 3, alpha: 12 });
    const files = await ggufToPeft(file, base, { baseName: 'tiny' });
    expect(JSON.parse(files.config)).toMatchObject({
      r: 4,
      lora_alpha: 12,
      target_modules: expect.any(Array),
    });
    const [again, before] = [await open(peftToGguf(files, base)), await open(file)];
    expect(byName(again.tensors)).toEqual(byName(before.tensors));
    expect(again.metadata.get('adapter.lora.alpha')).toBe(12);
  });

  test('bfloat16 becomes the same numbers as 32-bit floats', async () => {
    const tensors = readSafetensors(peft.weights).tensors.map(({ name, shape }) => {
      const count = shape[0]! * shape[1]!;
      const bytes = new Uint8Array(Uint16Array.from({ length: count }, (_, index) => 0x3f80 + index).buffer);
      return { name, shape, type: 'BF16', bytes };
    });
    const file = await open(
      peftToGguf({ config: peft.config, weights: writeSafetensors({ metadata: new Map(), tensors }) }, base),
    );
    const values = file.tensors.find(({ name }) => name.endsWith('attn_q.weight.lora_a'))!;
    expect(values.type).toBe(0);
    const floats = new Float32Array(values.bytes.buffer);
    // 0x3f80 is 1, and a step of the upper half is 2 ** -7 there.
    expect([...floats.subarray(0, 3)]).toEqual([1, 1 + 2 ** -7, 1 + 2 ** -6]);
  });

  test('ranks that differ from linear to linear are named in rank_pattern', async () => {
    const file = writeGguf({
      metadata: {
        'general.architecture': 'llama',
        'general.type': 'adapter',
        'adapter.type': 'lora',
        'adapter.lora.alpha': { float: 8 },
      },
      tensors: [
        float('blk.0.attn_v.weight.lora_a', [64, 4]),
        float('blk.0.attn_v.weight.lora_b', [4, 32]),
        float('blk.0.attn_output.weight.lora_a', [64, 2]),
        float('blk.0.attn_output.weight.lora_b', [2, 64]),
      ],
    });
    const files = await ggufToPeft(file, base, { baseName: 'tiny' });
    expect(JSON.parse(files.config)).toMatchObject({
      r: 4,
      rank_pattern: { 'model.layers.0.self_attn.o_proj': 2 },
    });
    expect((await open(peftToGguf(files, base))).tensors).toHaveLength(4);
  });
});

/** A tensor of equal numbers for the test's GGUF writer. */
function float(name: string, shape: readonly [number, number]): FloatTensor {
  return { name, shape, packing: 'f32', values: new Float32Array(shape[0] * shape[1]).fill(0.5) };
}

function reasonOf(files: { readonly config?: object; readonly tensors?: readonly SafeTensor[] }): string {
  const { tensors } = readSafetensors(peft.weights);
  const made = {
    config: JSON.stringify({ ...(JSON.parse(peft.config) as object), ...files.config }),
    weights: writeSafetensors({ metadata: new Map(), tensors: files.tensors ?? tensors }),
  };
  try {
    peftToGguf(made, base);
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).remedy).toBeTruthy();
    return (error as Fault).reason ?? '';
  }
  return 'taken';
}

describe('what is refused', () => {
  test.for([
    [{ use_dora: true }, /DoRA \(use_dora\)/],
    [{ modules_to_save: ['lm_head'] }, /modules_to_save/],
    [{ bias: 'all' }, /biases \(bias: "all"\)/],
    [{ lora_bias: true }, /lora_bias/],
    [{ alpha_pattern: { q_proj: 3 } }, /alpha_pattern/],
    [{ use_rslora: true, rank_pattern: { q_proj: 3 } }, /use_rslora and a rank_pattern/],
    [{ init_lora_weights: 'pissa' }, /pissa/],
    [{ peft_type: 'ADALORA' }, /ADALORA/],
    [{ lora_alpha: 0 }, /changes nothing/],
    [{ r: 3 }, /says 3/],
    [{ r: undefined }, /rank \(r\)/],
  ] as const)('%j', ([config, reason]) => {
    expect(reasonOf({ config })).toMatch(reason);
  });

  test('matrices that are no LoRA of attention and feed-forward, or only half of one', () => {
    const { tensors } = readSafetensors(peft.weights);
    const [first, ...others] = tensors;
    const named = (name: string): SafeTensor => ({ ...first!, name });
    expect(reasonOf({ tensors: others })).toMatch(/is missing/);
    expect(reasonOf({ tensors: [] })).toMatch(/empty/);
    expect(reasonOf({ tensors: [...tensors, named('base_model.model.lm_head.lora_A.weight')] })).toMatch(
      /lm_head/,
    );
    expect(
      reasonOf({
        tensors: [
          ...tensors,
          named('base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector.weight'),
        ],
      }),
    ).toMatch(/DoRA/);
    expect(
      reasonOf({ tensors: tensors.map((tensor) => ({ ...tensor, shape: [...tensor.shape, 1] })) }),
    ).toMatch(/has the shape/);
    const deep = tensors.map((tensor) => ({
      ...tensor,
      name: tensor.name.replace(/layers\.\d/, 'layers.9'),
    }));
    expect(reasonOf({ tensors: deep })).toMatch(/layer 9; the base model has 2 layers/);
    const twice = { ...first!, name: first!.name.replace('.weight', '.default.weight') };
    expect(reasonOf({ tensors: [...tensors, twice] })).toMatch(/twice/);
  });

  test('a base whose names are not known', async () => {
    const header = await readGgufHeader(
      new Blob([writeGguf({ metadata: { 'general.architecture': 'bloom' }, tensors: [] })]),
    );
    expect(() => readLoraBase(header)).toThrow(/kind bloom/);
  });
});
