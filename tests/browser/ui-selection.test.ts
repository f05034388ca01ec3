/**
 * The choice of a model as an element, over the lists that the site ships: read and filtered by keyboard, at any width,
 * light and dark.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { selectModels } from '../../src/flywheel/select/select-models.ts';
import type { KnownModels } from '../../src/protocol/known-model.ts';
import type { ModelCatalogue } from '../../src/protocol/model.ts';
import type { SelectionFilters } from '../../src/protocol/selection.ts';
import { defineSelection } from '../../src/ui/define-selection.ts';
import type { SelectionPanel } from '../../src/ui/selection-panel.ts';
import { makeMeasurement } from '../fixtures/measurement.ts';
import { collect, expectGoodPage, setStage } from './ui-fixtures/stage.ts';

setStage('Choose a model');
beforeAll(defineSelection);

async function read<Shape>(name: string): Promise<Shape> {
  return (await (await fetch(`/${name}`)).json()) as Shape;
}

const measurements = [
  makeMeasurement(),
  makeMeasurement({ id: 'measurement-2', exact: 34, seconds: 90 }),
  makeMeasurement({
    id: 'measurement-3',
    exact: 36,
    seconds: 120,
    subject: { modelId: makeMeasurement().subject.modelId, adapter: 'function-caller', grammar: true },
  }),
];

async function show(filters: SelectionFilters = { licence: 'any' }): Promise<SelectionPanel> {
  const { models: catalogue } = await read<ModelCatalogue>('models.json');
  const { models: known } = await read<KnownModels>('known-models.json');
  const selection = selectModels({
    catalogue,
    imported: [],
    known,
    measurements,
    taskId: 'task-1',
    device: {
      webgpu: 'none',
      gpu: '',
      crossOriginIsolated: true,
      memory64: true,
      hardwareConcurrency: 4,
      deviceMemory: 8,
    },
    filters,
  });
  const main = document.createElement('main');
  const heading = document.createElement('h1');
  heading.textContent = document.title;
  const element = document.createElement('slm-selection');
  element.view = {
    selection,
    tasks: [{ id: 'task-1', source: 'rows.jsonl', rows: 40, measured: 2 }],
    taskId: 'task-1',
    filters,
  };
  main.append(heading, element);
  document.body.replaceChildren(main);
  await element.updateComplete;
  return element;
}

describe('the choice of a model', () => {
  test.for([
    [360, 'light'],
    [360, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)('is accessible and does not scroll sideways at %i px, %s', async ([width, scheme]) => {
    await page.viewport(width, 900);
    document.documentElement.style.colorScheme = scheme;
    const element = await show();
    element.style.colorScheme = scheme;
    document.body.style.background = scheme === 'dark' ? '#14161a' : '#f5f5f2';
    document.body.style.color = scheme === 'dark' ? '#eceef2' : '#1a1d23';
    await page.getByText('More', { exact: true }).first().click();
    await expectGoodPage(`${width} ${scheme}`);
    for (const name of ['Model', 'Exact on your rows', 'Licence', 'Why here']) {
      await expect.element(page.getByRole('columnheader', { name })).toBeInTheDocument();
    }
    await expect.element(page.getByRole('table', { name: /13 models|14 models/ })).toBeVisible();
  });

  test('says what was measured, what stands below and why, and what does not run', async () => {
    await show();
    const rows = page.getByRole('row');
    await expect.element(rows.nth(1)).toHaveTextContent(/1\. SmolLM2 135M Instruct.* 85 %.*34 of 40/);
    await expect.element(rows.nth(1)).toHaveTextContent(/cannot be told apart by 40 rows/);
    await expect
      .element(page.getByRole('row', { name: /Hymba/ }))
      .toHaveTextContent(/does not run here.*meta tokens/);
    await expect.element(page.getByRole('row', { name: /Nemotron/ })).toHaveTextContent(/research only/);
  });

  test('sends filters as they are changed, and forgets only after a second word', async () => {
    await show();
    const changes = collect('selection-change');
    const forgotten = collect('selection-forget');
    await page.getByRole('combobox', { name: 'Licence' }).selectOptions('Free use only');
    await page.getByRole('spinbutton', { name: 'Biggest download, MB' }).fill('300');
    await userEvent.keyboard('{Tab}');
    expect(changes.at(-1)).toEqual({
      taskId: 'task-1',
      filters: { licence: 'permissive', mostDownloadBytes: 300e6 },
    });
    await page.getByRole('button', { name: 'Forget this task…' }).click();
    expect(forgotten).toEqual([]);
    await page.getByRole('button', { name: 'Forget it' }).click();
    expect(forgotten).toEqual([{ taskId: 'task-1' }]);
  });

  test('says what the filters left out', async () => {
    await show({ licence: 'permissive', mostDownloadBytes: 300e6 });
    await page.getByText(/left out by the filters/).click();
    await expect
      .element(page.getByText(/Llama 3.2 1B Instruct: Its licence is Llama 3.2 Community/))
      .toBeVisible();
    await expect.element(page.getByText(/Qwen3 1.7B: Its download is 1107 MB/)).toBeVisible();
  });
});
