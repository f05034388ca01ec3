/**
 * Losses and gradients of the page's own training against PyTorch and PEFT, on a toy of two layers, on both backends.
 * The reference is made by `training/smallworks_training/toy_reference.py`.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { loadOnnxRuntime } from '../../src/engine/onnx/onnx-runtime.ts';
import type { OnnxBackend } from '../../src/engine/onnx/onnx-runtime.ts';
import { openGpu } from '../../src/engine/onnx/open-gpu.ts';
import { readSafetensors } from '../../src/engine/safetensors.ts';
import { TrainableModel } from '../../src/engine/train/trainable-model.ts';
import type { TokenPack } from '../../src/engine/train/trainable-model.ts';
import { makePack } from '../../src/flywheel/train/packs.ts';
import type { TokenRow } from '../../src/flywheel/train/packs.ts';
import { TrainingRun } from '../../src/flywheel/train/training-run.ts';
import type { TrainingRecipe } from '../../src/protocol/training.ts';
import { cosine } from '../fixtures/reference-llama.ts';
import baseUrl from '../fixtures/train/toy.gguf?url';
import referenceUrl from '../fixtures/train/reference.safetensors?url';

const base = await (await fetch(baseUrl)).blob();
const reference = readSafetensors(new Uint8Array(await (await fetch(referenceUrl)).arrayBuffer()));
const rows: readonly TokenRow[] = JSON.parse(reference.metadata.get('rows')!);
const recipe: Pick<TrainingRecipe, 'steps' | 'warmup' | 'rate' | 'clip'> = JSON.parse(
  reference.metadata.get('recipe')!,
);
const [rank, alpha] = ['rank', 'alpha'].map((key) => Number(reference.metadata.get(key)));

function floats(name: string): Float32Array<ArrayBuffer> {
  const { bytes } = reference.tensors.find((tensor) => tensor.name === name)!;
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** One model for each backend and plan: on an emulated GPU it is the opening that takes time. */
const models = new Map<string, Promise<TrainableModel>>();
afterAll(async () => {
  for (const model of models.values()) await (await model).release();
});

async function build(backend: OnnxBackend, lastLayers: number): Promise<TrainableModel> {
  return await TrainableModel.open({
    runtime: await loadOnnxRuntime(backend, 1),
    file: base,
    plan: { lastLayers, rank: rank!, alpha: alpha!, positions: 64 },
    ...(backend === 'webgpu' ? { gpu: await openGpu() } : {}),
  });
}

async function open(backend: OnnxBackend, lastLayers = 2): Promise<TrainableModel> {
  const key = `${backend} ${String(lastLayers)}`;
  const model = models.get(key) ?? build(backend, lastLayers);
  models.set(key, model);
  return await model;
}

/** Surprises and the gradient of their mean, with the reference's adapter, or those of its matrices that are wanted. */
async function compute(
  model: TrainableModel,
  packs: readonly TokenPack[],
  wanted: (name: string) => boolean = () => true,
) {
  const parameters = new Float32Array(model.parameters);
  for (const { name, start } of model.layout)
    if (wanted(name)) parameters.set(floats(`adapter.${name}`), start);
  const gradient = new Float32Array(model.parameters);
  const weight = 1 / packs.reduce((sum, { targets }) => sum + targets.length, 0);
  const surprises: number[] = [];
  for (const pack of packs) {
    const states = await model.states(pack);
    surprises.push(...(await model.addGradients(pack, { states, parameters, weight, gradient })).surprises);
  }
  return { surprises, gradient };
}

function expectReference(model: TrainableModel, found: Awaited<ReturnType<typeof compute>>): void {
  const expected = floats('surprises');
  expect(found.surprises).toHaveLength(expected.length);
  for (const [at, surprise] of found.surprises.entries()) expect(surprise).toBeCloseTo(expected[at]!, 4);
  let largest = 0;
  for (const { name, start, end } of model.layout) {
    const right = floats(`gradient.${name}`);
    const own = found.gradient.subarray(start, end);
    const size = Math.max(...right.map(Math.abs));
    expect(size, name).toBeGreaterThan(1e-4);
    expect(cosine(own, right), name).toBeGreaterThan(0.999999);
    for (const [at, value] of own.entries()) {
      const error = Math.abs(value - right[at]!) / size;
      largest = Math.max(largest, error);
      expect(error, `${name}, number ${String(at)}`).toBeLessThan(1e-4);
    }
  }
  console.log(`largest error of a gradient, against its matrix's largest: ${largest.toExponential(1)}`);
}

describe.for(['wasm-single', 'webgpu'] as const)('on %s', (backend) => {
  test('rows one by one', async () => {
    const model = await open(backend);
    expectReference(
      model,
      await compute(
        model,
        rows.map((row) => makePack([[row]])),
      ),
    );
  });

  test('rows of one pack, two of which share their beginning', async () => {
    const model = await open(backend);
    const pack = makePack([rows.slice(0, 2), rows.slice(2)]);
    expect(pack.ids).toHaveLength(
      rows.reduce((sum, row) => sum + row.prompt.length + row.completion.length - 1, -5),
    );
    expectReference(model, await compute(model, [pack]));
  });

  test('the losses of a training, step by step', async () => {
    const model = await open(backend);
    const parameters = new Float32Array(model.parameters);
    for (const { name, start } of model.layout) parameters.set(floats(`adapter.${name}`), start);
    const zeros = (): Float32Array<ArrayBuffer> => new Float32Array(model.parameters);
    const run = new TrainingRun({
      model,
      packs: [[rows.slice(0, 2), rows.slice(2)]],
      recipe: {
        ...recipe,
        rank: rank!,
        alpha: alpha!,
        packTokens: 64,
        packsPerStep: 1,
        longestRow: 64,
        seed: 1,
      },
      from: { v: 1, parameters, first: zeros(), second: zeros(), losses: [] },
    });
    while (!run.isDone) await run.advance();
    const expected = floats('losses');
    expect(run.losses).toHaveLength(expected.length);
    expect(expected.at(-1)).toBeLessThan(expected[0]! / 10);
    const apart = run.losses.map((loss, step) => Math.abs(loss / expected[step]! - 1));
    console.log(
      `losses from ${expected[0]!.toFixed(3)} to ${expected.at(-1)!.toFixed(4)}, at most ${(Math.max(...apart) * 100).toFixed(4)} % apart`,
    );
    expect(Math.max(...apart)).toBeLessThan(0.01);
  });

  test('the last layer alone, behind states of the trunk', async () => {
    const model = await open(backend, 1);
    expect(model.layout.every(({ name }) => name.startsWith('blk.1.'))).toBe(true);
    const whole = await open(backend);
    const packs = [makePack([rows.slice(0, 2), rows.slice(2)])];
    // The reference adapts the first layer too: the trunk is compared with a whole model whose first layer has no B.
    const expected = await compute(whole, packs, (name) => name.startsWith('blk.1.'));
    const found = await compute(model, packs);
    for (const [at, surprise] of found.surprises.entries())
      expect(surprise).toBeCloseTo(expected.surprises[at]!, 4);
    const { start } = whole.layout.find(({ name }) => name.startsWith('blk.1.'))!;
    expect(cosine(found.gradient, expected.gradient.subarray(start))).toBeGreaterThan(0.999999);
  });
});
