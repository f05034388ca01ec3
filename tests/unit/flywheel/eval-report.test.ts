/**
 * The report counts what it says it counts, pairs what it compares, and reads the same in both of its forms.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evalReport } from '../../../src/flywheel/eval-report.ts';
import { reportMarkdown } from '../../../src/flywheel/report-text.ts';
import type { EvalSubject, JudgedRow } from '../../../src/protocol/evaluation.ts';

const base: EvalSubject = { modelId: 'tiny', grammar: true };
const tuned: EvalSubject = { modelId: 'tiny', adapter: 'caller', grammar: false };

function row(id: number, rest: Partial<JudgedRow>): JudgedRow {
  return {
    id: `row-${id}`,
    request: 'What is 1 + 2?',
    expected: [{ name: 'add', arguments: { a: 1, b: 2 } }],
    text: '',
    grade: { valid: true, name: true, exact: true, refused: false },
    durationMs: 500,
    ...rest,
  };
}

const rows: readonly JudgedRow[] = [
  row(1, { output: { type: 'calls', calls: [{ name: 'add', arguments: { a: 1, b: 2 } }] } }),
  row(2, {
    output: { type: 'calls', calls: [{ name: 'add', arguments: { a: 1, b: 3 } }] },
    grade: { valid: true, name: true, exact: false, refused: false },
  }),
  row(3, {
    output: { type: 'refusal', text: 'Which number?' },
    grade: { valid: true, name: false, exact: false, refused: true },
  }),
  row(4, {
    expected: [],
    output: { type: 'refusal', text: 'No tool can do that.' },
    grade: { valid: true, name: true, exact: true, refused: true },
  }),
  row(5, {
    expected: [
      { name: 'add', arguments: {} },
      { name: 'time', arguments: {} },
    ],
    text: '{"name":"add"',
    grade: { valid: false, name: false, exact: false, refused: false },
  }),
];

describe('figures', () => {
  test('each is a share of the rows that it is about', () => {
    const report = evalReport({ at: 0, source: 'five rows', sides: [{ subject: base, rows }] });
    const [side] = report.sides;
    expect(side!.figures.map(({ name, count, n }) => [name, count, n])).toEqual([
      ['exact', 2, 5],
      ['valid', 4, 5],
      ['tool', 2, 4],
      ['arguments', 1, 2],
      ['several', 0, 1],
      ['refusal', 1, 1],
    ]);
    expect(side!.failures.map(({ id }) => id)).toEqual(['row-2', 'row-3', 'row-5']);
    expect(side!.confusion.cells).toContainEqual({ expected: 'add', called: '(none)', count: 2 });
    expect(side!.seconds).toBe(2.5);
    for (const { share, interval } of side!.figures) {
      expect(interval.low).toBeLessThanOrEqual(share);
      expect(interval.high).toBeGreaterThanOrEqual(share);
    }
  });

  test('no rows are no news', () => {
    const { sides } = evalReport({ at: 0, source: 'none', sides: [{ subject: base, rows: [] }] });
    expect(sides[0]!.figures.every(({ n, share }) => n === 0 && share === 0)).toBe(true);
  });
});

const arbitraryRows = fc.array(
  fc.record({
    valid: fc.boolean(),
    name: fc.boolean(),
    exact: fc.boolean(),
    refused: fc.boolean(),
  }),
  { maxLength: 30 },
);

describe('two sides', () => {
  test('that are the same differ by nothing, and nothing says they might', () => {
    fc.assert(
      fc.property(arbitraryRows, (grades) => {
        const same = grades.map((grade, id) => row(id, { grade }));
        const { differences } = evalReport({
          at: 0,
          source: 'twice',
          sides: [
            { subject: base, rows: same },
            { subject: tuned, rows: same },
          ],
        });
        for (const { difference, interval } of differences ?? []) {
          expect([difference, interval.low, interval.high]).toEqual([0, 0, 0]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('differ by the second less the first; what both fail cancels out', () => {
    const better = rows.map((one) =>
      one.id === 'row-2' ? row(2, { grade: { valid: true, name: true, exact: true, refused: false } }) : one,
    );
    const sides = [
      { subject: base, rows },
      { subject: tuned, rows: better },
    ] as const;
    const { differences } = evalReport({ at: 0, source: 'five rows', sides });
    const exact = differences!.find(({ name }) => name === 'exact')!;
    expect(exact).toMatchObject({ n: 5, difference: 0.2 });
    // No row got worse: no resample can say so.
    expect(exact.interval.low).toBeGreaterThanOrEqual(0);
    const swapped = evalReport({ at: 0, source: 'five rows', sides: [sides[1], sides[0]] });
    expect(swapped.differences!.find(({ name }) => name === 'exact')!.difference).toBe(-0.2);
  });

  test('of other rows are refused', () => {
    const sides = [
      { subject: base, rows },
      { subject: tuned, rows: rows.slice(1) },
    ] as const;
    expect(() => evalReport({ at: 0, source: 'x', sides })).toThrow(RangeError);
  });
});

describe('as Markdown', () => {
  test('holds the figures, the tools and the failures, whatever marks they contain', () => {
    const odd = row(2, {
      request: 'a | b `c` <script>',
      output: { type: 'calls', calls: [{ name: 'add', arguments: { text: 'x`y``z' } }] },
      grade: { valid: true, name: true, exact: false, refused: false },
    });
    const report = evalReport({
      at: Date.UTC(2026, 0, 2),
      source: 'my_rows.jsonl',
      sides: [
        { subject: base, rows: [rows[0]!, odd] },
        { subject: tuned, rows: [rows[0]!, odd] },
      ],
    });
    const text = reportMarkdown(report);
    expect(text).toContain('# Tool calls: tiny against tiny with caller, no grammar');
    expect(text).toContain('2 rows of my\\_rows.jsonl, 2026-01-02');
    expect(text).toMatch(
      /\| Exact \| 1\/2, 50\.0 % \(0\.0 % to 100\.0 %\) \|.*\| 0\.0 % \(0\.0 % to 0\.0 %\) \|/,
    );
    expect(text).toContain('row-2: a \\| b \\`c\\` \\<script\\>');
    expect(text).toContain('``` {"name":"add","arguments":{"text":"x`y``z"}} ```');
    expect(text).toContain('| add | 2 |');
    expect(text.endsWith('\n')).toBe(true);
  });
});
