/** The ways to run a model: judged when asked, shown with their reasons, one taken. The element, then the real judge. */
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { createSession } from '../../src/app/session.ts';
import type { RankedChoice } from '../../src/protocol/engine.ts';
import { newId } from '../../src/protocol/id.ts';
import { expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';

const choices: readonly RankedChoice[] = [
  {
    modelId: 'a',
    title: 'A model with quite a long name',
    engine: 'transformers',
    plan: { backend: 'wasm-threads', weights: 'float32', threads: 4, memoryBytes: 675e6 },
    downloadBytes: 98e6,
    reasons: ['No WebGPU adapter is there: WebAssembly with threads.', '98 MB are fetched once.'],
  },
  {
    modelId: 'a',
    title: 'A model with quite a long name',
    engine: 'web-llm',
    downloadBytes: 98e6,
    reasons: ['It lacks a GPU that this engine can use.'],
  },
];

setStage('Ways to run a model');

test.for([360, 1280])('shows what can be taken and what not, and why, at %i px', async (width) => {
  await page.viewport(width, 800);
  const agent = await show({});
  const asked: unknown[] = [];
  const taken: unknown[] = [];
  agent.addEventListener('choices-open', () => {
    asked.push(true);
    agent.choices = choices;
  });
  agent.addEventListener('choice-use', ({ detail }) => taken.push(detail.choice));
  await page.getByText('Ways to run it here').click();
  await expect.poll(() => asked).toHaveLength(1);
  await expect.element(page.getByText('It lacks a GPU that this engine can use.')).toBeVisible();
  await expect.element(page.getByText(/WebAssembly, 4 threads, 32-bit floats, about 675 MB/)).toBeVisible();
  await expectGoodPage();
  await page.getByRole('button', { name: 'Use' }).click();
  expect(taken).toEqual([choices[0]]);
});

test('this device is judged for real, and what is taken is what the next load asks for', async () => {
  const asked: unknown[] = [];
  const session = createSession({
    journalName: `choices-${newId()}`,
    createEngine: () => ({
      load: (request) => {
        asked.push({ engine: request.engine, prefer: request.prefer });
        return Promise.reject(new Error('Not in this test.'));
      },
      generate: () => Promise.reject(new Error('Not in this test.')),
      dispose: () => undefined,
    }),
  });
  await session.openChoices();
  const judged = session.state.choices ?? [];
  const [best] = judged;
  expect(best?.plan?.backend).toBe(crossOriginIsolated ? 'wasm-threads' : 'wasm-single');
  expect(best?.reasons.join(' ')).toMatch(/WebGPU adapter/);
  const other = judged.find(({ engine }) => engine === 'transformers');
  expect(other?.plan).toBeDefined();
  await session.useChoice(other!);
  await expect(session.load()).rejects.toMatchObject({ message: 'Not in this test.' });
  expect(asked).toEqual([{ engine: 'transformers', prefer: { backend: other?.plan?.backend } }]);
  await session.dispose();
});
