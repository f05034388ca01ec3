/**
 * How far the model is trusted, as a user sets it, on the real model: switched on by hand, kept over a reload, told in the
 * run's steps, and counted with what the run took.
 */
import { AgentPage, modelMissing } from './agent-page.ts';
import { expect, test } from './test.ts';

test.skip(modelMissing !== false, String(modelMissing));

test('decisions are judged once the user says so, and the run tells why', async ({ page }) => {
  test.setTimeout(900_000);
  const agent = new AgentPage(page);
  await agent.open();
  await agent.loadModel();
  const panel = page.locator('slm-trust-panel');
  const open = () => panel.getByText('Check decisions before they count').click();
  await open();
  await panel.getByRole('checkbox', { name: /Judge every decision/ }).check();
  await panel.getByRole('combobox', { name: 'Ask the model' }).selectOption('3');
  await expect(panel.locator('option[selected]')).toHaveAttribute('value', '3');
  await page.reload();
  await agent.loadModel();
  await open();
  await expect(panel.getByRole('combobox', { name: 'Ask the model' })).toHaveValue('3');

  expect(await agent.run('What is 12.5 * 8?')).toBe('Answer');
  await page.getByText('Why this model').first().click();
  await expect(
    page.getByText(/asked first: smollm2-135m.*Answers asked for: 3. Those that say the same: 3/).first(),
  ).toBeVisible();
  expect(await agent.toolsDone()).toEqual(['calculator']);
});
