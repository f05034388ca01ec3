/** Events of a run: the content is masked, the rest stays, and what goes together stays together. */
import { describe, expect, test } from 'vitest';
import { EventMasker } from '../../../src/mask/event-masker.ts';
import { mapEvent } from '../../../src/mask/map-content.ts';
import { restoreEvent } from '../../../src/mask/restore-event.ts';
import type { Json } from '../../../src/protocol/json.ts';
import type { Feedback, StoredEvent } from '../../../src/protocol/record.ts';
import type { ToolSpec } from '../../../src/protocol/tool.ts';
import { sampleModel as loadedModel } from '../../fixtures/journal/sample-run.ts';

const base = { id: 'event', runId: 'run', at: 1 } as const;

const tool: ToolSpec = {
  name: 'book_table',
  description: 'Books a table.',
  permission: 'write',
  parameters: {
    type: 'object',
    properties: {
      guest: { type: 'string' },
      branch: { enum: ['London', 'Madrid'] },
    },
  },
};

const call = { name: 'book_table', arguments: { guest: 'Katarzyna Nowakowska', branch: 'London' } };

const run: readonly StoredEvent[] = [
  {
    ...base,
    type: 'run-started',
    goal: 'Book a table in London for Katarzyna Nowakowska, k.nowakowska@example.org.',
    tools: [tool],
    model: loadedModel,
    promptVersion: 1,
  },
  {
    ...base,
    type: 'plan-made',
    subtasks: [{ id: 'subtask', text: 'Book a table for Katarzyna Nowakowska', dependsOn: [] }],
  },
  { ...base, type: 'tool-called', callId: 'call', stepId: 'step', subtaskId: 'subtask', call },
  {
    ...base,
    type: 'tool-returned',
    callId: 'call',
    subtaskId: 'subtask',
    outcome: { type: 'ok', callId: 'call', value: { booked: 'Nowakowska', seats: 2 }, durationMs: 3 },
  },
  {
    ...base,
    type: 'run-finished',
    outcome: { type: 'answered', answer: 'A table is booked for Katarzyna Nowakowska.' },
    totals: {
      modelSteps: 1,
      toolCalls: 1,
      promptTokens: 1,
      cachedTokens: 0,
      decodeTokens: 1,
      durationMs: 5,
    },
  },
];

async function opened(): Promise<EventMasker> {
  const masker = new EventMasker();
  await masker.open(new Uint8Array(32).fill(3));
  return masker;
}

async function maskAll(masker: EventMasker): Promise<StoredEvent[]> {
  const masked: StoredEvent[] = [];
  for (const event of run) {
    const made = await masker.maskEvent(event);
    if (made.type === 'quarantined') throw new Error(made.reasons.join(' '));
    masked.push(made.item);
  }
  return masked;
}

function contentOf(event: StoredEvent): readonly Json[] {
  let content: readonly Json[] = [];
  mapEvent(event, (values) => {
    content = values;
    return values;
  });
  return content;
}

describe('EventMasker', () => {
  test('masks a run so that nothing of the person is left, and the same words stay the same', async () => {
    const masked = await maskAll(await opened());
    const text = JSON.stringify(masked);
    for (const word of ['Katarzyna', 'Nowakowska', 'example.org']) expect(text).not.toContain(word);
    const called = masked.find((event) => event.type === 'tool-called');
    const named = called?.type === 'tool-called' ? called.call.arguments['guest'] : undefined;
    const guest = typeof named === 'string' ? named : '';
    expect(guest).toMatch(/^\p{Lu}\p{L}+ \p{Lu}\p{L}+$/u);
    expect(contentOf(masked[1]!)).toEqual([`Book a table for ${guest}`]);
    expect(contentOf(masked[3]!)).toEqual([{ booked: guest.split(' ')[1], seats: 2 }]);
    expect(contentOf(masked[4]!)).toEqual([`A table is booked for ${guest}.`]);
  });

  test("leaves ids, names, schemas, counts, and the words of a tool's schema", async () => {
    const masked = await maskAll(await opened());
    const [started, , called] = masked;
    expect(started).toMatchObject({ ...base, tools: [tool], model: loadedModel });
    expect(called).toMatchObject({ call: { name: 'book_table', arguments: { branch: 'London' } } });
    expect(contentOf(started!)[0]).toContain('in London');
    expect(masked.map(({ type }) => type)).toEqual(run.map(({ type }) => type));
    expect(masked[4]).toMatchObject({ totals: { durationMs: 5 } });
  });

  test('says what was replaced, so that the owner can turn it back', async () => {
    const masker = await opened();
    for (const event of run) {
      const made = await masker.maskEvent(event);
      if (made.type === 'quarantined') throw new Error(made.reasons.join(' '));
      expect(restoreEvent(made.item, made.replacements)).toEqual(event);
    }
  });

  test('what does not stand where it should is not put back', async () => {
    const made = await (await opened()).maskEvent(run[1]!);
    if (made.type === 'quarantined') throw new Error(made.reasons.join(' '));
    const moved = made.replacements.map((one) => ({ ...one, start: one.start + 1, end: one.end + 1 }));
    expect(restoreEvent(made.item, moved)).toEqual(made.item);
  });

  test("a person's correction is masked as the run was", async () => {
    const masker = await opened();
    const [, , called] = await maskAll(masker);
    const feedback: Feedback = {
      id: 'feedback',
      runId: 'run',
      at: 2,
      verdict: 'bad',
      correction: { stepId: 'step', calls: [call] },
      comment: 'Nowakowska likes the window.',
    };
    const made = await masker.maskFeedback(feedback);
    if (made.type === 'quarantined') throw new Error(made.reasons.join(' '));
    const { correction, comment } = made.item;
    expect(correction?.calls).toEqual([called?.type === 'tool-called' ? called.call : undefined]);
    expect(comment).not.toContain('Nowakowska');
  });

  test('two threads with one key agree, and another key makes others', async () => {
    const [one, other] = [await opened(), await opened()];
    expect(await maskAll(one)).toEqual(await maskAll(other));
    const third = new EventMasker();
    await third.open(new Uint8Array(32).fill(4));
    expect(await maskAll(third)).not.toEqual(await maskAll(one));
  });
});

describe('mapEvent', () => {
  test('an event without content stays the same object', () => {
    const event: StoredEvent = { ...base, type: 'subtask-started', subtaskId: 'subtask' };
    expect(
      mapEvent(event, () => {
        throw new Error('There is nothing to map.');
      }),
    ).toBe(event);
  });
});
