/**
 * The second engine: a decoding loop of our own over a model's forward pass on ONNX Runtime, with logits and KV caches
 * in hand. Opens model, tokenizer, grammars and scheduler for one load, and turns requests into sequences.
 * Knows the parts by what they promise; nothing of graphs, batches and matching.
 */
import type { GenerateEvent } from '../../protocol/engine.ts';
import { notLoadedFault, toFault } from '../../protocol/fault.ts';
import type { TokenLogprob } from '../../protocol/model.ts';
import type {
  AdapterLoad,
  AdapterRequest,
  AdapterResult,
  AdapterState,
  EngineAdapter,
  LogprobRequest,
} from '../adapter.ts';
import { checkLora } from '../check-lora.ts';
import { chooseBackend, engineNeeds } from '../choose-backend.ts';
import type { BackendChoice } from '../choose-backend.ts';
import { checkRoom, unknownAdapter } from '../engine-faults.ts';
import { readGgufHeader } from '../gguf.ts';
import { fitsKernel } from '../kernel/place-model.ts';
import { openKernel } from '../kernel/open-kernel.ts';
import { isFatal } from '../onnx/onnx-faults.ts';
import { openOnnxModel } from '../onnx/open-onnx-model.ts';
import { BatchScheduler } from './batch-scheduler.ts';
import type { CausalModel } from './causal-model.ts';
import { readGgufTokenizer } from './gguf-tokenizer.ts';
import { GrammarBank } from './grammar-bank.ts';
import type { ModelTokenizer } from './model-tokenizer.ts';
import { isHubBuild, openHubModel } from './open-hub-model.ts';
import { continueGreedily, embedTokens } from './read-states.ts';
import { Sequence } from './sequence.ts';

interface Loaded {
  readonly model: CausalModel;
  readonly tokenizer: ModelTokenizer;
  readonly grammars: GrammarBank;
  readonly scheduler: BatchScheduler;
  readonly adapters: readonly string[];
}

/** Tokens of a prompt between two looks at what else is to be done. */
const chunkTokens = 256;

/** The model and its tokenizer, from a GGUF file or from the files of a hub build. */
async function openFiles(
  options: AdapterLoad,
  choice: BackendChoice,
  signal: AbortSignal,
): Promise<Pick<Loaded, 'model' | 'tokenizer'>> {
  const { file, files, adapters, contextTokens } = options;
  const { backend, weights, threads, kernel } = choice;
  const place = {
    backend: backend === 'webgpu' || backend === 'wasm-threads' ? backend : ('wasm-single' as const),
    threads,
    contextTokens,
    signal,
  };
  if (isHubBuild(files)) {
    const [first] = adapters;
    if (first !== undefined) throw unknownAdapter(first.id, []);
    return await openHubModel({ ...place, files });
  }
  if (adapters.length > 0) await checkLora({ base: file, adapters });
  const tokenizer = await readGgufTokenizer(file);
  signal.throwIfAborted();
  const model = kernel
    ? await openKernel({ file, adapters, contextTokens, threads, signal })
    : await openOnnxModel({ ...place, file, adapters, weights });
  return { tokenizer, model };
}

export class TransformersAdapter implements EngineAdapter {
  readonly engine = 'transformers';
  readonly engineVersion = '1.31 (ONNX Runtime), xgrammar 0.1.27';
  #loaded: Loaded | undefined;
  #dead = false;

  get dead(): boolean {
    return this.#dead;
  }

  async load(options: AdapterLoad, signal: AbortSignal): Promise<AdapterState> {
    const { device, parameters, adapters, prefer, slots } = options;
    const choice = chooseBackend({
      device,
      parameters,
      needs: engineNeeds.transformers,
      forKernel: !isHubBuild(options.files) && fitsKernel(await readGgufHeader(options.file)),
      ...(prefer === undefined ? {} : { prefer }),
    });
    const { model, tokenizer } = await openFiles(options, choice, signal);
    this.#loaded = {
      model,
      tokenizer,
      grammars: new GrammarBank({ tokenizer, vocabularySize: model.vocabularySize }),
      scheduler: new BatchScheduler({ model, slots, chunkTokens, keptTokens: model.contextTokens }),
      adapters: adapters.map(({ id }) => id),
    };
    const state = { backend: choice.backend, threads: choice.threads, contextTokens: model.contextTokens };
    if (!isHubBuild(options.files))
      return { ...state, weights: choice.weights, choiceReasons: choice.reasons };
    const [whereReason = '', , ...otherReasons] = choice.reasons;
    const asPublished = 'The model has ONNX files of its own: their weights stay as they are.';
    return { ...state, weights: 'quantised', choiceReasons: [whereReason, asPublished, ...otherReasons] };
  }

  async generate(
    request: AdapterRequest,
    onEvent: (event: GenerateEvent) => void,
    signal: AbortSignal,
  ): Promise<AdapterResult> {
    const { tokenizer, grammars, scheduler, model, adapters } = this.#require();
    const { sampling, constraint, adapter } = request;
    if (adapter !== undefined && !adapters.includes(adapter)) throw unknownAdapter(adapter, adapters);
    const prompt = tokenizer.encodePrompt(request.prompt);
    const { maxTokens } = sampling;
    checkRoom({ promptTokens: prompt.length, maxTokens, contextWindow: model.contextTokens });
    const matcher = constraint === undefined ? undefined : await grammars.open(constraint);
    const sequence = new Sequence({
      prompt,
      sampling,
      tokenizer,
      onEvent,
      signal,
      ...(adapter === undefined ? {} : { adapter }),
      ...(matcher === undefined ? {} : { matcher }),
      ...(constraint?.searchAfter === undefined ? {} : { searchAfter: constraint.searchAfter }),
    });
    scheduler.add(sequence);
    return await this.#watched(sequence.result);
  }

  keepsPrompts(): boolean {
    return true;
  }

  async countTokens(text: string): Promise<number> {
    return this.#require().tokenizer.encode(text).length;
  }

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    const { tokenizer, scheduler, model } = this.#require();
    const [end = 0] = tokenizer.endTokens;
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      const tokens = tokenizer.encodePrompt(text);
      checkRoom({ promptTokens: tokens.length, maxTokens: 0, contextWindow: model.contextTokens });
      // A text without a token is read as its end alone: a vector there must be.
      const read = tokens.length === 0 ? [end] : tokens;
      vectors.push(await this.#watched(scheduler.alone((alone) => embedTokens(alone, read))));
    }
    return vectors;
  }

  async topLogprobs(request: LogprobRequest): Promise<readonly (readonly TokenLogprob[])[]> {
    const { tokenizer, scheduler } = this.#require();
    const { steps, candidates, signal } = request;
    const prompt = tokenizer.encodePrompt(request.prompt);
    const options = { prompt, steps, candidates, chunkTokens, signal };
    return await this.#watched(scheduler.alone((model) => continueGreedily(model, options)));
  }

  async unload(): Promise<void> {
    this.#dead = true;
    const loaded = this.#loaded;
    this.#loaded = undefined;
    await loaded?.scheduler.close();
    await loaded?.grammars.dispose();
    await loaded?.model.dispose();
  }

  #require(): Loaded {
    if (this.#loaded === undefined) throw notLoadedFault();
    return this.#loaded;
  }

  /** Errors as Faults; notes those after which the model cannot go on. */
  async #watched<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      this.#dead ||= isFatal(error);
      throw toFault(error);
    }
  }
}
