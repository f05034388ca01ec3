/** A call that the model took back, as the page tells it: the word, the reason, and the call that is made instead. */
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { runTask } from '../../src/agent/run.ts';
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import { emptyTaskView, reduceTask } from '../../src/ui/task-view.ts';
import { expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';
import { model, states } from './ui-fixtures/states.ts';

setStage('Second thought');

const lookUp = defineTool({
  name: 'look_up',
  description: 'Looks a word up.',
  permission: 'read',
  inputSchema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
  execute: () => ({ means: 'a small river' }),
});

function call(word: string): string {
  return JSON.stringify({ name: 'look_up', arguments: { word } });
}

test('a call that the model finds wrong is shown with its reason, and the next one is made', async () => {
  const engine = new ScriptedEngine({
    loaded: true,
    steps: [
      { expect: ['yes or no'], reply: 'no' },
      { expect: ['Try again'], reply: call('brook') },
      { expect: ['Result'], reply: 'A brook is a small river.' },
      { reply: call('book') },
    ],
  });
  let task = emptyTaskView;
  const help = { judge: true };
  for await (const event of runTask('What is a brook?', { engine, model, tools: [lookUp], help }))
    task = reduceTask(task, event);
  engine.assertDone();
  await show({ ...states.answer, task });
  await expect.element(page.getByRole('heading', { name: 'Check the call' })).toBeVisible();
  await expect.element(page.getByText(/the small model said no\. So it tries once more\./)).toBeVisible();
  await expect.element(page.getByText('Not sure')).toBeVisible();
  expect(page.getByRole('heading', { name: 'Choose what to do' }).elements()).toHaveLength(2);
  await expectGoodPage('taken back');
});
