/**
 * Opens the files of a hub build: `config.json`, `tokenizer.json`, one ONNX graph and its external data.
 * Knows which file is which and what the config says; nothing of decoding.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { onnxFault } from '../onnx/onnx-faults.ts';
import { loadOnnxRuntime } from '../onnx/onnx-runtime.ts';
import type { OnnxBackend, OnnxRuntime } from '../onnx/onnx-runtime.ts';
import { OnnxSession } from '../onnx/onnx-session.ts';
import { openGpu } from '../onnx/open-gpu.ts';
import type { Gpu } from '../onnx/open-gpu.ts';
import { HubModel } from './hub-model.ts';
import { readHubTokenizer } from './hub-tokenizer.ts';
import type { ModelTokenizer, TokenizerJson } from './model-tokenizer.ts';

/** What of a `config.json` is used. */
interface HubConfig {
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads?: number;
  readonly head_dim?: number;
  readonly hidden_size: number;
  readonly vocab_size: number;
  readonly max_position_embeddings: number;
  readonly eos_token_id?: number | readonly number[];
}

export interface HubModelOptions {
  /** Verified files by their names in the catalogue; names may hold folders. */
  readonly files: ReadonlyMap<string, Blob>;
  readonly contextTokens: number;
  readonly signal: AbortSignal;
}

function rejected(reason: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'The files of this build cannot be used.',
    reason,
    remedy: 'List config.json, tokenizer.json and the ONNX files of a decoder in the catalogue.',
  });
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The file whose name ends so. Throws Fault `model-rejected` where there is none. */
function fileOf(files: ReadonlyMap<string, Blob>, ending: string): readonly [name: string, file: Blob] {
  const found = [...files].find(([name]) => fileName(name).endsWith(ending));
  if (found === undefined) throw rejected(`There is no file ${ending} among them.`);
  return found;
}

async function readJson(files: ReadonlyMap<string, Blob>, name: string): Promise<unknown> {
  const [, file] = fileOf(files, name);
  try {
    return JSON.parse(await file.text()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw rejected(`${name} is not JSON: ${error.message}.`);
    throw error;
  }
}

function readConfig(json: unknown): HubConfig {
  const config = json as HubConfig;
  const counts = [
    'num_hidden_layers',
    'num_attention_heads',
    'hidden_size',
    'vocab_size',
    'max_position_embeddings',
  ] as const;
  const missing = counts.find((name) => !Number.isInteger(config[name]) || config[name] < 1);
  if (missing !== undefined) throw rejected(`config.json does not tell ${missing}.`);
  return config;
}

/** True where the files are a hub build and not a GGUF file. */
export function isHubBuild(files: ReadonlyMap<string, Blob>): boolean {
  return [...files.keys()].some((name) => name.endsWith('.onnx'));
}

/**
 * Builds the model in a runtime that is there; `gpu` absent, it runs on WebAssembly. Rejects with a Fault:
 * model-rejected, out-of-memory, device-lost, unsupported.
 */
export async function buildHubModel(
  runtime: OnnxRuntime,
  options: HubModelOptions,
  gpu?: Gpu,
): Promise<{ readonly model: HubModel; readonly tokenizer: ModelTokenizer }> {
  const { files, signal } = options;
  const config = readConfig(await readJson(files, 'config.json'));
  const ends = config.eos_token_id ?? [];
  const tokenizer = readHubTokenizer(
    (await readJson(files, 'tokenizer.json')) as TokenizerJson,
    typeof ends === 'number' ? [ends] : ends,
  );
  const [, graph] = fileOf(files, '.onnx');
  const externalData: { path: string; data: Uint8Array }[] = [];
  for (const [name, file] of files) {
    if (!/\.onnx_data|\.onnx\.data/.test(name)) continue;
    externalData.push({ path: fileName(name), data: new Uint8Array(await file.arrayBuffer()) });
  }
  signal.throwIfAborted();
  try {
    const session = await OnnxSession.open({
      runtime,
      graph: new Uint8Array(await graph.arrayBuffer()),
      options: { externalData },
      gpu,
    });
    const model = new HubModel({
      runtime,
      session,
      layers: config.num_hidden_layers,
      kvHeads: config.num_key_value_heads ?? config.num_attention_heads,
      headSize: config.head_dim ?? config.hidden_size / config.num_attention_heads,
      hiddenSize: config.hidden_size,
      vocabularySize: config.vocab_size,
      contextTokens: Math.min(options.contextTokens, config.max_position_embeddings),
    });
    if (signal.aborted) await model.dispose();
    signal.throwIfAborted();
    return { model, tokenizer };
  } catch (error) {
    signal.throwIfAborted();
    throw onnxFault(error, faultCodes.modelRejected);
  }
}

/** Opens a hub build on a backend; as `buildHubModel`. */
export async function openHubModel(
  options: HubModelOptions & { readonly backend: OnnxBackend; readonly threads: number },
): Promise<{ readonly model: HubModel; readonly tokenizer: ModelTokenizer }> {
  const runtime = await loadOnnxRuntime(options.backend, options.threads);
  if (options.backend !== 'webgpu') return await buildHubModel(runtime, options);
  const gpu = await openGpu();
  try {
    return await buildHubModel(runtime, options, gpu);
  } catch (error) {
    gpu.device.destroy();
    throw error;
  }
}
