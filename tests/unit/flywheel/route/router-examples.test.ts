/** What a log teaches a router: whose word counts, and which decisions say nothing. */
import { expect, test } from 'vitest';
import { routerExamples } from '../../../../src/flywheel/route/router-examples.ts';
import { trainingRows } from '../../../../src/flywheel/training-row.ts';
import { ScriptedEngine } from '../../../../src/bridge/scripted-engine.ts';
import type { Episode, Feedback, StoredEvent } from '../../../../src/protocol/record.ts';
import { call, model, ofType, runScript } from '../../agent/agent-fixtures.ts';

const goal = 'What is 1 plus 2?';
const right = call('add', { a: 1, b: 2 });
const wrong = call('add', { a: 1, b: 1 });
const told = { expect: ['Result'], reply: '1 plus 2 is 3.' };

async function episode(
  first: string,
  options: Parameters<typeof runScript>[2] = {},
  feedback: readonly Pick<Feedback, 'verdict'>[] = [],
): Promise<Episode> {
  const { events } = await runScript(goal, [{ reply: first }, told], options);
  const stored = events.filter((event): event is StoredEvent => event.type !== 'step-streamed');
  const runId = stored[0]?.runId ?? '';
  return {
    runId,
    events: stored,
    feedback: feedback.map(({ verdict }, at) => ({ id: String(at), runId, at, verdict })),
  };
}

function handedOn(reply: string): Parameters<typeof runScript>[2] {
  return {
    router: {
      judge: () => ({ chance: 0.1, effects: [] }),
      policy: { leastChance: 0.5, leastAgreement: 0, to: ['larger'] },
      models: [
        {
          place: 'larger',
          engine: new ScriptedEngine({ steps: [{ reply }], loaded: true }),
          model: { ...model, modelId: 'large' },
        },
      ],
    },
  };
}

test('a call that ran was right, and a person knows better', async () => {
  expect(routerExamples(await episode(right)).map(({ success }) => success)).toEqual([true]);
  const blamed = await episode(right, {}, [{ verdict: 'bad' }]);
  expect(routerExamples(blamed).map(({ success }) => success)).toEqual([false]);
});

test('what a larger model decided otherwise was wrong; what it decided too was right', async () => {
  const other = routerExamples(await episode(wrong, handedOn(right)));
  expect(other.map(({ success }) => success)).toEqual([false]);
  const same = routerExamples(await episode(right, handedOn(right)));
  expect(same.map(({ success, facts }) => [success, facts.toolsOffered, facts.attempts])).toEqual([
    [true, 1, 1],
  ]);
});

test('of a decision that was handed on the one that was made instead teaches', async () => {
  const rows = trainingRows(await episode(wrong, handedOn(right)));
  expect(rows.map(({ modelId, output }) => [modelId, output])).toEqual([
    ['large', { type: 'calls', calls: [{ name: 'add', arguments: { a: 1, b: 2 } }] }],
  ]);
});

test('what most answers said teaches in place of the first', async () => {
  const { events } = await runScript(goal, [{ reply: wrong }, { reply: right }, { reply: right }, told], {
    help: { samples: 3 },
  });
  const stored = events.filter((event): event is StoredEvent => event.type !== 'step-streamed');
  expect(ofType(events, 'step-judged')).toHaveLength(1);
  const rows = trainingRows({ runId: stored[0]?.runId ?? '', events: stored, feedback: [] });
  expect(rows[0]?.output).toEqual({ type: 'calls', calls: [{ name: 'add', arguments: { a: 1, b: 2 } }] });
});
