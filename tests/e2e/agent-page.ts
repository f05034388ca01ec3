/**
 * The home page as a user works it: by labels and buttons. Knows no test's purpose.
 */
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

const modelFile = join(import.meta.dirname, '../../dist/models/SmolLM2-135M-Instruct.Q4_1.gguf');

/** Why tests with the real model cannot run, or false. */
export const modelMissing =
  !existsSync(modelFile) && 'the model file is not in dist/models (npm start fetches it)';

/** Loading 98 MB and building it, on a busy machine. Milliseconds. */
const longestLoad = 180_000;
const longestRun = 400_000;

export class AgentPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    await this.page.goto('');
    await expect(this.page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  }

  /** Until the site is kept for offline use and in charge of this page. */
  async waitForOffline(): Promise<void> {
    await this.page.waitForFunction(
      () => navigator.serviceWorker.controller?.state === 'activated',
      undefined,
      { timeout: longestLoad },
    );
  }

  async loadModel(): Promise<void> {
    await this.page.getByRole('button', { name: 'Load model' }).click();
    await expect(this.page.getByText('Ready', { exact: true })).toBeVisible({ timeout: longestLoad });
  }

  async submit(goal: string): Promise<void> {
    await this.page.getByLabel('What should be done?').fill(goal);
    await this.page.getByRole('button', { name: 'Run', exact: true }).click();
  }

  /** Submits a goal and waits for its end; resolves with the heading over the outcome. */
  async run(goal: string): Promise<string> {
    await this.submit(goal);
    // An earlier run's outcome stands there until this one begins.
    await expect(this.page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
    await expect(this.page.getByRole('button', { name: 'Run', exact: true })).toBeVisible({
      timeout: longestRun,
    });
    const heading = this.page.getByRole('heading', {
      name: /^(Answer|Could not be done as asked|The run failed|Stopped)$/,
    });
    return await heading.innerText();
  }

  /** Names of the tools on the timeline whose calls came back well. */
  async toolsDone(): Promise<string[]> {
    const calls = this.page
      .locator('slm-call-item')
      .filter({ has: this.page.getByText('Done', { exact: true }) });
    return await calls.getByRole('heading').allInnerTexts();
  }

  /** Exports the log and parses every line. */
  async exportLog(name: 'TRL' | 'OpenAI' | 'Rendered'): Promise<unknown[]> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.getByRole('button', { name, exact: true }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    return text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  }
}

/** A headless browser has no file picker to click: exports must come as downloads. */
export async function withoutFilePicker(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'showSaveFilePicker');
  });
}
