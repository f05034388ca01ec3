/**
 * The page stays free while the model works: generation makes no task of the main thread longer than 50 ms,
 * which is what the browser itself calls long.
 */
import { AgentPage, modelMissing } from './agent-page.ts';
import { expect, test } from './test.ts';

test.skip(modelMissing !== false, String(modelMissing));

/** Long tasks seen so far, with the observer's own proof that it works. */
interface LongTasks {
  readonly durations: number[];
}

test('generation makes no long task on the main thread', async ({ page }) => {
  const agent = new AgentPage(page);
  await agent.open();
  await agent.loadModel();
  // Warm: the tools' libraries, which a first use compiles, are not generation.
  await agent.run('What is 2 + 3? Then convert 5 km to miles.');
  await page.evaluate(() => {
    const seen: LongTasks = { durations: [] };
    Reflect.set(globalThis, 'longTasks', seen);
    new PerformanceObserver((list) => {
      seen.durations.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask' });
  });
  await agent.run('What is 12.5 * 8? Then convert 10 km to miles.');
  const during = await page.evaluate(() => [
    ...(Reflect.get(globalThis, 'longTasks') as LongTasks).durations,
  ]);
  expect(during).toEqual([]);
  // The observer is alive: a task that is long on purpose is seen. It has to be a task of the page's own.
  const proof = await page.evaluate(async () => {
    setTimeout(() => {
      const end = performance.now() + 120;
      while (performance.now() < end);
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return (Reflect.get(globalThis, 'longTasks') as LongTasks).durations.length;
  });
  expect(proof).toBeGreaterThan(0);
});
