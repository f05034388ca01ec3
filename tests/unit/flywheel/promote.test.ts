/**
 * The rules of promotion: where adapters stand, who gets which run, what a run says of its adapter, and when one is taken
 * back.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeRun, tallyRuns } from '../../../src/flywheel/judge-run.ts';
import {
  assignAdapter,
  isInCanary,
  promotionMoves,
  promotionRules,
  rollbackReason,
  stageOf,
  standingsOf,
  tallyTrials,
} from '../../../src/flywheel/promote.ts';
import { newId } from '../../../src/protocol/id.ts';
import type { PromotionStage } from '../../../src/protocol/promotion.ts';
import type { Episode, StoredEvent } from '../../../src/protocol/record.ts';
import {
  sampleDecision,
  sampleFeedback,
  sampleId,
  sampleRun,
  sampleTrial,
} from '../../fixtures/journal/sample-run.ts';

const loaded = ['old', 'new'];

function standing(stages: Readonly<Record<string, PromotionStage>>) {
  return standingsOf(
    Object.entries(stages).map(([adapter, to], at) => sampleDecision(1, at, { adapter, to })),
  );
}

describe('stages', () => {
  test('every action leads on, and every stage can be left', () => {
    for (const moves of Object.values(promotionMoves)) {
      expect(Object.keys(moves).length).toBeGreaterThan(0);
      for (const to of Object.values(moves)) expect(Object.keys(promotionMoves)).toContain(to);
    }
  });

  test('the last decision on an adapter rules', () => {
    const decisions = [
      sampleDecision(1, 0, { adapter: 'new', to: 'shadow' }),
      sampleDecision(1, 1, { adapter: 'old', to: 'default' }),
      sampleDecision(1, 2, { adapter: 'new', to: 'canary' }),
    ];
    const standings = standingsOf(decisions);
    expect([stageOf(standings, 'new'), stageOf(standings, 'old'), stageOf(standings, 'unheard')]).toEqual([
      'canary',
      'default',
      'candidate',
    ]);
  });
});

describe('who gets a run', () => {
  test('one in the shadow is asked beside the incumbent, and gets no run', () => {
    const standings = standing({ new: 'shadow' });
    for (const incumbent of ['old', undefined]) {
      const choice = assignAdapter({ standings, incumbent, loaded, runId: newId() });
      expect(choice.adapter).toBe(incumbent);
      expect(choice.shadow).toBe('new');
    }
  });

  test('one on trial gets its share of runs, the same ones each time, and the reason says so', () => {
    const standings = standing({ new: 'canary' });
    const runs = Array.from({ length: 3000 }, newId);
    const got = runs.filter((runId) => {
      const choice = assignAdapter({ standings, incumbent: 'old', loaded, runId });
      expect(choice).toEqual(assignAdapter({ standings, incumbent: 'old', loaded, runId }));
      expect(choice.reason).toContain(
        choice.adapter === 'new' ? 'new is on trial in 20 %' : 'old is the one',
      );
      return choice.adapter === 'new';
    });
    // Six standard errors of 3,000 runs are 4.4 points.
    expect(Math.abs(got.length / runs.length - promotionRules.canaryShare)).toBeLessThan(0.044);
    const other = runs.filter((runId) => isInCanary({ adapter: 'another', runId }));
    const both = other.filter((runId) => got.includes(runId)).length / other.length;
    expect(Math.abs(both - promotionRules.canaryShare)).toBeLessThan(0.1);
  });

  test('what is not in memory, was rolled back or is only a candidate gets nothing', () => {
    const runId = newId();
    for (const stage of ['candidate', 'rolled-back', 'default'] as const) {
      const choice = assignAdapter({ standings: standing({ new: stage }), incumbent: 'old', loaded, runId });
      expect(choice).toMatchObject({ adapter: 'old' });
      expect(choice.shadow).toBeUndefined();
    }
    const away = assignAdapter({
      standings: standing({ new: 'shadow' }),
      incumbent: undefined,
      loaded: ['old'],
      runId,
    });
    expect(away).toEqual({ reason: 'no adapter is in use' });
  });
});

describe('the rule', () => {
  const incumbent = { n: 30, successes: 27 };

  test('takes back what falls below the interval of the incumbent, and says the figures', () => {
    const challenger = { n: 12, successes: 6 };
    expect(rollbackReason({ adapter: 'new', challenger, incumbent })).toMatch(
      /6 of the last 12 runs with new went well \(50 %\).*27 of 30 \(74 % to 97 %\)/,
    );
  });

  test('keeps what is as good, what has too few runs, and what has nothing to be measured against', () => {
    const bad = { n: 12, successes: 0 };
    expect(
      rollbackReason({ adapter: 'new', challenger: { n: 12, successes: 10 }, incumbent }),
    ).toBeUndefined();
    expect(rollbackReason({ adapter: 'new', challenger: { n: 9, successes: 0 }, incumbent })).toBeUndefined();
    const nothing = { n: 0, successes: 0 };
    expect(rollbackReason({ adapter: 'new', challenger: bad, incumbent: nothing })).toBeUndefined();
  });

  test('never takes back what does at least as well as the incumbent', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.nat({ max: 30 }), fc.nat({ max: 30 }), (good, more, n) => {
        const total = Math.max(good, n);
        const one = { n: total, successes: good };
        const better = { n: 30, successes: Math.min(30, Math.ceil((good / Math.max(total, 1)) * 30) + more) };
        expect(rollbackReason({ adapter: 'new', challenger: better, incumbent: one })).toBeUndefined();
      }),
    );
  });
});

describe('a run', () => {
  const call = {
    output: { type: 'calls', calls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
  } as const;
  const answered = { type: 'answered', answer: 'Rain.' } as const;

  function episode(
    rest: Partial<Episode>,
    adapter?: string,
    outcome: object | undefined = answered,
  ): Episode {
    const events = sampleRun({
      number: 1,
      steps: [call],
      ...(outcome === undefined ? {} : { outcome: outcome as typeof answered }),
    }).map((event): StoredEvent =>
      event.type === 'step-started' && adapter !== undefined
        ? Object.assign({}, event, { route: Object.assign({}, event.route, { adapter }) })
        : event,
    );
    return { runId: sampleId(1, 'run'), events, feedback: [], ...rest };
  }

  test('that came to an answer speaks for its adapter; a stopped one and a lost one do not', () => {
    expect(judgeRun(episode({}, 'new'))).toMatchObject({ adapter: 'new', success: true });
    expect(judgeRun(episode({}))).not.toHaveProperty('adapter');
    expect(judgeRun(episode({}, 'new', { type: 'stopped' }))).toBeUndefined();
    expect(judgeRun(episode({ events: [] }))).toBeUndefined();
    expect(judgeRun(episode({ events: episode({}, 'new').events.slice(0, -1) }))).toBeUndefined();
    expect(
      judgeRun(episode({}, 'new', { type: 'failed', fault: { code: 'unexpected', message: 'x' } })),
    ).toMatchObject({
      success: false,
    });
  });

  test('is judged by what a person says of it, before anything else', () => {
    const bad = sampleFeedback(1, 0, { verdict: 'bad' });
    expect(judgeRun(episode({ feedback: [bad] }))?.success).toBe(false);
    const later = sampleFeedback(1, 1, { verdict: 'good' });
    expect(judgeRun(episode({ feedback: [bad, later] }))?.success).toBe(true);
    const corrected = { ...later, correction: { stepId: sampleId(1, 'step'), calls: [] } };
    expect(judgeRun(episode({ feedback: [corrected] }))?.success).toBe(false);
  });

  test('with a decision that had to be made again, a failed tool or a declined call did not go well', () => {
    const events = sampleRun({ number: 1, steps: [{ ...call, accepted: false }, call], outcome: answered });
    expect(judgeRun(episode({ events }))?.success).toBe(false);
    const [first] = events;
    const at = { id: 'x', runId: first!.runId, at: 0, callId: 'c', subtaskId: 's' };
    const fault = { code: 'tool-failed', message: 'It broke.' } as const;
    const failed: StoredEvent = {
      ...at,
      type: 'tool-returned',
      outcome: { type: 'error', callId: 'c', fault, durationMs: 1 },
    };
    const declined: StoredEvent = { ...at, type: 'approval-decided', approved: false };
    for (const event of [failed, declined]) {
      expect(judgeRun(episode({ events: [...episode({}).events, event] }))?.success).toBe(false);
    }
  });

  test('counts among the last ones of its adapter only', () => {
    const runs = [true, false, true, true].map((success, at) => ({
      adapter: 'new',
      weightsHash: '',
      at,
      success,
    }));
    expect(tallyRuns({ runs, adapter: 'new', last: 2 })).toEqual({ n: 2, successes: 1 });
    expect(tallyRuns({ runs, adapter: undefined, last: 2 })).toEqual({ n: 0, successes: 0 });
  });
});

test('trials: what failed counts against it, what was skipped does not count', () => {
  const usage = {
    promptTokens: 1,
    cachedTokens: 0,
    decodeTokens: 1,
    timeToFirstTokenMs: 1,
    prefillMs: 1,
    decodeMs: 1,
    totalMs: 1,
  };
  const fault = { code: 'engine-failed', message: 'x' } as const;
  const trials = [
    sampleTrial(1, 0, { outcome: { type: 'compared', valid: true, agreed: true, usage } }),
    sampleTrial(1, 1, { outcome: { type: 'compared', valid: true, agreed: false, usage } }),
    sampleTrial(1, 2, { outcome: { type: 'failed', fault } }),
    sampleTrial(1, 3, { outcome: { type: 'skipped', why: 'cut-off' } }),
  ];
  expect(tallyTrials(trials)).toEqual({
    valid: { n: 3, successes: 2 },
    agreed: { n: 3, successes: 1 },
    failed: 1,
    skipped: 1,
  });
});
