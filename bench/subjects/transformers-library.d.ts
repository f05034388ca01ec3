/**
 * The few names of @huggingface/transformers that the benchmark uses. The package is installed when the benchmark runs
 * and not with the others: with its server parts it is larger than all of them.
 */
declare module '@huggingface/transformers' {
  interface Tensor {
    readonly dims: readonly number[];
  }
  interface Encoded {
    readonly input_ids: Tensor;
    readonly attention_mask: Tensor;
  }
  interface Tokenizer {
    (text: string, options: { readonly add_special_tokens: boolean }): Encoded;
    decode(tokens: readonly bigint[], options: { readonly skip_special_tokens: boolean }): string;
  }
  interface Streamer {
    put(tokens: readonly (readonly bigint[])[]): void;
    end(): void;
  }
  interface Model {
    generate(options: Encoded & Readonly<Record<string, unknown>>): Promise<unknown>;
  }
  interface Settings {
    readonly dtype: string;
    readonly device: string;
    readonly session_options: Readonly<Record<string, unknown>>;
  }
  export const AutoTokenizer: { from_pretrained(name: string): Promise<Tokenizer> };
  export const AutoModelForCausalLM: { from_pretrained(name: string, options: Settings): Promise<Model> };
  export const BaseStreamer: abstract new () => Streamer;
  export const env: {
    version: string;
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    useBrowserCache: boolean;
    useWasmCache: boolean;
    useCustomCache: boolean;
    customCache: {
      match(request: string | Request): Promise<Response | undefined>;
      put(request: string | Request, response: Response): Promise<void>;
    } | null;
    readonly backends: { readonly onnx: { readonly wasm?: { wasmPaths?: unknown; numThreads?: number } } };
  };
}
