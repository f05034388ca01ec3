/**
 * An adapter that the real PEFT saved, turned into GGUF here, computes what PEFT and transformers computed with it
 * (fixtures/lora/make_peft.py): rows of q and k, rank-stabilised scale and names are right all at once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGgufHeader } from '../../../../src/engine/gguf.ts';
import { ggufToPeft, peftToGguf } from '../../../../src/engine/lora/convert-peft.ts';
import { readLoraBase } from '../../../../src/engine/lora/lora-base.ts';
import { cosine, runReference } from '../../../fixtures/reference-llama.ts';
import type { ReferenceLora } from '../../../fixtures/reference-llama.ts';
import { makeTinyLlama } from '../../../fixtures/tiny-llama.ts';

const folder = join(import.meta.dirname, '../../../fixtures/lora/peft');
const base = makeTinyLlama({ seed: 61 });
const shape = readLoraBase(await readGgufHeader(new Blob([base])));
const saved = {
  config: readFileSync(join(folder, 'adapter_config.json'), 'utf8'),
  weights: new Uint8Array(readFileSync(join(folder, 'adapter_model.safetensors'))),
};
const expected = JSON.parse(readFileSync(join(folder, 'logits.json'), 'utf8')) as {
  readonly tokens: readonly number[];
  readonly logits: readonly number[];
  readonly base: readonly number[];
};

/** The pairs of a GGUF adapter of 32-bit floats, by the tensor that each changes. */
async function readPairs(file: Uint8Array<ArrayBuffer>): Promise<ReadonlyMap<string, ReferenceLora>> {
  const { tensors, headerBytes, metadata } = await readGgufHeader(new Blob([file]));
  const floats = (name: string): { readonly values: Float32Array; readonly sides: readonly number[] } => {
    const { shape: sides, offset } = tensors.find((tensor) => tensor.name === name)!;
    const start = headerBytes + offset;
    return { values: new Float32Array(file.slice(start, start + sides[0]! * sides[1]! * 4).buffer), sides };
  };
  const names = new Set(tensors.map(({ name }) => name.replace(/\.lora_[ab]$/, '')));
  return new Map(
    Array.from(names, (name) => {
      const [a, b] = [floats(`${name}.lora_a`), floats(`${name}.lora_b`)];
      const rank = a.sides[1]!;
      const scale = Number(metadata.get('adapter.lora.alpha')) / rank;
      return [name, { rank, a: a.values, b: b.values, scale }];
    }),
  );
}

function largestDifference(left: ArrayLike<number>, right: readonly number[]): number {
  return right.reduce((most, value, index) => Math.max(most, Math.abs(value - left[index]!)), 0);
}

test('computes what PEFT computes with it', async () => {
  const lora = await readPairs(peftToGguf(saved, shape));
  expect(lora.size).toBe(14);
  const { logits } = await runReference(base, expected.tokens, lora);
  const last = logits.at(-1)!;
  expect(cosine(last, expected.logits)).toBeGreaterThan(0.999999);
  expect(largestDifference(last, expected.logits)).toBeLessThan(1e-3);
  // The adapter matters: without it the same tokens mean something else.
  expect(cosine(expected.base, expected.logits)).toBeLessThan(0.9);
});

test("comes back as the bytes that PEFT saved, in our writer's order", async () => {
  const back = await ggufToPeft(peftToGguf(saved, shape), shape, { baseName: '' });
  expect(back).toEqual(saved);
});
