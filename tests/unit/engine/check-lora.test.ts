import { describe, expect, test } from 'vitest';
import { checkLora } from '../../../src/engine/check-lora.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import { writeGguf } from '../../fixtures/gguf-writer.ts';
import { makeLoraFile } from '../../fixtures/lora-file.ts';
import { makeTinyLlama, tinyLinears, tinyLlamaShape } from '../../fixtures/tiny-llama.ts';

const base = new Blob([makeTinyLlama()]);
const right = { seed: 1, layers: tinyLlamaShape.layers, linears: tinyLinears() };

async function reasonAgainst(file: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const adapters = [{ id: 'calls', file: new Blob([file]) }];
  const fault: unknown = await checkLora({ base, adapters }).catch((error: unknown) => error);
  if (fault === undefined) return undefined;
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({
    code: 'model-rejected',
    message: expect.stringContaining('calls') as string,
  });
  return (fault as Fault).reason;
}

describe('an adapter beside its base', () => {
  test('one that fits is taken', async () => {
    expect(await reasonAgainst(makeLoraFile(right))).toBeUndefined();
  });

  test('one of another architecture, size or depth is refused with the reason', async () => {
    expect(await reasonAgainst(makeLoraFile({ ...right, architecture: 'qwen2' }))).toMatch(/kind qwen2/);
    const wide = [{ name: 'attn_q', from: 128, to: 64 }];
    expect(await reasonAgainst(makeLoraFile({ ...right, linears: wide }))).toMatch(
      /attn_q\.weight\.lora_a has the shape 128 x 4/,
    );
    const tall = [{ name: 'attn_v', from: 64, to: 64 }];
    expect(await reasonAgainst(makeLoraFile({ ...right, linears: tall }))).toMatch(/attn_v\.weight\.lora_b/);
    expect(await reasonAgainst(makeLoraFile({ ...right, layers: 3 }))).toMatch(/blk\.2\..* does not have/);
  });

  test('a file that is no adapter, or half of one, is refused', async () => {
    expect(await reasonAgainst(makeTinyLlama())).toMatch(/not a LoRA adapter/);
    const metadata = { 'general.architecture': 'llama', 'general.type': 'adapter', 'adapter.type': 'lora' };
    expect(await reasonAgainst(writeGguf({ metadata, tensors: [] }))).toMatch(/empty/);
    const half = { shape: [64, 4], packing: 'f32', values: new Float32Array(256) } as const;
    const lone = { ...half, name: 'blk.0.attn_q.weight.lora_a' };
    expect(await reasonAgainst(writeGguf({ metadata, tensors: [lone] }))).toMatch(/without .*lora_b/);
    const odd = { ...half, name: 'blk.0.attn_q.weight' };
    expect(await reasonAgainst(writeGguf({ metadata, tensors: [odd] }))).toMatch(/no part of a LoRA/);
  });
});
