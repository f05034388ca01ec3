/** Failures to look at: taken out of a report, corrected by keyboard, refused by name, put aside; at any width. */
import { beforeAll, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { evalReport } from '../../src/flywheel/eval-report.ts';
import type { JudgedRow } from '../../src/protocol/evaluation.ts';
import { reviewId } from '../../src/protocol/review.ts';
import type { ReviewItem } from '../../src/protocol/review.ts';
import { defineReport } from '../../src/ui/define-report.ts';
import type { ReviewQueueView } from '../../src/ui/review-queue-view.ts';
import { collect, expectGoodPage, setStage } from './ui-fixtures/stage.ts';

setStage('Review');
beforeAll(defineReport);

const subject = { modelId: 'tiny', grammar: true };
const failure: JudgedRow = {
  id: 'music-1',
  request:
    'Play something by Nina Simone that goes on and on until nobody can follow it any more, and then once more',
  expected: [{ name: 'PlayMusic', arguments: { artist: 'Nina' } }],
  output: { type: 'calls', calls: [{ name: 'PlayMusic', arguments: { artist: 'Miles' } }] },
  text: '',
  grade: { valid: true, name: true, exact: false, refused: false },
  durationMs: 5,
};

function itemOf(rest: Partial<ReviewItem> = {}): ReviewItem {
  return {
    v: 1,
    id: 'one',
    at: 1,
    source: 'rows.jsonl',
    subject,
    rowId: 'music-1',
    request: failure.request,
    expected: failure.expected,
    given: 'PlayMusic {"artist":"Miles"}',
    tools: [{ name: 'PlayMusic', description: '', parameters: { type: 'object' }, permission: 'read' }],
    line: '{}',
    state: 'open',
    note: '',
    ...rest,
  };
}

async function show(
  items: readonly ReviewItem[],
  mistakes = new Map<string, string>(),
): Promise<ReviewQueueView> {
  const main = document.createElement('main');
  const heading = document.createElement('h1');
  heading.textContent = document.title;
  const element = document.createElement('slm-review-queue');
  Object.assign(element, { items, mistakes });
  main.append(heading, element);
  document.body.replaceChildren(main);
  await element.updateComplete;
  return element;
}

describe('the list', () => {
  test.for([360, 1280])('is accessible and does not scroll sideways at %i px', async (width) => {
    await page.viewport(width, 900);
    await show([itemOf(), itemOf({ id: 'two', rowId: 'music-2', state: 'corrected', correction: [] })]);
    await page.getByText('music-1').first().click();
    await expectGoodPage(String(width));
    await expect.element(page.getByRole('button', { name: 'Save 1 corrected row' })).toBeEnabled();
    await expect.element(page.getByText(/"artist": "Nina"/).first()).toBeVisible();
  });

  test('sends calls that can be read, and says what is wrong with what cannot', async () => {
    await show([itemOf()]);
    const corrected = collect('review-correct');
    await page.getByText('music-1').first().click();
    const calls = page.getByRole('textbox', { name: /Calls that are right/ });
    await calls.fill('[{"name":"Stop","arguments":{}}]');
    await page.getByRole('button', { name: 'Save correction' }).click();
    await expect
      .element(page.getByRole('alert'))
      .toHaveTextContent(/names "Stop", which is none of the tools/);
    expect(corrected).toEqual([]);
    await calls.fill('[]');
    await page.getByRole('button', { name: 'Save correction' }).click();
    expect(corrected).toEqual([{ id: 'one', calls: [] }]);
    await expect.element(page.getByRole('alert')).toHaveTextContent('');
  });

  test('shows what the schemas refuse, notes, and puts aside', async () => {
    await show([itemOf()], new Map([['one', 'Call 1, PlayMusic, artist: is missing.']]));
    const [states, notes] = [collect('review-state'), collect('review-note')];
    await page.getByText('music-1').first().click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('artist: is missing');
    await page.getByRole('textbox', { name: 'Note' }).fill('The whole name.');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(notes).toEqual([{ id: 'one', note: 'The whole name.' }]);
    expect(states).toEqual([{ id: 'one', state: 'dismissed' }]);
  });
});

test('a failure of a report can be taken once', async () => {
  const main = document.createElement('main');
  const element = document.createElement('slm-eval-report');
  element.report = evalReport({ at: 0, source: 'rows', sides: [{ subject, rows: [failure] }] });
  element.taken = new Set();
  main.append(element);
  document.body.replaceChildren(main);
  await element.updateComplete;
  const asked = collect('review-take');
  await page.getByText('1 row not exact').click();
  await page.getByText(/^music-1: wrong arguments/).click();
  await page.getByRole('button', { name: 'Look at music-1 later' }).click();
  expect(asked).toEqual([{ subject, row: failure }]);
  element.taken = new Set([reviewId(subject, 'music-1')]);
  await expect.element(page.getByText('in your list')).toBeVisible();
});
