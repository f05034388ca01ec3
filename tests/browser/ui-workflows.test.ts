/**
 * Workflows on the page, in a real browser: forms and questions as a person meets them, and a run that was cut off, which
 * goes on from a sealed and masked log with the words as they were.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { runWorkflow } from '../../src/agent/workflow/run-workflow.ts';
import { defineWorkflow } from '../../src/agent/workflow/workflow.ts';
import { attachAgent } from '../../src/app/attach-agent.ts';
import { Recorder } from '../../src/app/recorder.ts';
import { createSession } from '../../src/app/session.ts';
import type { Session } from '../../src/app/session.ts';
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import { openJournal } from '../../src/log/journal.ts';
import type { TaskEventType } from '../../src/protocol/task-event.ts';
import type { Id } from '../../src/protocol/id.ts';
import { newId } from '../../src/protocol/id.ts';
import type { TaskView } from '../../src/ui/task-view.ts';
import type { WorkflowView } from '../../src/ui/workflow-view.ts';
import { call, memoryTool, model } from '../unit/agent/agent-fixtures.ts';
import { collect, expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';

setStage('Workflows');

const workflows: readonly WorkflowView[] = [
  {
    name: 'book',
    title: 'Book a room',
    description: 'Books a room for somebody.',
    inputSchema: {
      type: 'object',
      properties: {
        guest: { type: 'string', maxLength: 40, default: 'Ann' },
        message: { type: 'string', description: 'What the guest wrote.' },
        nights: { type: 'integer', title: 'How many nights' },
        room: { enum: ['single', 'double'], default: 'double' },
        breakfast: { type: 'boolean' },
      },
      required: ['guest', 'nights'],
    },
  },
  { name: 'other', title: 'Another one', description: 'Does nothing.', inputSchema: { type: 'object' } },
];

const cutOff: TaskView = {
  runId: 'run-1',
  goal: 'Keep it',
  startedAt: 0,
  tools: [],
  steps: [],
  subtasks: [
    {
      id: 'a',
      text: 'Which label fits',
      depth: 0,
      kind: 'classify',
      after: [],
      started: true,
      items: [],
      outcome: { type: 'done', text: 'bill' },
    },
    { id: 'b', text: 'An agent below', depth: 1, kind: 'agent', after: [], started: true, items: [] },
    {
      id: 'c',
      text: 'Keep the draft?',
      depth: 0,
      kind: 'human',
      choices: ['Yes', 'No'],
      after: [],
      started: true,
      items: [],
    },
  ],
};

describe('on the screen', () => {
  test.for([320, 1280])(
    'forms, questions and runs that were cut off are accessible at %i px',
    async (width) => {
      await page.viewport(width, 900);
      await show({ workflows });
      await expect.element(page.getByRole('button', { name: 'Run the workflow' })).toBeVisible();
      await expectGoodPage('form');
      await show({ task: cutOff });
      await expect.element(page.getByRole('button', { name: 'Go on with it' })).toBeVisible();
      await expect.element(page.getByText('The model chooses a label')).toBeVisible();
      await expectGoodPage('cut off');
      await show({ task: cutOff, running: true, liveRunId: 'run-1' });
      await expect.element(page.getByRole('alertdialog', { name: 'Keep the draft?' })).toBeVisible();
      await expectGoodPage('question');
    },
  );

  test('a form gives the values that its schema names, and leaves out what is empty', async () => {
    await show({ workflows });
    const asked = collect('workflow-run');
    const run = page.getByRole('button', { name: 'Run the workflow' });
    await run.click();
    // The browser asks for what is missing.
    expect(asked).toEqual([]);
    await page.getByLabelText('How many nights').fill('3');
    await page.getByLabelText('breakfast').click();
    await page.getByLabelText('room').selectOptions('single');
    await run.click();
    expect(asked).toEqual([
      { name: 'book', input: { guest: 'Ann', nights: 3, room: 'single', breakfast: true } },
    ]);
    await page.getByLabelText('Which one').selectOptions('Another one');
    await run.click();
    expect(asked[1]).toEqual({ name: 'other', input: {} });
  });

  test('a question is answered by a button or in words, also by the keyboard', async () => {
    const answers = collect('question-answer');
    await show({ task: cutOff, running: true, liveRunId: 'run-1' });
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    const open = cutOff.subtasks.map((part) =>
      part.id === 'c' ? { ...part, choices: 'any' as const } : part,
    );
    await show({ task: { ...cutOff, subtasks: open }, running: true, liveRunId: 'run-1' });
    await page.getByRole('textbox', { name: 'Keep the draft?' }).fill('  later ');
    await userEvent.keyboard('{Enter}');
    expect(answers).toEqual([
      { spanId: 'c', answer: 'Yes' },
      { spanId: 'c', answer: 'later' },
    ]);
  });

  test('while a run goes on, no other can be begun', async () => {
    await show({ workflows, running: true, liveRunId: 'run-2', task: cutOff });
    await expect.element(page.getByRole('button', { name: 'Run the workflow' })).toBeDisabled();
    await expect.element(page.getByRole('button', { name: 'Go on with it' })).toBeDisabled();
  });
});

describe('a run that was cut off', () => {
  const mail = 'Write to Maria Lopez, maria.lopez@example.org, phone +49 30 901820, about the rent.';
  const keep = defineWorkflow(
    {
      name: 'keep_mail',
      title: 'Keep a mail',
      description: 'Keeps who wrote a mail.',
      inputSchema: { type: 'object', properties: { mail: { type: 'string' } }, required: ['mail'] },
    },
    async ({ input, extract, tool, human }) => {
      const { address } = await extract({
        text: input.mail,
        schema: { type: 'object', properties: { address: { type: 'string' } }, required: ['address'] },
      });
      await tool({ name: 'remember', arguments: { text: `first ${address}` } });
      const word = await human({ question: `Keep ${address}?`, choices: ['Yes', 'No'] });
      await tool({ name: 'remember', arguments: { text: `${word} ${address}` } });
      return { address };
    },
  );
  const steps = [{ reply: call('extract', { address: 'maria.lopez@example.org' }) }];

  const open: Session[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((session) => session.dispose()));
  });

  /** A log as a page leaves it that goes away at an event of this type. */
  async function leave(journalName: string, kept: string[], until: TaskEventType): Promise<Id> {
    const journal = await openJournal({ name: journalName });
    const recorder = new Recorder({ journal });
    let runId = '';
    const events = runWorkflow(
      keep,
      { mail },
      {
        engine: new ScriptedEngine({ steps, loaded: true }),
        model,
        tools: [memoryTool(kept), keep.tool],
        approve: () => Promise.resolve(true),
        askHuman: () => new Promise(() => undefined),
      },
    );
    for await (const event of events) {
      await recorder.record(event);
      runId = event.runId;
      if (event.type === until) break;
    }
    recorder.dispose();
    journal.close();
    return runId;
  }

  async function comeBack(journalName: string, kept: string[], runId: Id): Promise<Session> {
    const session = createSession({
      journalName,
      tools: [memoryTool(kept)],
      workflows: [keep],
      createEngine: () => new ScriptedEngine({ steps: [] }),
    });
    open.push(session);
    attachAgent(await show({}), session);
    await session.openRun(runId);
    return session;
  }

  test('goes on with the words as they were, and repeats no write', { timeout: 60_000 }, async () => {
    const journalName = newId();
    const kept: string[] = [];
    const runId = await leave(journalName, kept, 'tool-returned');
    expect(kept).toEqual(['first maria.lopez@example.org']);
    // What is kept for others was masked; what goes on is not.
    const journal = await openJournal({ name: journalName });
    expect(JSON.stringify((await journal.episode(runId)).events)).not.toContain('maria.lopez@example.org');
    journal.close();

    await comeBack(journalName, kept, runId);
    await page.getByRole('button', { name: 'Go on with it' }).click();
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect.element(page.getByRole('heading', { name: 'Answer', exact: true })).toBeVisible();
    expect(kept).toEqual(['first maria.lopez@example.org', 'Yes maria.lopez@example.org']);
  });

  test('asks about a write that may have been done, and a no leaves it', { timeout: 60_000 }, async () => {
    const journalName = newId();
    const kept: string[] = [];
    const runId = await leave(journalName, kept, 'tool-called');
    await comeBack(journalName, kept, runId);
    await page.getByRole('button', { name: 'Go on with it' }).click();
    await expect.element(page.getByText(/begun before the run was cut off/)).toBeVisible();
    await page.getByRole('button', { name: 'Deny' }).click();
    await expect.element(page.getByRole('heading', { name: 'The run failed' })).toBeVisible();
    expect(kept).toEqual([]);
  });

  test('does not go on while another page runs it', { timeout: 60_000 }, async () => {
    const journalName = newId();
    const kept: string[] = [];
    const runId = await leave(journalName, kept, 'tool-returned');
    await navigator.locks.request(`smallworks-run-${runId}`, async () => {
      const session = await comeBack(journalName, kept, runId);
      await page.getByRole('button', { name: 'Go on with it' }).click();
      await expect.element(page.getByText('It goes on in another tab.')).toBeVisible();
      expect(session.state.running).toBe(false);
    });
  });
});
