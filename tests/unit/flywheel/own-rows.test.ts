/**
 * The user's own log as rows to judge by: of runs that are never taught, asked as they were asked, and expected to be
 * answered as a person let stand.
 */
import { describe, expect, test } from 'vitest';
import { exportDataset } from '../../../src/flywheel/export-dataset.ts';
import { ownRows } from '../../../src/flywheel/own-rows.ts';
import { evaluationShare, logSide } from '../../../src/flywheel/split.ts';
import { newId } from '../../../src/protocol/id.ts';
import type { Episode } from '../../../src/protocol/record.ts';
import { runScript, call, addTool } from '../agent/agent-fixtures.ts';

async function* each(log: readonly Episode[]): AsyncGenerator<Episode, void> {
  yield* log;
}

/** The same run under many ids, of which some judge and some teach. */
async function episodes(count: number): Promise<Episode[]> {
  const { events } = await runScript('What is 1 plus 2?', [
    { reply: call('add', { a: 1, b: 2 }) },
    { reply: '1 plus 2 is 3.' },
  ]);
  const stored = events.filter((event) => event.type !== 'step-streamed');
  return Array.from({ length: count }, () => {
    const runId = newId();
    return { runId, events: stored.map((event) => Object.assign({}, event, { runId })), feedback: [] };
  });
}

async function rowsOf(
  log: readonly Episode[],
  side: 'training' | 'evaluation',
  confirmed: 'said' | 'all' = 'all',
) {
  const rows = [];
  for await (const row of ownRows({ episodes: each(log), side, confirmed })) rows.push(row);
  return rows;
}

describe('the split', () => {
  test('puts every run on one side for good, about a fifth of them to judge', () => {
    const ids = Array.from({ length: 4000 }, newId);
    const judging = ids.filter((runId) => logSide(runId) === 'evaluation');
    expect(ids.map(logSide)).toEqual(ids.map(logSide));
    expect(Math.abs(judging.length / ids.length - evaluationShare)).toBeLessThan(0.04);
  });

  test('no run is on both sides, and none is lost', async () => {
    const log = await episodes(60);
    const [judging, teaching] = [await rowsOf(log, 'evaluation'), await rowsOf(log, 'training')];
    expect(judging.length).toBeGreaterThan(0);
    expect(judging.length + teaching.length).toBe(60);
    expect(judging).toHaveLength(log.filter(({ runId }) => logSide(runId) === 'evaluation').length);
  });
});

describe('a row', () => {
  test('asks what the run was asked, without the worked examples, and keeps the tools', async () => {
    const [row] = await rowsOf(await episodes(40), 'evaluation');
    expect(row).toMatchObject({
      turns: [{ role: 'user', content: 'What is 1 plus 2?' }],
      tools: [{ name: 'add' }],
      expected: [{ name: 'add', arguments: { a: 1, b: 2 }, optional: [] }],
    });
    expect(row!.turns).toHaveLength(1);
  });

  test('shows the calls and results that stood before its step', async () => {
    const { events } = await runScript(
      'What is 4 plus 3 plus 1?',
      [
        { reply: call('add', { a: 1, b: 2 }) },
        { reply: call('add', { a: 3, b: 4 }) },
        { expect: ['Result: {"sum":7}'], reply: 'It is 7, after 3.' },
      ],
      { budget: { rounds: 2 }, tools: [addTool] },
    );
    const stored = events.filter((event) => event.type !== 'step-streamed');
    const log = Array.from({ length: 40 }, () => ({ runId: newId(), events: stored, feedback: [] }));
    const rows = await rowsOf(log, 'evaluation');
    expect(rows[1]?.turns).toEqual([
      { role: 'user', content: 'What is 4 plus 3 plus 1?' },
      { role: 'assistant', content: '', calls: [{ name: 'add', arguments: { a: 1, b: 2 } }] },
      { role: 'tool', content: '{"sum":3}', name: 'add' },
    ]);
  });

  test('is there without a word of anybody only where that is wanted', async () => {
    expect(await rowsOf(await episodes(40), 'evaluation', 'said')).toEqual([]);
    const liked = (await episodes(40)).map(({ runId, events }): Episode => ({
      runId,
      events,
      feedback: [{ id: newId(), runId, at: 0, verdict: 'good' }],
    }));
    expect((await rowsOf(liked, 'evaluation', 'said')).length).toBeGreaterThan(0);
  });
});

describe('what teaches', () => {
  test('is the other side of the log, asked as an adapter is asked', async () => {
    const log = await episodes(40);
    const lines: { readonly prompt: string; readonly completion: string }[] = [];
    const options = { episodes: each(log), format: 'rendered', side: 'training', examples: 'none' } as const;
    for await (const line of exportDataset(options)) lines.push(JSON.parse(line) as (typeof lines)[number]);
    expect(lines).toHaveLength(log.filter(({ runId }) => logSide(runId) === 'training').length);
    expect(lines[0]?.prompt.match(/<\|im_start\|>user/g)).toHaveLength(1);
    expect(lines[0]?.prompt).toContain('What is 1 plus 2?');
    expect(lines[0]?.prompt).toContain('add(a: number, b: number)');
    expect(lines[0]?.completion).toContain('{"name":"add","arguments":{"a":1,"b":2}}');
  });
});
