/**
 * The main job with the real model: two tools in one goal, a log that lasts and comes out as training data,
 * and all of it again without a network.
 */
import { AgentPage, modelMissing, withoutFilePicker } from './agent-page.ts';
import { expectGoodOnNarrowScreens } from './good-page.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

const goal = 'What is 12.5 * 8? Then convert 10 km to miles.';

test.skip(modelMissing !== false, String(modelMissing));

test('runs a goal that needs two tools, keeps the log, exports it, and does so offline', async ({
  page,
  context,
}) => {
  test.setTimeout(1_200_000);
  const watched = watchPage(page);
  await withoutFilePicker(page);
  const agent = new AgentPage(page);

  await test.step('loads the model and runs', async () => {
    await agent.open();
    await agent.loadModel();
    expect(await agent.run(goal)).toBe('Answer');
    expect(await agent.toolsDone()).toEqual(['calculator', 'convert_unit']);
    await expect(page.locator('[part=answer]')).toContainText('100');
    // With the adapter that comes along; the base model asks for other units.
    await expect(page.locator('[part=answer]')).toContainText('6.21');
  });

  await test.step('the answer is good to look at', async () => {
    await expectGoodOnNarrowScreens(page);
  });

  await test.step('the log is there after a reload', async () => {
    await agent.waitForOffline();
    await page.reload();
    await page
      .locator('slm-log-panel')
      .getByRole('button', { name: new RegExp('^What is 12\\.5') })
      .click();
    await expect(page.getByRole('heading', { name: 'Answer', exact: true })).toBeVisible();
    expect(await agent.toolsDone()).toEqual(['calculator', 'convert_unit']);
  });

  await test.step('every format exports, and every line parses', async () => {
    for (const format of ['TRL', 'OpenAI', 'Rendered'] as const) {
      const rows = await agent.exportLog(format);
      expect(rows.length, format).toBeGreaterThanOrEqual(2);
      expect(JSON.stringify(rows), format).toContain('convert_unit');
    }
  });

  await test.step('the same without a network', async () => {
    await context.setOffline(true);
    await page.reload();
    expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
    await agent.loadModel();
    expect(await agent.run(goal)).toBe('Answer');
    expect(await agent.toolsDone()).toEqual(['calculator', 'convert_unit']);
    await expectGoodOnNarrowScreens(page);
    await context.setOffline(false);
  });

  expect(watched.troubles).toEqual([]);
});
