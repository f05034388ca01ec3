/**
 * Every page that does something, in every state that it can be in without a model: with a network and without, light and dark,
 * at 360 px. What a model's answer brings about is looked at where a test has one (demos, workflows, lab, train, dataset).
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { AgentPage } from './agent-page.ts';
import { expectGoodOnNarrowScreens } from './good-page.ts';
import { statefulPages } from './page-states.ts';
import type { StatefulPage } from './page-states.ts';
import { expect, test } from './test.ts';
import { watchPage } from './watch-page.ts';

const demos = join(import.meta.dirname, '../../demos');

/** Walks one page. What its broken states write on the console belongs to them. */
async function walk(page: Page, { name, ready, states, broken }: StatefulPage): Promise<void> {
  const title = name === '' ? 'home' : name;
  const watched = watchPage(page);
  await page.goto(name === '' ? 'index.html' : `demos/${name}/index.html`);
  await expect(ready(page).first()).toBeVisible();
  await expectGoodOnNarrowScreens(page, `${title}, empty`);
  for (const state of states) {
    await state.enter(page);
    await expectGoodOnNarrowScreens(page, `${title}, ${state.name}`);
  }
  expect(watched.troubles, title).toEqual([]);
  for (const state of broken) {
    await state.enter(page);
    await expectGoodOnNarrowScreens(page, `${title}, ${state.name}`);
  }
}

test('no demo is left out', () => {
  const folders = readdirSync(demos).filter((name) => existsSync(join(demos, name, 'index.html')));
  const walked = statefulPages.map(({ name }) => name).filter((name) => name !== '');
  expect(walked.toSorted()).toEqual(folders.toSorted());
});

test.describe('with a network', () => {
  // Requests that a service worker makes cannot be answered from here.
  test.use({ serviceWorkers: 'block', viewport: { width: 360, height: 800 } });

  for (const place of statefulPages) {
    test(`${place.name === '' ? 'home' : place.name} is good in every state`, async ({ page, context }) => {
      await context.route('**/models/**', (route) => route.fulfill({ status: 404, body: '' }));
      await walk(page, place);
    });
  }
});

test.describe('without a network', () => {
  test.use({ viewport: { width: 360, height: 800 } });

  test('every page is good in every state', async ({ page, context }) => {
    test.setTimeout(1_200_000);
    const home = new AgentPage(page);
    await home.open();
    await home.waitForOffline();
    await context.setOffline(true);
    for (const place of statefulPages) {
      await test.step(place.name === '' ? 'home' : place.name, async () => {
        // A page of its own for each: the errors of one's broken states are not the next one's.
        const own = await context.newPage();
        await walk(own, place);
        await own.close();
      });
    }
  });
});
