/**
 * Failures on their way to being lessons: taken once, corrected only by calls that fit, written as rows that are read
 * back, and kept across pages.
 */
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReviewQueue } from '../../../src/app/review-queue.ts';
import { correctItem, reviewedLines, reviewItemOf, setState } from '../../../src/flywheel/review.ts';
import { toolCallLine } from '../../../src/flywheel/tool-call-line.ts';
import { parseToolCallRow } from '../../../src/flywheel/tool-call-row.ts';
import type { ConversationTurn, ToolCallRow } from '../../../src/flywheel/tool-call-row.ts';
import type { JudgedRow } from '../../../src/protocol/evaluation.ts';

const row: ToolCallRow = {
  id: 'music-1',
  category: 'made',
  turns: [{ role: 'user', content: 'Play Nina Simone' }],
  tools: [
    {
      name: 'PlayMusic',
      description: 'Plays music.',
      parameters: {
        type: 'object',
        properties: { artist: { type: 'string', maxLength: 30 } },
        required: ['artist'],
        additionalProperties: false,
      },
      permission: 'read',
    },
  ],
  expected: [{ name: 'PlayMusic', arguments: { artist: 'Nina' }, acceptable: {}, optional: [] }],
  reply: 'Old words.',
};
const judged: JudgedRow = {
  id: row.id,
  request: 'Play Nina Simone',
  expected: [{ name: 'PlayMusic', arguments: { artist: 'Nina' } }],
  output: { type: 'calls', calls: [{ name: 'PlayMusic', arguments: { artist: 'Miles' } }] },
  text: '',
  grade: { valid: true, name: true, exact: false, refused: false },
  durationMs: 5,
};
const subject = { modelId: 'm', grammar: true };
const taken = { row, judged, subject, source: 'rows.jsonl', at: 7 };
const right = [{ name: 'PlayMusic', arguments: { artist: 'Nina Simone' } }];

describe('a row as a line', () => {
  const word = fc.string({ minLength: 1, maxLength: 8 });
  const values = fc.dictionary(
    word.filter((key) => key !== '__proto__'),
    fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    { maxKeys: 3 },
  );
  const call = fc.record({ name: word, arguments: values });
  const turn = fc.oneof(
    fc.record({ role: fc.constant('user' as const), content: fc.string() }),
    fc.record(
      {
        role: fc.constant('assistant' as const),
        content: fc.string(),
        calls: fc.array(call, { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: ['role', 'content'] },
    ),
    fc.record({ role: fc.constant('tool' as const), content: fc.string(), name: word }),
  );
  const anyRow = fc.record(
    {
      id: word,
      category: fc.string(),
      turns: fc
        .array<ConversationTurn>(turn, { maxLength: 4 })
        .map((turns) => turns.concat({ role: 'user', content: 'Now.' })),
      tools: fc.array(
        fc.record({
          name: word,
          description: fc.string(),
          parameters: fc.constant({ type: 'object', properties: {} } as const),
          permission: fc.constant('read' as const),
        }),
        { maxLength: 2 },
      ),
      expected: fc.array(
        fc.record({
          name: word,
          arguments: values,
          acceptable: fc.constant({ artist: ['a', 'b'] }),
          optional: fc.array(word, { maxLength: 2 }),
        }),
        { maxLength: 2 },
      ),
      reply: word,
    },
    { requiredKeys: ['id', 'category', 'turns', 'tools', 'expected'] },
  );

  test('is read back as the same row', () => {
    fc.assert(
      fc.property(anyRow, (given) => {
        expect(parseToolCallRow(toolCallLine(given), 1)).toEqual({ type: 'read', row: given });
      }),
    );
  });
});

describe('a correction', () => {
  const item = reviewItemOf(taken);

  test('counts where its calls fit the tools of the row', () => {
    expect(item).toMatchObject({ state: 'open', given: 'PlayMusic {"artist":"Miles"}', note: '' });
    expect(correctItem(item, right)).toMatchObject({
      type: 'corrected',
      item: { state: 'corrected', correction: right },
    });
  });

  test.for([
    ['a tool that is not there', [{ name: 'Stop', arguments: {} }], /names Stop.*PlayMusic/],
    ['a value that is missing', [{ name: 'PlayMusic', arguments: {} }], /Call 1, PlayMusic.*artist/],
    [
      'a second call that is wrong',
      [...right, { name: 'PlayMusic', arguments: { artist: 'x'.repeat(31) } }],
      /Call 2, PlayMusic.*artist/,
    ],
  ] as const)('is refused for %s, by name', ([, calls, reason]) => {
    const result = correctItem(item, calls);
    expect(result.type === 'refused' && result.reason).toMatch(reason);
  });

  test('comes out as a row with the new calls, and without what was said in place of the old ones', () => {
    const corrected = correctItem(item, right);
    const none = correctItem({ ...item, id: 'second', at: 3 }, []);
    if (corrected.type !== 'corrected' || none.type !== 'corrected') throw new Error('Not corrected.');
    const lines = reviewedLines([corrected.item, none.item, item, setState(corrected.item, 'dismissed')]);
    const rows = lines.map((line) => parseToolCallRow(line, 1));
    expect(rows).toMatchObject([
      { type: 'read', row: { id: 'music-1', expected: [] } },
      { type: 'read', row: { id: 'music-1', turns: row.turns, expected: [{ ...right[0], optional: [] }] } },
    ]);
    expect(lines.join('')).not.toContain('Old words');
  });

  test('is gone once the item is opened again', () => {
    const corrected = correctItem(item, right);
    if (corrected.type !== 'corrected') throw new Error('Not corrected.');
    expect(setState(corrected.item, 'open')).toEqual(item);
  });
});

describe('the queue', () => {
  test('takes a failure once, keeps what was decided, and lets it go', async () => {
    const options = { databaseName: 'review-test' };
    const queue = new ReviewQueue(options);
    await queue.open();
    expect(queue.file()).toBeUndefined();
    expect(await queue.take(taken)).toBe(true);
    await queue.take({ ...taken, at: 9 });
    await queue.take({ ...taken, subject: { ...subject, adapter: 'caller' }, at: 8 });
    expect(queue.items.map(({ at }) => at)).toEqual([8, 7]);
    const [, first] = queue.items;
    const id = first?.id ?? '';
    expect(await queue.correct(id, [{ name: 'Stop', arguments: {} }])).toMatch(/none of the tools/);
    expect(queue.items[1]?.state).toBe('open');
    expect(await queue.correct(id, right)).toBeUndefined();
    await queue.setNote(id, 'The whole name.');

    const again = new ReviewQueue(options);
    await again.open();
    expect(again.items).toEqual(queue.items);
    expect(again.items[1]).toMatchObject({ state: 'corrected', note: 'The whole name.', correction: right });
    const file = again.file();
    expect(file?.name).toBe('reviewed.jsonl');
    expect((await file?.text())?.endsWith('\n')).toBe(true);
    await again.remove(id);
    await queue.open();
    expect(queue.items).toHaveLength(1);
    expect(queue.file()).toBeUndefined();
  });
});

test('what was made from runs that were erased goes, also where another page took it in; the rest stays', async () => {
  const databaseName = 'review-erased';
  const [mine, other] = [new ReviewQueue({ databaseName }), new ReviewQueue({ databaseName })];
  await mine.take({ ...taken, row: { ...row, id: 'own-1', runId: 'run-1' } });
  await mine.take({ ...taken, row: { ...row, id: 'own-2', runId: 'run-2' } });
  await mine.take(taken);
  expect(mine.items).toHaveLength(3);
  await other.dropRuns(['run-1', 'run-9']);
  expect(new Set(other.items.map(({ runId }) => runId))).toEqual(new Set(['run-2', undefined]));
  await mine.open();
  expect(mine.items).toEqual(other.items);
});
