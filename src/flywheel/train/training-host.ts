/**
 * The training worker's side of the contract: opens the model, makes packs of the rows, runs the steps, keeps checkpoints
 * and writes the adapter. However a call ends, the model's memory is free when it has. Every error leaves as a Fault.
 * Knows the order of things; the steps are the run's.
 */
import { promptVersion } from '../../decode/prompt.ts';
import type { DeviceFacts } from '../../engine/choose-backend.ts';
import type { ModelStore } from '../../engine/model-store.ts';
import type { OnnxBackend, OnnxRuntime } from '../../engine/onnx/onnx-runtime.ts';
import type { Gpu } from '../../engine/onnx/open-gpu.ts';
import { RunningCalls } from '../../engine/running-calls.ts';
import { TrainableModel } from '../../engine/train/trainable-model.ts';
import { readGgufTokenizer } from '../../engine/transformers/gguf-tokenizer.ts';
import { useWasmUrls } from '../../engine/wasm-urls.ts';
import type { ModelTokenizer } from '../../engine/transformers/model-tokenizer.ts';
import { inHexadecimal } from '../../protocol/bytes.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import { candidateTitle } from '../../protocol/training.ts';
import type {
  AdapterMemory,
  TrainedAdapter,
  TrainingApi,
  TrainingEvent,
  TrainingRequest,
  TrainingText,
  TrainingTrial,
  TrialJudge,
} from '../../protocol/training.ts';
import { exposureOf, makeCanaries } from './canaries.ts';
import type { Canary } from './canaries.ts';
import { makePack, packRows } from './packs.ts';
import type { PackRows, TokenRow } from './packs.ts';
import { rowSurprises } from './row-surprises.ts';
import type { RunStore } from './run-store.ts';
import { TrainingRun } from './training-run.ts';
import { writeAdapter } from './write-adapter.ts';

export interface TrainingHostOptions {
  readonly store: ModelStore;
  readonly runs: RunStore;
  /** What this device has; asked at each training. */
  readonly probe: () => Promise<DeviceFacts>;
  readonly loadRuntime: (backend: OnnxBackend, threads: number) => Promise<OnnxRuntime>;
  readonly openGpu: () => Promise<Gpu>;
}

const stepsBetweenSaves = 10;
const mostThreads = 8;

/** One call of `train`, with what its parts share. */
interface Work {
  readonly request: TrainingRequest;
  readonly signal: AbortSignal;
  readonly tell: (event: TrainingEvent) => void;
  readonly judge: TrialJudge | undefined;
}

export class TrainingHost implements TrainingApi {
  readonly #options: TrainingHostOptions;
  readonly #running = new RunningCalls();
  /** The end of the last training: two would share the device, and neither would gain. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: TrainingHostOptions) {
    this.#options = options;
  }

  async train(
    requestId: Id,
    request: TrainingRequest,
    onEvent: (event: TrainingEvent) => void,
    judge?: TrialJudge,
  ): Promise<TrainedAdapter> {
    return await this.#running.run(requestId, async (signal) => {
      const told: unknown[] = [];
      // The page's callback is a promise behind comlink: the call ends when all were heard.
      const tell = (event: TrainingEvent): void => void told.push(onEvent(event));
      const turn = this.#turn.then(() => this.#train({ request, signal, tell, judge }));
      this.#turn = turn.catch(() => undefined);
      try {
        return await turn;
      } finally {
        await Promise.all(told);
      }
    });
  }

  cancel(requestId: Id): Promise<void> {
    this.#running.cancel(requestId);
    return Promise.resolve();
  }

  async forget(): Promise<void> {
    await this.#options.runs.clear();
  }

  async #train(work: Work): Promise<TrainedAdapter> {
    const { request, signal, tell } = work;
    const { recipe, model: entry } = request;
    signal.throwIfAborted();
    useWasmUrls(request.wasmUrls);
    const { store } = this.#options;
    const file = await store.open({
      file: entry.file,
      modelsUrl: request.modelsUrl,
      signal,
      onProgress: (progress) => tell({ type: 'load-progressed', progress }),
    });
    try {
      const tokenizer = await readGgufTokenizer(file);
      const rows = readRows(tokenizer, request);
      const canaries = makeCanaries({
        count: request.canaries ?? 0,
        template: entry.chatTemplate,
        seed: recipe.seed,
      });
      const hidden = canaries.map(({ row }) => tokensOf(tokenizer, row));
      const packs = packRows([...rows, ...hidden], { tokens: recipe.packTokens, seed: recipe.seed });
      const model = await this.#open(file, request);
      try {
        const run = await this.#runSteps(work, { model, packs, rows: rows.length });
        const { parameters, steps } = run.made();
        const memory = await memoryOf(canaries, { model, parameters, tokenizer });
        const last = run.losses.slice(0, steps).slice(-Math.ceil(packs.length / recipe.packsPerStep));
        const loss = last.reduce((sum, value) => sum + value, 0) / Math.max(1, last.length);
        const { trials } = run;
        return {
          file: fileOf(request, {
            model,
            parameters,
            card: { steps, loss, trials, memory, rows: rows.length },
          }),
          steps,
          loss,
          ...(memory === undefined ? {} : { memory }),
        };
      } finally {
        await model.release();
      }
    } finally {
      store.release();
    }
  }

  async #open(file: Blob, { recipe, backend }: TrainingRequest): Promise<TrainableModel> {
    const { probe, loadRuntime, openGpu } = this.#options;
    const { crossOriginIsolated, hardwareConcurrency } = await probe();
    const chosen = backend ?? (crossOriginIsolated ? 'wasm-threads' : 'wasm-single');
    const runtime = await loadRuntime(chosen, Math.min(mostThreads, hardwareConcurrency));
    return await TrainableModel.open({
      runtime,
      file,
      plan: { ...recipe, positions: Math.max(recipe.longestRow, recipe.packTokens) },
      ...(chosen === 'webgpu' ? { gpu: await openGpu() } : {}),
    });
  }

  async #runSteps(
    work: Work,
    { model, packs, rows }: { model: TrainableModel; packs: readonly PackRows[]; rows: number },
  ): Promise<TrainingRun> {
    const { request, signal, tell, judge } = work;
    const { recipe, saveEvery = stepsBetweenSaves } = request;
    const trials = judge === undefined ? undefined : request.trials;
    const { runs } = this.#options;
    const id = await runId(request);
    const run = new TrainingRun({ model, packs, recipe, trials, from: await runs.read(id) });
    const save = async (): Promise<void> => {
      const kept = await runs.write(id, run.checkpoint());
      tell({ type: 'checkpoint-saved', step: run.step, kept });
    };
    tell({
      type: 'training-started',
      rows,
      leftOut: request.rows.length - rows,
      tokens: packs.reduce((sum, pack) => sum + makePack(pack).ids.length, 0),
      parameters: model.parameters,
      losses: run.losses,
      trials: run.trials,
    });
    await tryCandidate(work, { model, run });
    const [began, startedAt] = [performance.now(), run.step];
    while (!run.isDone && !signal.aborted) {
      const before = performance.now();
      const report = await run.advance();
      const now = performance.now();
      const perStep = (now - began) / 1000 / (run.step - startedAt);
      tell({
        type: 'step-finished',
        step: run.step,
        steps: recipe.steps,
        ...report,
        seconds: (now - before) / 1000,
        secondsLeft: perStep * (recipe.steps - run.step),
      });
      // Before the trial too: a stop in the middle of it costs no step.
      if (run.isTrialDue || run.isDone || signal.aborted || run.step % saveEvery === 0) await save();
      if (await tryCandidate(work, { model, run })) await save();
    }
    signal.throwIfAborted();
    return run;
  }
}

/** Tries what the last step left, where that is due; whether it was tried. Rejects where it was stopped meanwhile. */
async function tryCandidate(
  { request, signal, tell, judge }: Work,
  { model, run }: { readonly model: TrainableModel; readonly run: TrainingRun },
): Promise<boolean> {
  if (judge === undefined || !run.isTrialDue || signal.aborted) return false;
  const { step } = run;
  const loss = run.losses.at(-1) ?? Number.NaN;
  const card = { steps: step, loss, trials: run.trials, memory: undefined, rows: request.rows.length };
  const candidate = { ...request, title: candidateTitle };
  const tally = await judge(fileOf(candidate, { model, parameters: run.candidate(), card }), step);
  signal.throwIfAborted();
  if (tally === undefined) return false;
  const trial = { step, n: tally.n, exact: tally.exact };
  run.noteTrial(trial);
  tell({ type: 'trial-finished', trial });
  return true;
}

function tokensOf(tokenizer: ModelTokenizer, { prompt, completion }: TrainingText): TokenRow {
  return { prompt: tokenizer.encodePrompt(prompt), completion: tokenizer.encode(completion) };
}

/** What is remembered of the canaries; undefined where there are none. */
async function memoryOf(
  canaries: readonly Canary[],
  {
    model,
    parameters,
    tokenizer,
  }: {
    readonly model: TrainableModel;
    readonly parameters: Float32Array<ArrayBuffer>;
    readonly tokenizer: ModelTokenizer;
  },
): Promise<AdapterMemory | undefined> {
  const [first] = canaries;
  if (first === undefined) return undefined;
  const exposures: number[] = [];
  for (const { row, others } of canaries) {
    const rows = [row, ...others].map((text) => tokensOf(tokenizer, text));
    const [taught = Number.NaN, ...rest] = await rowSurprises(model, parameters, rows);
    exposures.push(exposureOf(taught, rest));
  }
  return { exposures, mostBits: Math.log2(first.others.length + 1) };
}

/** The rows as tokens, without those that are too long or empty. Throws Fault `unsupported` where none is left. */
function readRows(tokenizer: ModelTokenizer, { rows, recipe }: TrainingRequest): readonly TokenRow[] {
  const read = rows.flatMap((text) => {
    const row = tokensOf(tokenizer, text);
    const fits = row.prompt.length + row.completion.length <= recipe.longestRow;
    return fits && row.prompt.length > 0 && row.completion.length > 0 ? [row] : [];
  });
  if (read.length > 0) return read;
  throw new Fault({
    code: faultCodes.unsupported,
    message: 'There is nothing to train on.',
    reason: `None of ${String(rows.length)} rows has a prompt and a completion of at most ${String(recipe.longestRow)} tokens.`,
    remedy: 'Take other rows, or allow longer ones.',
    details: { feature: 'training rows' },
  });
}

/** The same request is the same run: it goes on where it was stopped. */
async function runId({ model, rows, recipe, canaries = 0, trials }: TrainingRequest): Promise<string> {
  const texts = rows.map((row) => [row.prompt, row.completion]);
  const words = JSON.stringify([model.file.sha256, recipe, canaries, texts, trials]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(words));
  return inHexadecimal(new Uint8Array(digest));
}

/** What the card says of an adapter beside its recipe. */
interface Provenance {
  readonly steps: number;
  readonly loss: number;
  readonly trials: readonly TrainingTrial[];
  readonly memory: AdapterMemory | undefined;
  readonly rows: number;
}

function fileOf(
  { model: entry, recipe, title, lineage = [] }: TrainingRequest,
  {
    model,
    parameters,
    card: { steps, loss, trials, memory, rows },
  }: {
    readonly model: TrainableModel;
    readonly parameters: Float32Array<ArrayBuffer>;
    readonly card: Provenance;
  },
): Uint8Array<ArrayBuffer> {
  return writeAdapter({
    layout: model.layout,
    parameters,
    alpha: recipe.alpha,
    architecture: model.architecture,
    title,
    baseId: entry.id,
    baseSha256: entry.file.sha256,
    promptVersion,
    card: {
      purpose: `Trained in this browser on ${String(rows)} rows.`,
      base: entry.id,
      base_sha256: entry.file.sha256,
      training: { ...recipe, loss, made_by_step: steps },
      ...(trials.length === 0 ? {} : { trials }),
      ...(memory === undefined
        ? {}
        : { memory: { exposures_bits: memory.exposures, most_bits: memory.mostBits } }),
      data: { rows, records: lineage },
    },
  });
}
