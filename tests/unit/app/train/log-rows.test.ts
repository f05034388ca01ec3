/** Which runs of the own log teach, and which try the adapter meanwhile: no run does both, and none that judges does either. */
import { describe, expect, test } from 'vitest';
import { readLogRows } from '../../../../src/app/train/log-rows.ts';
import type { LogRows } from '../../../../src/app/train/log-rows.ts';
import { logSide } from '../../../../src/flywheel/split.ts';
import type { Episode } from '../../../../src/protocol/record.ts';
import { sampleId, sampleRun } from '../../../fixtures/journal/sample-run.ts';

const cities = ['Oslo', 'Rome', 'Lima'];

/** A log of so many runs of one call each, all of which went well. */
async function rowsOf(count: number): Promise<LogRows> {
  const episodes = Array.from({ length: count }, (_, number): Episode => {
    const city = cities[number % cities.length] ?? '';
    const output = { type: 'calls', calls: [{ name: 'weather', arguments: { city } }] } as const;
    const outcome = { type: 'answered', answer: 'Rain.' } as const;
    const events = sampleRun({ number, goal: `goal ${String(number)}`, steps: [{ output }], outcome });
    return { runId: sampleId(number, 'run'), events, feedback: [] };
  });
  return await readLogRows({
    episodes: async function* all() {
      for (const episode of episodes) yield await Promise.resolve(episode);
    },
  });
}

describe('the rows of a log', () => {
  test('teach or try, and no run does both', async () => {
    const { lines, lineage, trials } = await rowsOf(300);
    const tried = trials.map(({ runId }) => runId ?? '');
    const learned = Array.from({ length: 300 }, (_, number) => sampleId(number, 'run')).filter(
      (id) => logSide(id) === 'training',
    );
    expect([...lineage, ...tried].toSorted()).toEqual(learned.toSorted());
    expect(lines).toHaveLength(lineage.length);
    expect(trials.length).toBeGreaterThan(20);
    expect(trials.length).toBeLessThanOrEqual(40);
    expect(trials[0]?.expected[0]?.name).toBe('weather');
  });

  test('of a small log all teach', async () => {
    const { lineage, trials } = await rowsOf(40);
    expect(trials).toEqual([]);
    expect(lineage.length).toBeGreaterThan(20);
  });

  test('are the same whoever reads them again', async () => {
    expect(await rowsOf(120)).toEqual(await rowsOf(120));
  });
});
