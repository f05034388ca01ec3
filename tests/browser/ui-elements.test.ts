/**
 * The elements in a real browser: every state is accessible and fits its width; what the user does comes out as events.
 */
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { emptyTaskView, reduceTask } from '../../src/ui/task-view.ts';
import { collect, expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';
import { model, states, tools } from './ui-fixtures/states.ts';

setStage('Elements');

describe.each(Object.entries(states))('%s', (_name, state) => {
  test.each([360, 1280])('is accessible and does not scroll sideways at %i px', async (width) => {
    await page.viewport(width, 800);
    for (const scheme of ['light', 'dark']) {
      document.documentElement.style.colorScheme = scheme;
      const agent = await show(state);
      agent.style.colorScheme = scheme;
      document.body.style.background = scheme === 'light' ? '#f5f5f2' : '#14161a';
      document.body.style.color = scheme === 'light' ? '#1a1d23' : '#eceef2';
      await expectGoodPage(scheme);
    }
  });
});

describe('goal', () => {
  test('Enter runs it, trimmed; Shift and Enter does not; nothing runs empty', async () => {
    await show(states.empty);
    const goals = collect('goal-submit');
    const box = page.getByLabelText('What should be done?');
    await userEvent.click(box);
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard('  one{Shift>}{Enter}{/Shift}two  ');
    expect(goals).toEqual([]);
    await userEvent.keyboard('{Enter}');
    expect(goals).toEqual([{ goal: 'one\ntwo' }]);
  });

  test('an example fills the box and waits for the user', async () => {
    await show(states.empty);
    const goals = collect('goal-submit');
    await page.getByRole('button', { name: 'What is 12.5 * 8?' }).click();
    await expect
      .element(page.getByLabelText('What should be done?'))
      .toHaveValue('What is 12.5 * 8? Then convert 10 km to miles.');
    expect(goals).toEqual([]);
  });

  test('a running one can be stopped and not submitted', async () => {
    await show(states.running);
    const stops = collect('run-stop');
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(stops).toHaveLength(1);
    expect(page.getByRole('button', { name: 'Run', exact: true }).elements()).toHaveLength(0);
  });

  test('one of 100,000 characters is shown cut', async () => {
    const goal = 'x'.repeat(100_000);
    const task = reduceTask(emptyTaskView, {
      type: 'run-started',
      id: 'e',
      runId: 'r',
      at: 0,
      goal,
      tools,
      model,
      promptVersion: 1,
    });
    const agent = await show({ ...states.answer, task });
    await expect.element(page.getByText('more characters')).toBeVisible();
    expect(agent.scrollHeight).toBeLessThan(5000);
  });
});

/** Id of the element that has the focus, through every shadow root. */
function focused(): string | undefined {
  let element = document.activeElement ?? undefined;
  for (let next = element; next !== undefined; next = next.shadowRoot?.activeElement ?? undefined)
    element = next;
  return element?.id;
}

describe('approval', () => {
  test.each([
    ['Approve', true],
    ['Deny', false],
  ])('%s says so', async (name, approved) => {
    await show(states.approval);
    const decisions = collect('approval-decide');
    await page.getByRole('button', { name }).click();
    expect(decisions).toEqual([{ callId: 'c3', approved }]);
  });

  test('a call can be changed first; what is no JSON object is not sent', async () => {
    await show(states.approval);
    const decisions = collect('approval-decide');
    await page.getByRole('button', { name: 'Change' }).click();
    const box = page.getByLabelText('Arguments, as JSON');
    await expect.element(box).toBeVisible();
    await expect.poll(focused).toBe('arguments');
    await userEvent.fill(box, '{"task": ');
    await page.getByRole('button', { name: 'Approve as changed' }).click();
    await expect.element(page.getByText('This is not a JSON object yet.')).toBeVisible();
    expect(decisions).toEqual([]);
    await expectGoodPage('changing');
    await userEvent.fill(box, '{"task":"call the doctor"}');
    await page.getByRole('button', { name: 'Approve as changed' }).click();
    expect(decisions).toEqual([{ callId: 'c3', approved: true, arguments: { task: 'call the doctor' } }]);
  });

  test('whoever is asked is told why, where it is more than that the tool writes', async () => {
    await show(states.warned);
    const card = page.getByRole('alertdialog');
    await expect.element(card).toHaveAccessibleDescription(/Text from fetch_page was read before/);
  });

  test('a stored run asks nothing', async () => {
    await show({ ...states.approval, liveRunId: '' });
    expect(page.getByRole('button', { name: 'Approve' }).elements()).toHaveLength(0);
  });
});

describe('feedback', () => {
  test('a thumb names the run', async () => {
    await show(states.refusal);
    const given = collect('feedback-give');
    await page.getByRole('button', { name: '👎 No' }).click();
    expect(given).toEqual([{ runId: 'run-1', verdict: 'bad' }]);
  });

  test('a corrected call is sent only when it can be read', async () => {
    await show(states.answer);
    const given = collect('feedback-give');
    await page.getByText('Correct a call').click();
    const box = page.getByLabelText('Calls it should have made').first();
    await box.fill('[{"name":"calculator","arguments":');
    await page.getByRole('button', { name: 'Save correction' }).first().click();
    await expect.element(page.getByText('This is not JSON yet')).toBeVisible();
    expect(given).toEqual([]);
    await box.fill('[{"name":"calculator","arguments":{"expression":"8 * 12.5"}}]');
    await page.getByRole('button', { name: 'Save correction' }).first().click();
    expect(given).toEqual([
      {
        runId: 'run-1',
        verdict: 'bad',
        correction: {
          stepId: 's1',
          calls: [{ name: 'calculator', arguments: { expression: '8 * 12.5' } }],
        },
      },
    ]);
  });
});

describe('log', () => {
  test('exports by name, opens a run, and clears only when asked twice', async () => {
    await show(states.answer);
    const [exports, opened, cleared] = [collect('log-export'), collect('run-open'), collect('log-clear')];
    await page.getByRole('button', { name: 'OpenAI' }).click();
    await page.getByRole('button', { name: 'What day is it in 3 weeks?' }).click();
    await page.getByRole('button', { name: 'Clear log…' }).click();
    expect(cleared).toEqual([]);
    await page.getByRole('button', { name: 'Delete all' }).click();
    expect([exports, opened, cleared.length]).toEqual([[{ format: 'openai' }], [{ runId: 'run-0' }], 1]);
  });
});

describe('model', () => {
  test('a download shows what has come and how fast, and can be cancelled', async () => {
    await show(states.loading);
    const cancelled = collect('model-cancel');
    await expect.element(page.getByText('41.2 MB of 98.4 MB, 8.4 MB/s')).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(cancelled).toHaveLength(1);
  });
});

test('an element says that it wants a session when it enters the page', async () => {
  const connected = collect('agent-connect');
  await show(states.empty);
  expect(connected).toHaveLength(1);
});
