import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dateTools } from '../../../src/tools/builtin/date-tools.ts';
import { addToDate, daysBetween, readDate, writeDate } from '../../../src/tools/builtin/read-date.ts';
import { invokeTool } from '../../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../../src/tools/registry.ts';
import type { JsonObject } from '../../../src/protocol/json.ts';

/** Wednesday. */
const now = new Date(2026, 2, 4, 10, 0);
const tools = createRegistry(dateTools(() => new Date(now)));

async function call(name: string, input: JsonObject) {
  const outcome = await invokeTool({ tools, call: { name, arguments: input }, callId: 'c' });
  return outcome.type === 'ok' ? outcome.value : outcome.fault;
}

describe('phrases', () => {
  test.each([
    ['today', '2026-03-04'],
    ['tomorrow', '2026-03-05'],
    ['yesterday', '2026-03-03'],
    ['Friday', '2026-03-06'],
    ['on Friday', '2026-03-06'],
    ['next Friday', '2026-03-13'],
    ['last Monday', '2026-03-02'],
    ['in 3 weeks', '2026-03-25'],
    ['2 weeks ago', '2026-02-18'],
    ['the day after tomorrow', '2026-03-06'],
    ['2026-03-01', '2026-03-01'],
    ['3/4/2027', '2027-03-04'],
    ['December 25', '2026-12-25'],
    ['1 March', '2027-03-01'],
    ['5 March 2025', '2025-03-05'],
    ['tomorrow 3pm', '2026-03-05T15:00'],
    ['2026-03-01 15:30', '2026-03-01T15:30'],
  ])('%s is %s', (phrase, expected) => {
    const reading = readDate(phrase, now);
    expect(reading && writeDate(reading)).toBe(expected);
  });

  test.each([
    '',
    'banana',
    'banana tomorrow',
    '2026-02-30',
    '13/45/2026',
    '5',
    'x'.repeat(200),
    'monday and tuesday',
  ])('%j is no date', (phrase) => {
    expect(readDate(phrase, now)).toBeUndefined();
  });
});

describe('tools', () => {
  test('date_add', async () => {
    expect(await call('date_add', { date: '2026-03-01', amount: 45, unit: 'days' })).toEqual({
      date: '2026-04-15',
      weekday: 'Wednesday',
    });
    expect(await call('date_add', { date: '2026-01-31', amount: 1, unit: 'months' })).toMatchObject({
      date: '2026-02-28',
    });
    expect(await call('date_add', { date: '2024-02-29', amount: -1, unit: 'years' })).toMatchObject({
      date: '2023-02-28',
    });
    expect(await call('date_add', { date: 'today', amount: -2, unit: 'weeks' })).toMatchObject({
      date: '2026-02-18',
    });
    expect(await call('date_add', { date: 'tomorrow 11pm', amount: 3, unit: 'hours' })).toMatchObject({
      date: '2026-03-06T02:00',
    });
  });

  test('date_difference', async () => {
    expect(await call('date_difference', { from: 'today', to: 'December 25' })).toEqual({
      days: 296,
      from: '2026-03-04',
      to: '2026-12-25',
    });
    expect(await call('date_difference', { from: '2026-03-10', to: '2026-03-01' })).toMatchObject({
      days: -9,
    });
    expect(await call('date_difference', { from: 'today 9am', to: 'today 5:30pm' })).toMatchObject({
      days: 0,
      hours: 8.5,
    });
  });

  test('weekday', async () => {
    expect(await call('weekday', { date: '2026-03-01' })).toEqual({ weekday: 'Sunday', date: '2026-03-01' });
  });

  test('what is no date, and what is no unit, is told', async () => {
    expect(await call('weekday', { date: 'banana' })).toMatchObject({
      code: 'tool-failed',
      message: '"banana" is not a date that can be read.',
      remedy: expect.stringContaining('next Friday'),
    });
    expect(await call('date_add', { date: 'today', amount: 1, unit: 'fortnights' })).toMatchObject({
      code: 'arguments-invalid',
    });
  });
});

describe('properties', () => {
  const day = fc
    .date({ min: new Date(1900, 0, 1), max: new Date(2100, 0, 1), noInvalidDate: true })
    .map((date) => new Date(date.getFullYear(), date.getMonth(), date.getDate(), 12));

  test('a date that is written is read again', () => {
    fc.assert(
      fc.property(day, (date) => {
        const written = writeDate({ date, hasTime: false });
        const reading = readDate(written, now);
        expect(reading && writeDate(reading)).toBe(written);
      }),
    );
  });

  test('days added are days between, there and back', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -50_000, max: 50_000 }), (date, days) => {
        const later = addToDate(date, days, 'days');
        expect(daysBetween(date, later)).toBe(days);
        expect(addToDate(later, -days, 'days').getTime()).toBe(date.getTime());
      }),
    );
  });

  test('a month later is in the next month, however long', () => {
    fc.assert(
      fc.property(day, (date) => {
        expect(addToDate(date, 1, 'months').getMonth()).toBe((date.getMonth() + 1) % 12);
      }),
    );
  });
});
