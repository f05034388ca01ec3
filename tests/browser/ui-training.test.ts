/** The page of training as an element: every stage is designed, told to a screen reader, and fits any width. */
import { beforeAll, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { defineTraining } from '../../src/ui/train/define-training.ts';
import type { TrainingPanel } from '../../src/ui/train/training-panel.ts';
import { emptyTrainingView } from '../../src/ui/train/training-view.ts';
import type { TrainingView } from '../../src/ui/train/training-view.ts';
import { collect, expectGoodPage, setStage } from './ui-fixtures/stage.ts';

setStage('Train an adapter');
beforeAll(defineTraining);

const source = { name: 'teaching.jsonl', rows: 300 };
const losses = [3.9, 2.5, 1.75, 1.2, 0.9];
const stages: readonly (readonly [name: string, view: TrainingView])[] = [
  ['no rows', emptyTrainingView],
  ['no rows in the file', { ...emptyTrainingView, trouble: 'rows.txt has no rows to train on.' }],
  ['rows', { ...emptyTrainingView, stage: 'ready', source }],
  ['loading', { ...emptyTrainingView, stage: 'loading', source, steps: 200, loaded: 0.4 }],
  [
    'training',
    { ...emptyTrainingView, stage: 'training', source, steps: 200, losses, secondsLeft: 700, leftOut: 3 },
  ],
  [
    'training, nothing kept',
    { ...emptyTrainingView, stage: 'training', source, steps: 200, losses, isKept: false },
  ],
  [
    'training, tried',
    {
      ...emptyTrainingView,
      stage: 'training',
      source: { ...source, trialRows: 34 },
      steps: 200,
      losses,
      trials: [
        { step: 2, n: 34, exact: 3, interval: { low: 0.03, high: 0.23 } },
        { step: 4, n: 34, exact: 21, interval: { low: 0.45, high: 0.76 } },
      ],
    },
  ],
  ['waiting', { ...emptyTrainingView, stage: 'waiting', source, steps: 200, losses }],
  ['paused', { ...emptyTrainingView, stage: 'paused', source, steps: 200, losses }],
  ['done', { ...emptyTrainingView, stage: 'done', source, steps: 5, losses }],
  [
    'done, measured',
    {
      ...emptyTrainingView,
      stage: 'done',
      source,
      steps: 5,
      losses,
      remembered: { share: 0.32, byChance: 0.21 },
    },
  ],
  [
    'done, with the best of what was tried',
    {
      ...emptyTrainingView,
      stage: 'done',
      source: { ...source, trialRows: 34 },
      steps: 5,
      losses,
      madeBy: 2,
      trials: [
        { step: 2, n: 34, exact: 21, interval: { low: 0.45, high: 0.76 } },
        { step: 4, n: 34, exact: 20, interval: { low: 0.42, high: 0.73 } },
      ],
    },
  ],
  ['on the shelf', { ...emptyTrainingView, stage: 'done', source, steps: 5, losses, shelved: true }],
];

async function show(view: TrainingView): Promise<TrainingPanel> {
  const main = document.createElement('main');
  const heading = document.createElement('h1');
  heading.textContent = document.title;
  const element = document.createElement('slm-training');
  element.view = view;
  main.append(heading, element);
  document.body.replaceChildren(main);
  await element.updateComplete;
  return element;
}

describe('every stage', () => {
  test.for(stages)('%s', async ([name, view]) => {
    await show(view);
    for (const scheme of ['light', 'dark']) {
      document.documentElement.style.colorScheme = scheme;
      for (const width of [320, 1280]) {
        await page.viewport(width, 800);
        await expectGoodPage(`${name}, ${scheme}, ${String(width)} px:`);
      }
    }
    document.documentElement.style.colorScheme = '';
  });
});

describe('what is said and done', () => {
  test('the curve and the time are told', async () => {
    await show({ ...emptyTrainingView, stage: 'training', source, steps: 200, losses, secondsLeft: 700 });
    await expect.element(page.getByRole('img', { name: 'Loss of 5 steps, from 3.90 to 0.90' })).toBeVisible();
    await expect.element(page.getByText('Step 5 of 200, about 11 min 40 s left')).toBeVisible();
  });

  test('the settings are sent by keyboard', async () => {
    const started = collect('training-start');
    await show({ ...emptyTrainingView, stage: 'ready', source });
    await page.getByLabelText('Layers that are trained').selectOptions('all');
    await page.getByLabelText('Steps').fill('40');
    await userEvent.keyboard('{Enter}');
    await page.getByLabelText('Only while plugged in').click();
    await page.getByRole('button', { name: 'Train' }).click();
    expect(started).toEqual([
      { layers: 'all', steps: 40, onMains: false },
      { layers: 'all', steps: 40, onMains: true },
    ]);
  });

  test('it is paused, and what is made is put away', async () => {
    const [paused, shelved, saved] = (['training-pause', 'training-shelve', 'training-save'] as const).map(
      collect,
    );
    await show({ ...emptyTrainingView, stage: 'training', source, steps: 200, losses });
    await page.getByRole('button', { name: 'Pause' }).click();
    await show({ ...emptyTrainingView, stage: 'done', source, steps: 5, losses });
    await page.getByRole('button', { name: 'Put it on the shelf' }).click();
    await page.getByRole('button', { name: 'Save the file' }).click();
    expect([paused, shelved, saved].map((seen) => seen!.length)).toEqual([1, 1, 1]);
  });
});
