/** The list of known models as it ships: whole, honest about what was checked, and of one mind with the catalogue. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findKnownModelProblem, readKnownModels } from '../../../../src/app/read-known-models.ts';
import { isChatTemplate } from '../../../../src/decode/chat-template.ts';
import type { KnownModel } from '../../../../src/protocol/known-model.ts';
import {
  shippedCatalogue as catalogue,
  shippedKnownModels as list,
} from '../../../fixtures/shipped-lists.ts';

const root = join(import.meta.dirname, '../../../..');

const webLlm = readFileSync(join(root, 'node_modules/@mlc-ai/web-llm/lib/index.js'), 'utf8');

function webLlmBuilds({ builds }: KnownModel) {
  return builds.flatMap((build) => (build.engine === 'web-llm' ? build : []));
}

describe('known-models.json', () => {
  test('has every field of every model', () => {
    expect(findKnownModelProblem(list)).toBeUndefined();
  });

  test('holds the models that the project names', () => {
    const ids = list.models.map(({ id }) => id).join(' ');
    for (const name of [
      'smollm2-135m',
      'smollm2-360m',
      'smollm2-1.7b',
      'phi-3-mini',
      'phi-4-mini',
      'qwen3-0.6b',
      'qwen3-1.7b',
      'llama-3.2-1b',
      'gemma-3-270m',
      'deepseek-r1-distill-qwen-1.5b',
      'hymba',
      'nemotron-h',
    ]) {
      expect(ids).toContain(name);
    }
  });

  test('what it calls the same as a model of the site has the same weights', () => {
    for (const { catalogueId, builds } of list.models) {
      if (catalogueId === undefined) continue;
      const entry = catalogue.models.find(({ id }) => id === catalogueId);
      const files = builds.flatMap((build) => (build.engine === 'web-llm' ? [] : build.files));
      expect(files.map(({ sha256 }) => sha256)).toContain(entry?.file.sha256);
      expect(files.map(({ bytes }) => bytes)).toContain(entry?.file.bytes);
    }
  });

  test.for(list.models.flatMap(webLlmBuilds))(
    'web-llm lists $modelId with the memory that is written here',
    (build) => {
      const place = webLlm.indexOf(`model_id: "${build.modelId}"`);
      expect(place).toBeGreaterThan(0);
      const said = /vram_required_MB: ([\d.]+)/.exec(webLlm.slice(place, place + 600))?.[1];
      expect(build.memoryBytes).toBe(Math.round(Number(said) * 1e6));
    },
  );

  test('what web-llm is said to lack, it lacks', () => {
    for (const model of list.models.filter(({ missing }) =>
      missing.join(' ').includes('web-llm 0.2.86 lists no'),
    )) {
      const name = model.id.replace(/-(it|instruct).*$/, '');
      expect(webLlm.toLowerCase()).not.toContain(`model_id: "${name}`);
    }
  });

  test("the bundled llama.cpp knows the architectures of the GGUF files, and not Hymba's", () => {
    const wasm = readFileSync(join(root, 'node_modules/@wllama/wllama/esm/wasm/wllama.wasm'), 'latin1');
    const named = new Set(
      list.models.filter(({ builds }) => builds.length > 0).map(({ architecture }) => architecture),
    );
    for (const architecture of [...named, 'nemotron_h']) expect(wasm).toContain(architecture);
    expect(wasm.toLowerCase()).not.toContain('hymba');
  });

  test('at least one model runs here and at least one does not, by their chat formats', () => {
    const formats = list.models.map(({ chatFormat }) => isChatTemplate(chatFormat));
    expect(new Set(formats)).toEqual(new Set([true, false]));
  });
});

describe('a list that is not as it should be is refused by name', () => {
  const [model] = list.models;
  const withModel = (change: object) => ({ version: 1, models: [{ ...model, ...change }] });
  const file = {
    repository: 'a/b',
    name: 'a.gguf',
    bytes: 1,
    sha256: null,
    verified: false,
    evidence: 'None.',
  };
  const build = (change: object) => ({
    builds: [{ engine: 'wllama', quantisation: 'Q4_0', files: [{ ...file, ...change }] }],
  });

  test.for([
    ['no licence', withModel({ licence: { name: '' } }), /licence/],
    ['neither build nor gap', withModel({ builds: [], missing: [] }), /does not say what is missing/],
    ['a hash of 63 characters', withModel(build({ sha256: 'a'.repeat(63) })), /build that is none/],
    ['a hash in capitals', withModel(build({ sha256: 'A'.repeat(64) })), /build that is none/],
    ['verified without a hash', withModel(build({ verified: true })), /build that is none/],
    [
      'an engine that nobody has',
      withModel({ builds: [{ engine: 'x', quantisation: 'q', files: [file] }] }),
      /build/,
    ],
    [
      'a figure without a source',
      withModel({ published: [{ benchmark: 'b', value: 1, publisher: 'p' }] }),
      /source/,
    ],
    ['twice the same', { version: 1, models: [model, model] }, /listed twice/],
    ['another version', { version: 2, models: [] }, /version 1/],
    ['no list', null, /version 1/],
  ] as const)('%s', ([, value, reason]) => {
    expect(findKnownModelProblem(value)).toMatch(reason);
  });

  test('an unverified file with neither size nor hash is allowed', () => {
    expect(findKnownModelProblem(withModel(build({ bytes: null })))).toBeUndefined();
  });
});

function urlOf(text: string): URL {
  return new URL(`data:application/json,${encodeURIComponent(text)}`);
}

describe('reading the list', () => {
  test('gives its models', async () => {
    expect(await readKnownModels(urlOf(JSON.stringify(list)))).toEqual(list.models);
  });

  test.for([
    ['what is no JSON', '{', 'model-unavailable'],
    ['what is another thing', '{"version":1}', 'model-unavailable'],
  ] as const)('refuses %s with a fault', async ([, text, code]) => {
    await expect(readKnownModels(urlOf(text))).rejects.toMatchObject({ code });
  });
});
