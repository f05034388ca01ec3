/**
 * Bad luck and bad input on the page: it says what, why and what to do, and the log keeps what it had acknowledged.
 */
import { AgentPage, modelMissing } from './agent-page.ts';
import { expect, test } from './test.ts';

test('a model file that is not there is named, and can be tried again', async ({ page, context }) => {
  await context.route('**/models/*.gguf', (route) => route.fulfill({ status: 404, body: 'no' }));
  const agent = new AgentPage(page);
  await agent.open();
  await page.getByRole('button', { name: 'Load model' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(page.getByText('model-unavailable')).toBeVisible();
  await expect(page.getByText('What to do:')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
});

test('a catalogue that is not one is named', async ({ page, context }) => {
  await context.route('**/models.json', (route) =>
    route.fulfill({ contentType: 'application/json', body: '[]' }),
  );
  await new AgentPage(page).open();
  await expect(page.getByText('The model catalogue could not be read.')).toBeVisible();
});

test('a browser without WebAssembly is told so and offered no run', async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'WebAssembly');
  });
  await new AgentPage(page).open();
  await expect(page.getByRole('heading', { name: 'This browser cannot run a model here' })).toBeVisible();
  await page.getByLabel('What should be done?').fill('What is 2 + 3?');
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
});

test.describe('with the model', () => {
  test.skip(modelMissing !== false, String(modelMissing));

  test('a goal of 100,000 characters is refused by name, and the page goes on', async ({ page }) => {
    const agent = new AgentPage(page);
    await agent.open();
    await agent.loadModel();
    await agent.submit('word '.repeat(20_000));
    await expect(page.getByText('goal-invalid').first()).toBeVisible();
    await expect(page.getByText('What to do:').first()).toBeVisible();
    expect(await agent.run('What is 2 + 3?')).toBe('Answer');
  });

  test('a run stops when told to, and says so', async ({ page }) => {
    const agent = new AgentPage(page);
    await agent.open();
    await agent.loadModel();
    await agent.submit('What is 12.5 * 8? Then convert 10 km to miles.');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
    expect(await agent.run('What is 2 + 3?')).toBe('Answer');
  });

  test('a tab closed in mid-run leaves its acknowledged steps in the log', async ({ context }) => {
    const first = new AgentPage(await context.newPage());
    await first.open();
    await first.loadModel();
    await first.submit('What is 12.5 * 8? Then convert 10 km to miles.');
    // On the screen is what is on disk: events are shown after they are written.
    await expect(first.page.locator('slm-call-item').first()).toBeVisible({ timeout: 300_000 });
    const name = await first.page.locator('slm-call-item').first().getByRole('heading').innerText();
    await first.page.close({ runBeforeUnload: false });

    const second = new AgentPage(await context.newPage());
    await second.open();
    await second.page.getByRole('button', { name: /What is 12\.5.*(cut off|answered)/ }).click();
    await expect(second.page.locator('slm-call-item').first()).toContainText(name);
    await expect(second.page.getByText('Cut off', { exact: true }).first()).toBeVisible();
  });
});
