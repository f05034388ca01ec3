/**
 * Workflows with the real model: code that decides, five and more model steps, an agent in a workflow in an agent, and a page
 * that goes away in the middle without anything being done twice.
 */
import type { Page } from '@playwright/test';
import type * as Api from '../../src/index.ts';
import type { TaskEvent } from '../../src/index.ts';
import { modelMissing } from './agent-page.ts';
import { countKept } from './count-kept.ts';
import { expectGoodOnNarrowScreens } from './good-page.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

test.skip(modelMissing !== false, String(modelMissing));

/** A model that loads and several model steps, on a busy machine. Milliseconds. */
const longest = 400_000;

async function open(page: Page): Promise<void> {
  await page.goto('demos/workflows/');
  await expect(page.getByRole('button', { name: 'Run the workflow' })).toBeVisible();
}

/** Comes back to a page that was left in the middle of a run, and goes on with it. */
async function comeBack(page: Page, name: RegExp): Promise<void> {
  await page.reload();
  await page.locator('slm-log-panel').getByRole('button', { name }).first().click();
  await expect(page.getByText('This run was cut off')).toBeVisible();
  await page.getByRole('button', { name: 'Go on with it' }).click();
}

test('a workflow of five model steps goes on after two reloads, and writes once', async ({ page }) => {
  test.setTimeout(1_800_000);
  const watched = watchPage(page);
  await open(page);
  await page.getByRole('button', { name: 'Run the workflow' }).click();

  await test.step('left while the model works', async () => {
    await expect(page.locator('slm-step-item').first()).toBeVisible({ timeout: longest });
    await comeBack(page, /^Sort a mail/);
  });

  await test.step('left once the write is done', async () => {
    await expect(page.getByRole('heading', { name: 'Allow todo_add?' })).toBeVisible({ timeout: longest });
    expect(await countKept(page, 'todos')).toBe(0);
    await expectGoodOnNarrowScreens(page, 'it asks');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByRole('button', { name: 'Drop it' })).toBeVisible({ timeout: longest });
    expect(await countKept(page, 'todos')).toBe(1);
    await comeBack(page, /^Sort a mail/);
  });

  await test.step('it ends, and nothing was asked or done again', async () => {
    await expect(page.getByRole('button', { name: 'Drop it' })).toBeVisible({ timeout: longest });
    await expect(page.getByRole('heading', { name: /^Allow / })).toHaveCount(0);
    await page.getByRole('button', { name: 'Drop it' }).click();
    await expect(page.getByRole('heading', { name: 'Answer', exact: true })).toBeVisible({
      timeout: longest,
    });
    await expectGoodOnNarrowScreens(page, 'it is done');
    expect(await countKept(page, 'todos')).toBe(1);
    expect(await countKept(page, 'notes')).toBe(0);
    // Each finished step stands there once, with the try that was cut off at most.
    const steps = await page.locator('slm-step-item').count();
    expect(steps).toBeGreaterThanOrEqual(5);
  });
  expect(watched.troubles).toEqual([]);
});

test('an agent in a workflow in an agent: three levels, one run, one write', async ({ page, baseURL }) => {
  test.setTimeout(1_800_000);
  const watched = watchPage(page);
  await open(page);
  const told = await page.evaluate(runThreeLevels, new URL('assets/smallworks.js', baseURL).href);

  expect(told.outcome).toBe('answered');
  expect(told.kept).toEqual([told.written]);
  // The agent calls the workflow, whose agent calls the tool: each call stands below the one before it.
  expect(told.calls).toEqual(['keep_note', 'save_note']);
  expect(told.spans).toEqual([{ kind: 'agent', isOfCall: true }]);
  expect(told.plans).toEqual(['run', 'agent']);
  expect(told.runs).toBe(1);
  expect(watched.troubles).toEqual([]);
});

/** Runs in the page, on what a page of anybody's has: the public script and the model of the site. */
async function runThreeLevels(script: string) {
  const { createSession, defineTool, defineWorkflow } = (await import(script)) as typeof Api;
  const kept: string[] = [];
  const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } as const;
  const saveNote = defineTool({
    name: 'save_note',
    description: 'Saves a note.',
    permission: 'write',
    inputSchema: text,
    examples: [{ request: 'Save the note buy tea', arguments: { text: 'buy tea' } }],
    execute: (input) => {
      kept.push(JSON.stringify(input));
      return { saved: input['text'] };
    },
  });
  const keepNote = defineWorkflow(
    {
      name: 'keep_note',
      description: 'Keeps a note for the user.',
      inputSchema: text,
      examples: [{ request: 'Keep this note: call Tom', arguments: { text: 'call Tom' } }],
    },
    async ({ input, agent }) => {
      const { text: said } = await agent({ goal: `Save the note ${input.text}`, tools: ['save_note'] });
      return { said };
    },
  );
  const session = createSession({ tools: [saveNote], workflows: [keepNote], journalName: 'three-levels' });
  const events: TaskEvent[] = [];
  const outcome = await session.run('Keep this note: water the plants', {
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'approval-requested') session.decide(event.callId, true);
    },
  });
  await session.dispose();
  const calls = events.filter((event) => event.type === 'tool-called');
  return {
    outcome: outcome.type,
    kept,
    written: JSON.stringify(calls.at(-1)?.call.arguments),
    calls: calls.map(({ call }) => call.name),
    spans: events
      .filter((event) => event.type === 'span-started')
      .map(({ kind, parentId }) => ({ kind, isOfCall: parentId === calls[0]?.callId })),
    plans: events
      .filter((event) => event.type === 'plan-made')
      .map(({ spanId }) => (spanId === undefined ? 'run' : 'agent')),
    runs: new Set(events.map(({ runId }) => runId)).size,
  };
}
