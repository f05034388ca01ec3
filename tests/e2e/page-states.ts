/**
 * The states that each page of the site can be in without a model: empty, filled, everything unfolded, a window over the page,
 * told what is wrong, and left without its model's files. Knows the pages by their labels; judges nothing.
 */
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';
import { toFragment } from '../../demos/bench/bench-report.ts';
import { callLog } from './call-log.ts';
import { browse } from './log-page.ts';

/** A state, and how a page comes there from the one before it. */
interface PageState {
  readonly name: string;
  readonly enter: (page: Page) => Promise<void>;
}

export interface StatefulPage {
  /** Empty for the home page, else a folder of `demos/`. */
  readonly name: string;
  /** Shows that the page is ready, and empty. */
  readonly ready: (page: Page) => Locator;
  readonly states: readonly PageState[];
  /** Its job is asked of it while the models' files cannot be had. */
  readonly broken: readonly PageState[];
}

/** The job takes a while to fail on a busy machine. Milliseconds. */
const timeout = 120_000;

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** Everything that can be unfolded, within the elements too. */
const unfolded: PageState = {
  name: 'unfolded',
  enter: async (page) => {
    await page.evaluate(() => {
      const unfold = (root: Document | ShadowRoot): void => {
        for (const element of root.querySelectorAll('*')) {
          if (element instanceof HTMLDetailsElement) element.open = true;
          if (element.shadowRoot !== null) unfold(element.shadowRoot);
        }
      };
      unfold(document);
    });
  },
};

/** The window of the log over a page with an agent. */
const logWindow: PageState = {
  name: 'the log’s window',
  enter: async (page) => {
    await browse(page);
    await expect(page.getByText('Nothing is recorded yet.', { exact: false }).first()).toBeVisible();
  },
};
const windowClosed: PageState = {
  name: 'the window closed',
  enter: async (page) => {
    await button(page, 'Close').click();
    await expect(page.getByRole('dialog', { name: 'Log' })).toBeHidden();
  },
};
const agentStates = [logWindow, windowClosed, unfolded] as const;

/** Presses a button, and waits for what it leads to. */
function press(name: string, label: string, seen: (page: Page) => Locator): PageState {
  return {
    name,
    enter: async (page) => {
      await button(page, label).click();
      await expect(seen(page).first()).toBeVisible({ timeout });
    },
  };
}

/** Gives a page a file, and waits for what it says of it. */
function give(
  name: string,
  label: string,
  file: { readonly name: string; readonly buffer: Buffer },
  says: string,
): PageState {
  return {
    name,
    enter: async (page) => {
      await page.getByLabel(label).setInputFiles({ ...file, mimeType: 'application/jsonl' });
      await expect(page.getByText(says, { exact: false }).first()).toBeVisible({ timeout });
    },
  };
}

const alert = (page: Page): Locator => page.getByRole('alert');
const teaching = JSON.stringify({ prompt: 'Play something', completion: '{"name":"PlayMusic"}' });
const scored = JSON.stringify({
  id: 'one',
  category: 'made',
  messages: [{ role: 'user', content: 'Play something by Nina Simone' }],
  tools: [
    {
      type: 'function',
      function: { name: 'PlayMusic', description: 'Plays.', parameters: { type: 'object' } },
    },
  ],
  expected: [{ name: 'PlayMusic', arguments: {} }],
});
const side = { name: 'ours', how: 'wasm', readPerSecond: 90, writtenPerSecond: 25, firstTokenMs: 900 };
const report = { version: 1, at: 0, model: 'A model', processors: 8, rounds: 3, sides: [side] } as const;

async function goToFragment(page: Page, fragment: string): Promise<void> {
  await page.evaluate((hash) => (location.hash = hash), fragment);
}

export const statefulPages: readonly StatefulPage[] = [
  {
    name: '',
    ready: (page) => button(page, 'Run'),
    states: agentStates,
    broken: [press('the model is not there', 'Load model', alert)],
  },
  {
    name: 'desk',
    ready: (page) => button(page, 'Put sample things on it'),
    states: [
      press('things on the desk', 'Put sample things on it', (page) => page.getByText('Dentist')),
      ...agentStates,
    ],
    broken: [
      {
        name: 'the run fails',
        enter: async (page) => {
          await page.getByLabel('What should be done?').fill('Add a note: buy stamps.');
          await button(page, 'Run').click();
          await expect(alert(page).first()).toBeVisible({ timeout });
        },
      },
    ],
  },
  {
    name: 'inbox',
    ready: (page) => button(page, 'Sort: Invoice 4411'),
    states: agentStates,
    broken: [
      press('not sorted', 'Sort: Invoice 4411', (page) => page.getByText('Not sorted; why stands below.')),
    ],
  },
  {
    name: 'form',
    ready: (page) => button(page, 'Fill in the form'),
    states: [
      {
        name: 'no message',
        enter: async (page) => {
          await page.locator('#message').fill('');
          await button(page, 'Fill in the form').click();
          await expect(page.getByText('Write a message first.')).toBeVisible();
          await page.locator('#message').fill('A table for two, please.');
        },
      },
      ...agentStates,
    ],
    broken: [
      press('not filled in', 'Fill in the form', (page) =>
        page.getByText('It was not filled in; why stands below.'),
      ),
    ],
  },
  {
    name: 'workflows',
    ready: (page) => button(page, 'Run the workflow'),
    states: agentStates,
    broken: [press('the workflow fails', 'Run the workflow', alert)],
  },
  {
    name: 'flywheel',
    ready: (page) => button(page, 'Open the sample log'),
    states: [
      press('a log', 'Open the sample log', (page) => page.getByText('38 lines', { exact: false })),
      press('masked', 'Mask three requests', (page) =>
        page.getByRole('region', { name: 'As it was, As it is kept, Found' }),
      ),
      press('looked through', 'Look the log through', (page) =>
        page.getByText('38 rows looked through', { exact: false }),
      ),
    ],
    broken: [press('no tasks are found', 'Find the tasks', alert)],
  },
  {
    name: 'bench',
    ready: (page) => button(page, 'Measure this device'),
    states: [
      {
        name: 'a broken link',
        enter: async (page) => {
          await goToFragment(page, '#result=broken');
          await expect(page.getByText('holds no result that can be read')).toBeVisible();
        },
      },
      {
        name: 'a result that was shared',
        enter: async (page) => {
          await goToFragment(page, `#result=${toFragment(report)}`);
          await expect(page.getByRole('heading', { name: 'A result that was shared' })).toBeVisible();
        },
      },
    ],
    broken: [
      {
        name: 'not measured',
        enter: async (page) => {
          await button(page, 'Measure this device').click();
          await expect(button(page, 'Stop')).toBeVisible();
          await expect(button(page, 'Measure this device')).toBeVisible({ timeout });
          await expect(page.locator('#bench [role="status"]')).not.toBeEmpty();
        },
      },
    ],
  },
  {
    name: 'dataset',
    ready: (page) => page.getByText('No source yet.'),
    states: [
      give('a source', 'Add files', { name: 'calls.jsonl', buffer: callLog() }, 'calls.jsonl'),
      press('looked through', 'Look them through', (page) => page.getByText('no leak above its limit')),
      unfolded,
    ],
    broken: [press('no tasks are found', 'Find tasks', alert)],
  },
  {
    name: 'train',
    ready: (page) => page.getByRole('heading', { name: 'What it learns from' }),
    states: [
      give(
        'a file without rows',
        'Choose a file',
        { name: 'notes.jsonl', buffer: Buffer.from('{"note":"no row"}\n') },
        'notes.jsonl has no rows to train on.',
      ),
      give(
        'rows',
        'Choose a file',
        { name: 'rows.jsonl', buffer: Buffer.from(teaching) },
        'rows.jsonl: 1 row.',
      ),
      unfolded,
    ],
    broken: [press('it does not train', 'Train', alert)],
  },
  {
    name: 'lab',
    ready: (page) => button(page, 'Score'),
    states: [
      {
        name: 'no file',
        enter: async (page) => {
          await button(page, 'Score').click();
          await expect(page.locator('#status')).not.toBeEmpty();
        },
      },
      give('rows', 'Choose a file', { name: 'rows.jsonl', buffer: Buffer.from(scored) }, 'rows.jsonl'),
    ],
    broken: [press('not scored', 'Score', (page) => page.locator('#status.bad'))],
  },
  {
    name: 'select',
    ready: (page) => page.getByRole('table'),
    states: [
      unfolded,
      {
        name: 'nothing fits',
        enter: async (page) => {
          await page.getByRole('spinbutton', { name: 'Biggest download, MB' }).fill('1');
          await page.keyboard.press('Tab');
          await expect(page.getByText(/left out by the filters/)).toBeVisible();
        },
      },
    ],
    broken: [],
  },
];
