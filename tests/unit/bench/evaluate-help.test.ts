/** What a help is worth, from rows that were asked both ways. */
import { expect, test } from 'vitest';
import { evaluateHelp } from '../../../bench/help/evaluate-help.ts';
import type { HelpedRow } from '../../../bench/help/evaluate-help.ts';

function row(id: number, plain: boolean, exact: boolean, objection?: number): HelpedRow {
  const cost = { tokens: 10, milliseconds: 100 };
  const tried = { exact, tokens: 15, milliseconds: 150, ...(objection === undefined ? {} : { objection }) };
  return { id: String(id), plain: { exact: plain, ...cost }, helped: { judge: tried } };
}

function areaOf(rows: readonly HelpedRow[]): number | undefined {
  return evaluateHelp(rows)[0]?.doubt_auc;
}

test('gains and costs are those of the same rows', () => {
  const [figures] = evaluateHelp([row(1, false, true), row(2, true, true), row(3, false, false)]);
  expect(figures).toMatchObject({
    help: 'judge',
    n: 3,
    plain: 1,
    exact: 2,
    gain: 0.3333,
    tokens: 1.5,
    time: 1.5,
  });
  expect(figures?.doubt_auc).toBeUndefined();
});

test('doubt that tells the wrong from the right is told from doubt that does not', () => {
  expect(areaOf([row(1, false, false, 0.4), row(2, true, true, 0.3), row(3, true, true, 0.2)])).toBe(1);
  expect(areaOf([row(1, false, false, 0.3), row(2, true, true, 0.3)])).toBe(0.5);
  expect(areaOf([row(1, false, false, 0.1), row(2, true, true, 0.9), row(3, true, true, 0.05)])).toBe(0.5);
  expect(areaOf([row(1, true, true, 0.3)])).toBeUndefined();
});
