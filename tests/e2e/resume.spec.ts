/**
 * A goal with the real model, on a page that goes away in the middle: the run goes on, what was finished is not done again, and
 * a write happens once. Workflows have the same in workflows.spec.ts.
 */
import { AgentPage, modelMissing } from './agent-page.ts';
import { countKept } from './count-kept.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

test.skip(modelMissing !== false, String(modelMissing));

/** A model that loads and several model steps, on a busy machine. Milliseconds. */
const longest = 400_000;

test('a goal goes on after a reload, and writes once', async ({ page }) => {
  test.setTimeout(1_200_000);
  const watched = watchPage(page);
  const agent = new AgentPage(page);
  await agent.open();
  await agent.submit('What is 12.5 * 8? Then add a todo: call the dentist tomorrow.');
  const question = page.getByRole('heading', { name: 'Allow todo_add?' });

  await test.step('left while it asks', async () => {
    await expect(question).toBeVisible({ timeout: longest });
    await page.reload();
    await page
      .locator('slm-log-panel')
      .getByRole('button', { name: /^What is 12\.5/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Go on with it' }).click();
  });

  await test.step('it asks again, for nothing was written', async () => {
    await expect(question).toBeVisible({ timeout: longest });
    expect(await countKept(page, 'todos')).toBe(0);
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByRole('heading', { name: 'Answer', exact: true })).toBeVisible({
      timeout: longest,
    });
  });

  await test.step('each call stands there once', async () => {
    expect(await agent.toolsDone()).toEqual(['calculator', 'todo_add']);
    expect(await countKept(page, 'todos')).toBe(1);
    await expect(page.locator('[part=answer]')).toContainText('100');
  });
  expect(watched.troubles).toEqual([]);
});
