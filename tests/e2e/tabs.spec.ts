/**
 * Five tabs of the site, one copy of the weights; the tab that holds it is closed while another's run goes on.
 */
import type { BrowserContext } from '@playwright/test';
import { AgentPage, modelMissing } from './agent-page.ts';
import { expect, test } from './test.ts';

const goal = 'What is 12.5 * 8? Then convert 10 km to miles.';

test.skip(modelMissing !== false, String(modelMissing));

/** Workers of all tabs that may hold a model. Threads of the engine itself have other scripts. */
function engineWorkers(context: BrowserContext): string[] {
  return context.pages().flatMap((page) =>
    page
      .workers()
      .map((worker) => worker.url())
      .filter((url) => /engine\.worker/.test(url)),
  );
}

test('five tabs share one model, and a run goes on when its owner is closed', async ({ context }) => {
  const pages: AgentPage[] = [];
  while (pages.length < 5) {
    const agent = new AgentPage(await context.newPage());
    await agent.open();
    pages.push(agent);
  }
  const [owner, , third] = pages;
  // The first to load owns the worker.
  await owner!.loadModel();
  await Promise.all(pages.slice(1).map((agent) => agent.loadModel()));
  expect(engineWorkers(context)).toHaveLength(1);
  expect(owner!.page.workers().some((worker) => /engine\.worker/.test(worker.url()))).toBe(true);

  await third!.submit(goal);
  // A call stands on the screen, so the model has spoken; the run has more to do.
  await expect(third!.page.locator('slm-step-item').first()).toBeVisible({ timeout: 120_000 });
  await expect(third!.page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  await owner!.page.close({ runBeforeUnload: false });

  await expect(third!.page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({
    timeout: 170_000,
  });
  const heading = third!.page.getByRole('heading', { name: /^(Answer|Could not be done as asked)$/ });
  await expect(heading).toBeVisible();
  await expect(third!.page.getByText('worker-died')).toHaveCount(0);
  await expect.poll(() => engineWorkers(context).length).toBe(1);
});

test('without a SharedWorker the service worker brings tabs together', async ({ context }) => {
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'SharedWorker');
  });
  const pages: AgentPage[] = [];
  while (pages.length < 2) {
    const agent = new AgentPage(await context.newPage());
    await agent.open();
    await agent.waitForOffline();
    pages.push(agent);
  }
  for (const agent of pages) await agent.loadModel();
  expect(engineWorkers(context)).toHaveLength(1);
  await pages[0]!.page.close({ runBeforeUnload: false });
  expect(await pages[1]!.run('What is 2 + 3?')).toBe('Answer');
});
