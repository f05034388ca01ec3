/** The worker that transformers.js runs in, as its guide advises. It reads files from memory and asks no server. */
import { AutoModelForCausalLM, AutoTokenizer, BaseStreamer, env } from '@huggingface/transformers';
import type { Model, Tokenizer } from '@huggingface/transformers';
import { expose } from 'comlink';
import moduleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import binaryUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { renderChat } from '../../src/decode/chat-template.ts';
import type { AskedWorker } from './in-worker.ts';
import { Stopwatch } from './subject.ts';
import { transformersFiles } from './transformers-files.ts';

let model: Model | undefined;
let tokenizer: Tokenizer | undefined;

/** Collects what is generated; the prompt comes first. */
class Collector extends BaseStreamer {
  readonly tokens: bigint[] = [];
  readonly #watch: Stopwatch;
  #sawPrompt = false;

  constructor(watch: Stopwatch) {
    super();
    this.#watch = watch;
  }

  override put(tokens: readonly (readonly bigint[])[]): void {
    if (!this.#sawPrompt) {
      this.#sawPrompt = true;
      return;
    }
    this.#watch.piece();
    this.tokens.push(...tokens.flat());
  }

  override end(): void {
    // Nothing is kept back.
  }
}

function absolute(url: string): string {
  return new URL(url, self.location.href).href;
}

const transformersWorker: AskedWorker = {
  async open(options) {
    const { files, externalData } = await transformersFiles(options);
    env.allowRemoteModels = false;
    env.allowLocalModels = true;
    env.useBrowserCache = false;
    env.useWasmCache = false;
    env.useCustomCache = true;
    env.customCache = {
      match: async (request) => {
        const url = typeof request === 'string' ? request : request.url;
        const found = [...files].find(([path]) => url.endsWith(`/${path}`));
        return found === undefined ? undefined : new Response(found[1]);
      },
      put: async () => undefined,
    };
    const { wasm } = env.backends.onnx;
    if (wasm !== undefined) {
      wasm.wasmPaths = { mjs: absolute(moduleUrl), wasm: absolute(binaryUrl) };
      wasm.numThreads = navigator.hardwareConcurrency;
    }
    tokenizer = await AutoTokenizer.from_pretrained('model');
    model = await AutoModelForCausalLM.from_pretrained('model', {
      dtype: 'fp32',
      device: 'wasm',
      session_options: { externalData },
    });
    return `transformers.js ${env.version}, float weights, ${String(wasm?.numThreads)} threads`;
  },

  async ask({ messages, maxTokens, temperature = 0 }) {
    if (model === undefined || tokenizer === undefined) throw new Error('Open it first.');
    const watch = new Stopwatch();
    const encoded = tokenizer(renderChat('chatml', messages), { add_special_tokens: false });
    const streamer = new Collector(watch);
    await model.generate({
      ...encoded,
      max_new_tokens: maxTokens,
      do_sample: temperature > 0,
      ...(temperature > 0 ? { temperature } : {}),
      streamer,
    });
    return watch.told({
      text: tokenizer.decode(streamer.tokens, { skip_special_tokens: true }),
      promptTokens: encoded.input_ids.dims.at(-1) ?? 0,
      tokens: streamer.tokens.length,
    });
  },
};

expose(transformersWorker);
