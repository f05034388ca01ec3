import { describe, expect, test } from 'vitest';
import { paraphrase } from '../../../../src/flywheel/dataset/index.ts';
import type { DatasetRecord, Variant } from '../../../../src/flywheel/dataset/index.ts';
import type { JsonObject } from '../../../../src/protocol/json.ts';
import { sampleRecord } from '../../../fixtures/dataset-records.ts';

const booking = sampleRecord(1, {
  messages: [{ role: 'user', content: 'Book a table for 4 in Oslo on 2026-03-01.' }],
  prompt: [
    { role: 'system', content: 'Tools: book' },
    { role: 'user', content: 'Book a table for 4 in Oslo on 2026-03-01.' },
  ],
  tools: [
    {
      name: 'book',
      description: 'Book a table.',
      permission: 'write',
      parameters: {
        type: 'object',
        properties: {
          city: { type: 'string' },
          people: { type: 'integer', minimum: 1, maximum: 9 },
          day: { type: 'string', format: 'date' },
        },
        required: ['city', 'people', 'day'],
      },
    },
  ],
  expected: {
    type: 'calls',
    calls: [{ name: 'book', arguments: { city: 'Oslo', people: 4, day: '2026-03-01' } }],
  },
});

function made(variants: readonly Variant[]): DatasetRecord[] {
  return variants.flatMap((variant) => (variant.type === 'made' ? [variant.record] : []));
}

describe('coupled variants', () => {
  test('change values in the request and, alike, in the call and in the prompt', () => {
    const variants = made(paraphrase({ record: booking, seed: '1', variants: 8, mode: 'add' }));
    expect(variants.length).toBeGreaterThan(4);
    for (const { messages, expected, prompt, id, lineage } of variants) {
      const [call] = expected.type === 'calls' ? expected.calls : [];
      const values: JsonObject = call?.arguments ?? {};
      const { city, people, day } = values as { city: string; people: number; day: string };
      expect(messages[0]?.content).toBe(`Book a table for ${people} in ${city} on ${day}.`);
      expect(prompt?.[1]?.content).toBe(messages[0]?.content);
      expect(city).not.toBe('Oslo');
      expect(people).toBeGreaterThan(1);
      expect(day).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(id).toMatch(/^r1~\d$/);
      expect(lineage).toMatchObject({ parent: 'r1', episode: 'e1' });
    }
  });

  test('the same seed gives the same, another others', () => {
    const options = { record: booking, variants: 3, mode: 'add', surface: 'en' } as const;
    const first = paraphrase({ ...options, seed: 'a' });
    expect(paraphrase({ ...options, seed: 'a' })).toEqual(first);
    expect(paraphrase({ ...options, seed: 'b' })).not.toEqual(first);
  });

  test('other words stand around the request, and every value still in it', () => {
    const variants = made(
      paraphrase({ record: booking, seed: '2', variants: 6, mode: 'add', surface: 'en' }),
    );
    for (const { messages, expected, prompt } of variants) {
      const [call] = expected.type === 'calls' ? expected.calls : [];
      const said = messages[0]?.content ?? '';
      const { city, people, day } = (call?.arguments ?? {}) as {
        city?: string;
        people?: number;
        day?: string;
      };
      for (const value of [city, day, people?.toString()]) expect(said).toContain(value);
      expect(prompt?.[1]?.content).toBe(said);
    }
    expect(new Set(variants.map(({ messages }) => messages[0]?.content.slice(0, 6))).size).toBeGreaterThan(1);
  });

  test('results are changed with them, and numbers that results were computed from stay', () => {
    const record: DatasetRecord = {
      ...booking,
      messages: [
        ...booking.messages,
        {
          role: 'assistant',
          content: '',
          calls: booking.expected.type === 'calls' ? booking.expected.calls : [],
        },
        { role: 'tool', content: '{"booked":"Oslo","seats":4}', name: 'book' },
      ],
      expected: { type: 'answer', text: 'A table for 4 in Oslo.' },
    };
    const [variant] = made(paraphrase({ record, seed: '1', variants: 1, mode: 'add' }));
    const [asked, called, told] = variant?.messages ?? [];
    const city = (called?.role === 'assistant' ? called.calls?.[0]?.arguments['city'] : undefined) as string;
    expect(city).not.toBe('Oslo');
    expect(asked?.content).toContain(`for 4 in ${city}`);
    expect(told?.content).toBe(`{"booked":"${city}","seats":4}`);
    expect(variant?.expected).toEqual({ type: 'answer', text: `A table for 4 in ${city}.` });
  });

  test('one that breaks the schema is dropped with its reason', () => {
    const narrow = booking.tools.map((tool) => ({
      ...tool,
      parameters: {
        ...tool.parameters,
        properties: {
          city: { type: 'string', pattern: '^Oslo$' },
          people: { type: 'integer' },
          day: { type: 'string' },
        },
      },
    }));
    const variants = paraphrase({
      record: { ...booking, tools: narrow },
      seed: '1',
      variants: 3,
      mode: 'add',
    });
    const reasons = variants.map((variant) => (variant.type === 'dropped' ? variant.reason : ''));
    expect(new Set(reasons)).toEqual(new Set(['The new arguments break the schema.']));
  });

  test('one with nothing new is dropped', () => {
    const record = sampleRecord(2, {
      messages: [{ role: 'user', content: 'what is on my list' }],
      expected: { type: 'answer', text: 'Milk.' },
    });
    expect(paraphrase({ record, seed: '1', variants: 1, mode: 'add' })).toEqual([
      { type: 'dropped', reason: 'Nothing about it is new.' },
    ]);
  });
});
