/** The ways to run a model: judged when asked, shown with their reasons, one taken. The element, then the real judge. */
import axe from 'axe-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { createSession } from '../../src/app/session.ts';
import type { RankedChoice } from '../../src/protocol/engine.ts';
import { defineElements } from '../../src/ui/define-elements.ts';
import { newId } from '../../src/protocol/id.ts';

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

beforeAll(() => {
  document.documentElement.lang = 'en';
  document.title = 'Ways to run a model';
  defineElements();
});

afterEach(() => document.body.replaceChildren());

test.for([360, 1280])('shows what can be taken and what not, and why, at %i px', async (width) => {
  await page.viewport(width, 800);
  const main = document.createElement('main');
  const heading = document.createElement('h1');
  heading.textContent = 'Ways to run a model';
  const agent = document.createElement('slm-agent');
  main.append(heading, agent);
  document.body.replaceChildren(main);
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
  const { violations } = await axe.run(document);
  expect(violations.map(({ id, nodes }) => `${id}: ${String(nodes[0]?.html)}`)).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(window.innerWidth);
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
