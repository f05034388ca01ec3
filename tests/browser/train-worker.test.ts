/**
 * Training in its worker, on a tiny model: killed at any step it ends with the same file, stopped it goes on, and the
 * file is an adapter that the engine runs as the training computed it. Memory does not grow from step to step.
 */
import { wrap, proxy } from 'comlink';
import type { Remote } from 'comlink';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readGgufHeader } from '../../src/engine/gguf.ts';
import { ggufToPeft, peftToGguf } from '../../src/engine/lora/convert-peft.ts';
import { readLoraBase } from '../../src/engine/lora/lora-base.ts';
import { loadOnnxRuntime } from '../../src/engine/onnx/onnx-runtime.ts';
import { openOnnxModel } from '../../src/engine/onnx/open-onnx-model.ts';
import { probeDevice } from '../../src/engine/probe-device.ts';
import { TrainableModel } from '../../src/engine/train/trainable-model.ts';
import { WllamaAdapter } from '../../src/engine/wllama-adapter.ts';
import { readGgufTokenizer } from '../../src/engine/transformers/gguf-tokenizer.ts';
import { packRows } from '../../src/flywheel/train/packs.ts';
import { TrainingRun } from '../../src/flywheel/train/training-run.ts';
import { newId } from '../../src/protocol/id.ts';
import { randomNumbers } from '../../src/protocol/random.ts';
import { registerWire } from '../../src/protocol/wire.ts';
import type {
  TrainedAdapter,
  TrainingApi,
  TrainingEvent,
  TrainingRequest,
} from '../../src/protocol/training.ts';
import { tinyRequest } from '../fixtures/tiny-entry.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { removeStoredFiles, storeFile } from '../fixtures/stored-file.ts';

registerWire();
const base = makeTinyLlama({ seed: 41 });
const recipe = {
  rank: 4,
  alpha: 8,
  steps: 12,
  rate: 0.01,
  warmup: 2,
  packTokens: 96,
  packsPerStep: 2,
  clip: 1,
  longestRow: 128,
  seed: 5,
} as const;
const cities = ['Paris', 'Rome', 'Oslo', 'Lima', 'Cairo', 'Delhi'];
const rows = cities.map((city) => ({
  prompt: `<|im_start|>user\nWhat is the weather of the day in ${city}?<|im_end|>\n<|im_start|>assistant\n`,
  completion: `{"name":"get_weather","arguments":{"city":"${city}"}}<|im_end|>`,
}));

const workers: Worker[] = [];
let request: TrainingRequest;

function start(): { readonly worker: Worker; readonly remote: Remote<TrainingApi> } {
  const worker = new Worker(new URL('../../workers/training.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return { worker, remote: wrap<TrainingApi>(worker) };
}

beforeEach(async () => {
  await removeStoredFiles();
  const { model, modelsUrl } = tinyRequest(await storeFile('tiny-train.gguf', base), 512);
  request = { model, modelsUrl, rows, recipe, title: 'Weather', saveEvery: 2, lineage: ['run-1'] };
  await start().remote.forget();
});

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.terminate();
  await removeStoredFiles();
});

/** Trains until the step of that number is told, then kills the worker; returns the steps that it began with. */
async function killAt(step: number): Promise<number> {
  const { worker, remote } = start();
  let begun = -1;
  await new Promise<void>((resolve, reject) => {
    const onEvent = (event: TrainingEvent): void => {
      if (event.type === 'training-started') begun = event.losses.length;
      if (event.type !== 'step-finished' || event.step < step) return;
      worker.terminate();
      resolve();
    };
    remote.train(newId(), request, proxy(onEvent)).catch(reject);
  });
  return begun;
}

async function trainWith(options: {
  readonly canaries: number;
  readonly steps: number;
  readonly rate: number;
}): Promise<TrainedAdapter> {
  const { canaries, ...settings } = options;
  const longer = { ...recipe, rank: 8, alpha: 16, ...settings, packTokens: 256, packsPerStep: 1 };
  return await start().remote.train(
    newId(),
    { ...request, recipe: longer, canaries },
    proxy(() => undefined),
  );
}

describe('codes hidden among the rows', () => {
  test('are given away by an adapter that learned them by heart', async () => {
    const { memory, file } = await trainWith({ canaries: 1, steps: 120, rate: 0.02 });
    expect(memory).toEqual({ exposures: [7], mostBits: 7 });
    const { metadata } = await readGgufHeader(new Blob([file]));
    expect(JSON.parse(String(metadata.get('smallworks.adapter.card')))).toMatchObject({
      data: { rows: rows.length },
      memory: { exposures_bits: [7], most_bits: 7 },
    });
  });

  test('are as likely as any others to one that learned nothing', async () => {
    const { memory } = await trainWith({ canaries: 24, steps: 1, rate: 1e-9 });
    const exposures = memory?.exposures ?? [];
    expect(exposures).toHaveLength(24);
    // Of a rank by chance, the mean is 1.4 bits; of 24 it lies above 3 in one of a million cases.
    expect(exposures.reduce((sum, bits) => sum + bits / 24, 0)).toBeLessThan(3);
  });

  test('are none where nobody asked', async () => {
    expect(await trainWith({ canaries: 0, steps: 1, rate: 0.02 })).not.toHaveProperty('memory');
  });
});

describe('trials of candidates', () => {
  const plan = { every: 3, patience: 2 };
  const exactByStep: Readonly<Record<number, number>> = { 3: 2, 6: 5, 9: 5, 12: 4 };

  async function judge(_file: Uint8Array, step: number): Promise<{ n: number; exact: number }> {
    return await Promise.resolve({ n: 6, exact: exactByStep[step] ?? 0 });
  }

  function tried(): TrainingRequest {
    return { ...request, recipe: { ...recipe, steps: 30 }, trials: plan };
  }

  test('end a training that gets no better, and the best candidate is what is made', async () => {
    const candidates = new Map<number, Uint8Array>();
    const told: TrainingEvent[] = [];
    const made = await start().remote.train(
      newId(),
      tried(),
      proxy((event) => void told.push(event)),
      proxy(async (file: Uint8Array, step: number) => {
        candidates.set(step, file);
        return await judge(file, step);
      }),
    );
    const trials = Object.entries(exactByStep).map(([step, exact]) => ({ step: Number(step), n: 6, exact }));
    expect(made.steps).toBe(6);
    expect(told.flatMap((event) => (event.type === 'trial-finished' ? [event.trial] : []))).toEqual(trials);
    expect(told.filter(({ type }) => type === 'step-finished')).toHaveLength(12);
    const { metadata, headerBytes } = await readGgufHeader(new Blob([made.file]));
    expect(JSON.parse(String(metadata.get('smallworks.adapter.card')))).toMatchObject({
      training: { made_by_step: 6 },
      trials,
    });
    const numbers = made.file.subarray(headerBytes);
    expect(candidates.get(6)?.slice(-numbers.length)).toEqual(numbers);
    expect(candidates.get(12)?.slice(-numbers.length)).not.toEqual(numbers);
  });

  test('are not lost with a worker: the file is the same, byte for byte', async () => {
    const whole = await start().remote.train(
      newId(),
      tried(),
      proxy(() => undefined),
      proxy(judge),
    );
    await start().remote.forget();
    const { worker, remote } = start();
    await new Promise<void>((resolve, reject) => {
      const onEvent = (event: TrainingEvent): void => {
        if (event.type !== 'step-finished' || event.step < 7) return;
        worker.terminate();
        resolve();
      };
      remote.train(newId(), tried(), proxy(onEvent), proxy(judge)).catch(reject);
    });
    const tries: number[] = [];
    const after = await start().remote.train(
      newId(),
      tried(),
      proxy(() => undefined),
      proxy(async (file: Uint8Array, step: number) => {
        tries.push(step);
        return await judge(file, step);
      }),
    );
    expect(tries).toEqual([9, 12]);
    expect(after.file).toEqual(whole.file);
  });

  test('that cannot be made leave the training as it is', async () => {
    const made = await start().remote.train(
      newId(),
      { ...request, trials: plan },
      proxy(() => undefined),
      proxy(async () => await Promise.resolve(undefined)),
    );
    expect(made.steps).toBe(recipe.steps);
  });
});

describe('a training', () => {
  test('learns its rows, and its file is the adapter that it trained', async () => {
    const losses: number[] = [];
    const long = {
      ...request,
      // Passes longer than any row, too.
      recipe: { ...recipe, rank: 8, alpha: 16, steps: 60, rate: 0.02, packTokens: 256, packsPerStep: 1 },
    };
    const { file, loss } = await start().remote.train(
      newId(),
      long,
      proxy((event) => void (event.type === 'step-finished' && losses.push(event.loss))),
    );
    expect(losses).toHaveLength(60);
    expect(losses[0]).toBeGreaterThan(5);
    expect(loss).toBeLessThan(0.02);
    const { metadata } = await readGgufHeader(new Blob([file]));
    expect(metadata.get('smallworks.adapter.base_sha256')).toBe(request.model.file.sha256);
    expect(JSON.parse(String(metadata.get('smallworks.adapter.card')))).toMatchObject({
      data: { rows: rows.length, records: ['run-1'] },
    });

    // The engine, with the file beside the model, is as surprised by the rows as a training that begins at the file.
    const tokenizer = await readGgufTokenizer(new Blob([base]));
    const model = await openOnnxModel({
      file: new Blob([base]),
      contextTokens: 256,
      backend: 'wasm-single',
      threads: 1,
      adapters: [{ id: 'weather', file: new Blob([file]) }],
    });
    let [sum, count] = [0, 0];
    for (const row of rows) {
      const prompt = tokenizer.encodePrompt(row.prompt);
      const tokens = [...prompt, ...tokenizer.encode(row.completion)];
      const cache = model.createCache();
      const [result] = await model.forward([{ cache, tokens, logits: 'all', adapter: 'weather' }]);
      for (let at = prompt.length; at < tokens.length; at += 1) {
        const logits = result!.logits[at - 1]!;
        const highest = Math.max(...logits);
        const whole = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
        sum += highest + Math.log(whole) - logits[tokens[at]!]!;
        count += 1;
      }
      cache.dispose();
    }
    await model.dispose();
    // Without the adapter, or with another than the one that was trained, it would be above 5.
    expect(sum / count).toBeLessThan(0.02);
    expect(await sayInWllama(file)).toEqual(rows.map(({ completion }) => completion));

    // To PEFT's files and back, nothing is lost: rows of q and k are moved both ways.
    const shape = readLoraBase(await readGgufHeader(new Blob([base])));
    const back = peftToGguf(await ggufToPeft(file, shape, { baseName: 'tiny' }), shape);
    expect(await tensorsOf(back)).toEqual(await tensorsOf(file));
  });

  test('ends with the same file however often its worker is killed', async () => {
    const whole = await start().remote.train(
      newId(),
      request,
      proxy(() => undefined),
    );
    await start().remote.forget();
    const chance = randomNumbers(2026);
    const begun: number[] = [];
    for (let kill = 0; kill < 5; kill += 1) begun.push(await killAt(Math.max(2, Math.ceil(chance() * 11))));
    const resumed = await start().remote.train(
      newId(),
      request,
      proxy(() => undefined),
    );
    console.log(`killed five times; began at the steps ${begun.join(', ')}`);
    expect(Math.max(...begun)).toBeGreaterThan(0);
    expect(resumed.file).toEqual(whole.file);
  });

  test('that is cancelled keeps what it did and goes on from there', async () => {
    const { remote } = start();
    const id = newId();
    const steps: number[] = [];
    const running = remote.train(
      id,
      request,
      proxy((event) => {
        if (event.type !== 'step-finished') return;
        steps.push(event.step);
        if (event.step === 3) void remote.cancel(id);
      }),
    );
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    const last = steps.at(-1);
    expect(last).toBeLessThan(recipe.steps);
    let begun = -1;
    await remote.train(
      newId(),
      request,
      proxy((event) => void (event.type === 'training-started' && (begun = event.losses.length))),
    );
    expect(begun).toBe(last);
  });

  test('refuses rows of which none fits', async () => {
    const long = { ...request, recipe: { ...recipe, longestRow: 8 } };
    await expect(
      start().remote.train(
        newId(),
        long,
        proxy(() => undefined),
      ),
    ).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

/** What llama.cpp writes with the adapter for each row, the token that ends a turn included. */
async function sayInWllama(adapter: Uint8Array<ArrayBuffer>): Promise<readonly string[]> {
  const engine = new WllamaAdapter();
  const never = new AbortController().signal;
  await engine.load(
    {
      file: new Blob([base]),
      files: new Map(),
      adapters: [{ id: 'weather', file: new Blob([adapter]) }],
      chatTemplate: 'chatml',
      parameters: request.model.parameters,
      contextTokens: 256,
      slots: 1,
      device: await probeDevice(),
      prefer: { weights: 'quantised' },
    },
    never,
  );
  try {
    const said: string[] = [];
    for (const { prompt } of rows) {
      const sampling = { temperature: 0, maxTokens: 40 };
      const asked = { prompt, sampling, adapter: 'weather' };
      const { text } = await engine.generate(asked, () => undefined, never);
      said.push(text.endsWith('<|im_end|>') ? text : `${text}<|im_end|>`);
    }
    return said;
  } finally {
    await engine.unload();
  }
}

async function tensorsOf(file: Uint8Array<ArrayBuffer>): Promise<ReadonlyMap<string, Uint8Array>> {
  const { tensors, headerBytes } = await readGgufHeader(new Blob([file]));
  return new Map(
    tensors
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .map(({ name, shape, offset }) => {
        const first = headerBytes + offset;
        return [name, file.slice(first, first + shape.reduce((product, side) => product * side, 4))];
      }),
  );
}

describe('memory', () => {
  test('of the runtime does not grow over 200 steps', async () => {
    const grown = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    try {
      const tokenizer = await readGgufTokenizer(new Blob([base]));
      const packs = packRows(
        rows.map(({ prompt, completion }) => ({
          prompt: tokenizer.encodePrompt(prompt),
          completion: tokenizer.encode(completion),
        })),
        { tokens: recipe.packTokens, seed: recipe.seed },
      );
      const model = await TrainableModel.open({
        runtime: await loadOnnxRuntime('wasm-single', 1),
        file: new Blob([base]),
        plan: { rank: 4, alpha: 8, positions: 128 },
      });
      const run = new TrainingRun({ model, packs, recipe: { ...recipe, steps: 220 } });
      while (run.step < 20) await run.advance();
      const before = grown.mock.calls.length;
      while (!run.isDone) await run.advance();
      expect(grown.mock.calls.length - before).toBe(0);
      await model.release();
    } finally {
      grown.mockRestore();
    }
  });
});
