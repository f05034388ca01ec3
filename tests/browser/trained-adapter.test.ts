/**
 * The end of the documented walk: an adapter that the training recipe made from an export folder is brought into the page
 * as a user brings it, and answers there as PEFT computes it. The real model, on both engines that take adapters.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EnginePool } from '../../src/bridge/engine-pool.ts';
import { ModelFilesClient } from '../../src/bridge/model-files-client.ts';
import { spawnEngine } from '../../src/bridge/spawn-engine.ts';
import { renderChat } from '../../src/decode/chat-template.ts';
import { promptVersion } from '../../src/decode/prompt.ts';
import type { ChatMessage, GenerateResult } from '../../src/protocol/engine.ts';
import type { AdapterEntry } from '../../src/protocol/model.ts';
import { defaultModel, modelsUrl, whyMissing } from '../contract/default-model.ts';
import { removeStoredFiles } from '../fixtures/stored-file.ts';

const folder = new URL('/.cache/training/', location.href);

/** What PEFT says, with 32-bit floats, without and with the adapter. */
interface Said {
  readonly prompt: string;
  readonly base: string;
  readonly adapted: string;
  /** Natural logarithm of the probability of each token of `adapted`, its end included. */
  readonly logprobs: readonly number[];
}

/** A file below the folder; undefined: the development server answers with a page where nothing is. */
async function read(path: string): Promise<File | undefined> {
  const response = await fetch(new URL(path, folder));
  const isPage = response.headers.get('Content-Type')?.includes('html') === true;
  if (!response.ok || isPage) return undefined;
  return new File([await response.arrayBuffer()], path.split('/').at(-1) ?? path);
}

async function reasonToSkip(): Promise<string | undefined> {
  if ((await read('walk/walk.gguf')) !== undefined) return await whyMissing();
  const note = await (await read('skipped.json'))?.text();
  return note === undefined
    ? 'node scripts/walk-training.mjs has not run'
    : (JSON.parse(note) as { reason: string }).reason;
}

async function fileAt(path: string): Promise<File> {
  const file = await read(path);
  if (file === undefined) throw new Error(`Training made no ${path}.`);
  return file;
}

async function readSaid(path: string): Promise<readonly Said[]> {
  const lines = (await (await fileAt(path)).text()).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Said);
}

/** Each token's log-probability is PEFT's within a hundredth: in the mean, and where it was least sure. */
function expectAsLikely({ certainty }: GenerateResult, logprobs: readonly number[]): void {
  const mean = logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
  expect(certainty?.choices).toBe(logprobs.length);
  expect(Math.abs((certainty?.logprob ?? Number.NaN) / logprobs.length - mean)).toBeLessThan(0.01);
  expect(Math.abs((certainty?.least ?? Number.NaN) - Math.min(...logprobs))).toBeLessThan(0.01);
}

/** The messages whose rendering is this prompt. */
function messagesOf(prompt: string): ChatMessage[] {
  const turns = [...prompt.matchAll(/<\|im_start\|>(\w+)\n([\s\S]*?)<\|im_end\|>\n/g)];
  const messages = turns.map(([, role, content]) => ({ role, content }) as ChatMessage);
  expect(renderChat('chatml', messages)).toBe(prompt);
  return messages;
}

const request = { model: defaultModel, modelsUrl, contextTokens: 512, slots: 1 };
const reason = await reasonToSkip();

if (reason !== undefined) {
  test('a trained adapter in the page', ({ skip }) => {
    skip(reason);
  });
} else {
  describe('an adapter that the training recipe made', () => {
    const files = new ModelFilesClient();
    let said: readonly Said[] = [];
    let open: readonly Said[] = [];
    let adapters: readonly AdapterEntry[];

    beforeAll(async () => {
      said = await readSaid('walk/said.jsonl');
      open = await readSaid('walk/said-open.jsonl');
      // An adapter is checked against the model's own file, which the first load brings into the browser.
      const pool = new EnginePool({ size: 1, spawn: spawnEngine });
      await pool.load({ ...request, engine: 'wllama' });
      pool.dispose();
      const context = { base: defaultModel, models: [defaultModel], adapters: [] };
      const peft = ['adapter_config.json', 'adapter_model.safetensors'];
      adapters = [
        await files.importAdapter({ files: [await fileAt('walk/walk.gguf')], ...context }),
        await files.importAdapter({
          files: await Promise.all(peft.map(async (name) => fileAt(`walk/walk/${name}`))),
          ...context,
        }),
      ];
    });

    afterAll(async () => {
      files.dispose();
      await removeStoredFiles();
    });

    test('brings its card along', () => {
      expect(adapters[0]).toMatchObject({
        title: 'walk',
        licence: 'CC0-1.0',
        baseId: defaultModel.id,
        baseSha256: defaultModel.file.sha256,
        promptVersion,
      });
    });

    test.for(['wllama', 'transformers'] as const)('answers on %s as PEFT computes', async (engine) => {
      const pool = new EnginePool({ size: 1, spawn: spawnEngine });
      await pool.load({
        ...request,
        engine,
        prefer: { weights: 'float32' },
        adapters: adapters.map(({ id, file }) => ({ id, file })),
      });
      const say = async (prompt: string, adapter?: string): Promise<GenerateResult> =>
        await pool.generate({
          messages: messagesOf(prompt),
          sampling: { temperature: 0, maxTokens: 24 },
          ...(adapter === undefined ? {} : { adapter }),
        });
      for (const { prompt, base, adapted, logprobs } of said) {
        expect(base).not.toBe(adapted);
        for (const { id } of adapters) {
          const result = await say(prompt, id);
          expect(result.text).toBe(adapted);
          // llama.cpp does not tell how sure it was.
          if (engine === 'transformers') expectAsLikely(result, logprobs);
        }
      }
      for (const { prompt, adapted, logprobs } of engine === 'transformers' ? open : []) {
        // Less sure than of what it was taught, or this tells nothing.
        expect(Math.min(...logprobs)).toBeLessThan(-0.5);
        const result = await say(prompt, adapters[0]?.id);
        expect(result.text).toBe(adapted);
        expectAsLikely(result, logprobs);
        const mean = logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
        console.info(
          `mean log-probability ${mean.toFixed(5)}, here ${((result.certainty?.logprob ?? 0) / logprobs.length).toFixed(5)}`,
        );
      }
      const [first] = said;
      expect((await say(first?.prompt ?? '')).text).not.toBe(first?.adapted);
      pool.dispose();
    });
  });
}
