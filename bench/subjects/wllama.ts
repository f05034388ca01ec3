/**
 * wllama as its guide shows it: the file as it is, an adapter as llama.cpp applies it, a thread for each core, its chat interface, prompts cached, and a JSON Schema as `response_format` for a call.
 */
import { Wllama } from '@wllama/wllama/esm/index.js';
import wasmUrl from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import type { JsonSchema } from '../../src/index.ts';
import { callMessages, callSchema, callTokens, gradeCall } from './peer-call.ts';
import { Stopwatch } from './subject.ts';
import type { Ask, Subject, Told, Weights } from './subject.ts';

/** The fields that are read of a streamed piece. */
interface Piece {
  readonly choices?: readonly { readonly delta?: { readonly content?: string | null } }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number };
  readonly timings?: { readonly prompt_n?: number; readonly cache_n?: number; readonly predicted_n?: number };
}

/** `files` gives the weights, once for each time it is opened. */
export function rawWllama(files: () => Promise<Weights>): Subject {
  let wllama: Wllama | undefined;

  async function ask(
    { messages, maxTokens, temperature = 0, seed }: Ask,
    schema?: JsonSchema,
  ): Promise<Told> {
    if (wllama === undefined) throw new Error('Open it first.');
    const watch = new Stopwatch();
    let text = '';
    let last: Piece = {};
    const body = {
      messages,
      max_tokens: maxTokens,
      temperature,
      cache_prompt: true,
      timings_per_token: true,
      stream: true,
      ...(seed === undefined ? {} : { seed }),
      ...(schema === undefined
        ? {}
        : { response_format: { type: 'json_schema', json_schema: { name: 'call', schema, strict: true } } }),
      onData: (piece: Piece): void => {
        const content = piece.choices?.[0]?.delta?.content ?? '';
        last = { ...last, ...piece };
        if (content === '') return;
        watch.piece();
        text += content;
      },
    };
    // Its parser takes more fields than its types name.
    await wllama.createChatCompletion(body as unknown as Parameters<Wllama['createChatCompletion']>[0]);
    const { timings, usage } = last;
    return watch.told({
      text,
      promptTokens: usage?.prompt_tokens ?? (timings?.prompt_n ?? 0) + (timings?.cache_n ?? 0),
      ...(timings?.prompt_n === undefined ? {} : { readTokens: timings.prompt_n }),
      tokens: usage?.completion_tokens ?? timings?.predicted_n ?? 0,
    });
  }

  return {
    open: async ({ slots, contextTokens }) => {
      wllama = new Wllama({ default: wasmUrl }, { suppressNativeLog: true });
      // Without this it reaches for another site on browsers that lack JSPI.
      wllama.setCompat(null);
      const { model, adapter } = await files();
      // Blobs are written under numbered names, and the first is opened as the model.
      const path = 'models/model-00002-of-00002.gguf';
      await wllama.loadModel(adapter === undefined ? [model] : [model, adapter], {
        n_ctx: slots * contextTokens,
        n_parallel: slots,
        n_threads: navigator.hardwareConcurrency,
        ...(adapter === undefined ? {} : { lora_adapters: [{ path, scale: 1 }] }),
      });
      return `${String(wllama.getNumThreads())} threads, weights as in the file`;
    },
    ask: (asked) => ask(asked),
    call: async (row) => {
      const asked = { messages: callMessages(row), maxTokens: callTokens };
      return gradeCall(row, await ask(asked, callSchema(row)));
    },
    close: async () => {
      await wllama?.exit();
      wllama = undefined;
    },
  };
}
