/**
 * The report of an evaluation as an element: its figures and failures are read and reached by keyboard, at any width.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { evalReport } from '../../src/flywheel/eval-report.ts';
import type { EvalReport, JudgedRow } from '../../src/protocol/evaluation.ts';
import { defineReport } from '../../src/ui/define-report.ts';
import { collect, expectGoodPage, setStage } from './ui-fixtures/stage.ts';

const right = { valid: true, name: true, exact: true, refused: false };

function row(id: number, rest: Partial<JudgedRow>): JudgedRow {
  return {
    id: `row-${id}`,
    request: `Book a table for ${id} with a very long wish that goes on and on until nobody can follow it any more`,
    expected: [{ name: `tool_${id % 3}`, arguments: { people: id } }],
    output: { type: 'calls', calls: [{ name: `tool_${id % 3}`, arguments: { people: id } }] },
    text: '',
    grade: right,
    durationMs: 700,
    ...rest,
  };
}

const wrong = {
  grade: { ...right, exact: false },
  output: { type: 'calls', calls: [{ name: 'tool_1', arguments: { people: 9 } }] },
} as const;
const rows = Array.from({ length: 24 }, (_, id) => row(id, id % 4 === 1 ? wrong : {}));

function reportOf(first: readonly JudgedRow[], second: readonly JudgedRow[]): EvalReport {
  return evalReport({
    at: 0,
    source: 'test rows',
    sides: [
      { subject: { modelId: 'tiny', grammar: false }, rows: first },
      { subject: { modelId: 'tiny', adapter: 'caller', grammar: true }, rows: second },
    ],
  });
}

setStage('Report');
beforeAll(defineReport);

async function show(report: EvalReport): Promise<void> {
  const main = document.createElement('main');
  const heading = document.createElement('h1');
  heading.textContent = document.title;
  const element = document.createElement('slm-eval-report');
  element.report = report;
  main.append(heading, element);
  document.body.replaceChildren(main);
  await element.updateComplete;
}

describe('the report', () => {
  test.for([360, 1280])('is accessible and does not scroll sideways at %i px', async (width) => {
    await page.viewport(width, 900);
    await show(
      reportOf(
        rows,
        rows.map((_, id) => row(id, {})),
      ),
    );
    await page.getByText('6 rows not exact').click();
    await page.getByText(/^row-5: wrong arguments/).click();
    await expectGoodPage();
    for (const text of ['75.0 %', '+25.0 %', '18 of 24', 'not by chance', 'Every row is exact.']) {
      await expect.element(page.getByText(text).first()).toBeVisible();
    }
    await expect.element(page.getByRole('cell', { name: '6', exact: true }).first()).toBeVisible();
  });

  test('a failure opens by keyboard, with what was expected beside what was given', async () => {
    await show(reportOf(rows, rows));
    await page.getByText('6 rows not exact').first().click();
    const failure = page.getByText(/^row-1: wrong arguments/).first();
    (failure.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText(/tool_1 \{\s*"people": 1\s*\}/).first()).toBeVisible();
    await expect.element(page.getByText(/tool_1 \{\s*"people": 9\s*\}/).first()).toBeVisible();
    await expect.element(page.getByText('may be chance').first()).toBeVisible();
  });

  test('is saved in either form', async () => {
    await show(reportOf(rows, rows));
    const asked = collect('report-export');
    await page.getByRole('button', { name: 'Save JSON' }).click();
    await page.getByRole('button', { name: 'Save Markdown' }).click();
    expect(asked).toEqual([{ format: 'json' }, { format: 'markdown' }]);
  });

  test('many tools are told as a list of what was mixed up', async () => {
    const many = Array.from({ length: 30 }, (_, id) =>
      row(id, {
        expected: [{ name: `other_${id}`, arguments: {} }],
        grade: { ...right, name: false, exact: false },
      }),
    );
    await show(reportOf(many, many));
    await page
      .getByText(/30 pairs mixed up/)
      .first()
      .click();
    await expect.element(page.getByText('1 time tool_0 for other_0').first()).toBeVisible();
  });
});
