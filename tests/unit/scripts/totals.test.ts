/** The last line of `npm test` can be trusted: nothing that went wrong is counted as passed or left out. */
import { expect, test } from 'vitest';
import { summarise, totalsOfPlaywright, totalsOfRunner, totalsOfStep } from '../../../scripts/totals.mjs';

test('ends with exactly one line of totals, after every failure and skip by name', () => {
  const text = summarise([
    totalsOfStep({ name: 'format', code: 0 }),
    totalsOfStep({ name: 'lint', code: 2 }),
    totalsOfRunner({
      name: 'unit',
      code: 0,
      totals: { passed: 7, failed: [], skipped: [{ name: 'a > b', reason: 'no GPU here' }] },
    }),
  ]);
  expect(text.split('\n')).toEqual([
    'failed: lint (code 2)',
    'skipped: a > b: no GPU here',
    '8 passed, 1 failed, 1 skipped',
  ]);
});

test.each([
  ['died before it wrote totals', 139, undefined],
  ['failed although no test did', 1, { passed: 3, failed: [], skipped: [] }],
  ['found no test', 0, { passed: 0, failed: [], skipped: [] }],
  ['skipped without a reason', 0, { passed: 3, failed: [], skipped: [{ name: 'a', reason: ' ' }] }],
])('a runner that %s counts as one failure', (_name, code, totals) => {
  const result = totalsOfRunner({ name: 'unit', code, totals });
  expect(result.failed).toHaveLength(1);
  expect(result.skipped).toEqual([]);
});

/** One test as the report has it. */
function spec(title: string, status: string, annotations: object[] = []) {
  return { title, tests: [{ status, annotations }] };
}

test("Playwright's report is counted test by test, with the reasons of skips", () => {
  const report = {
    errors: [],
    suites: [
      {
        title: 'page.spec.ts',
        specs: [spec('loads', 'expected'), spec('breaks', 'unexpected')],
        suites: [
          {
            title: 'phone',
            specs: [
              spec('wobbles', 'flaky'),
              spec('waits', 'skipped', [{ type: 'skip', description: 'needs a camera' }]),
            ],
          },
        ],
      },
    ],
  } as unknown as Parameters<typeof totalsOfPlaywright>[0];
  expect(totalsOfPlaywright(report)).toEqual({
    passed: 2,
    failed: ['page.spec.ts > breaks'],
    skipped: [{ name: 'page.spec.ts > phone > waits', reason: 'needs a camera' }],
  });
});
