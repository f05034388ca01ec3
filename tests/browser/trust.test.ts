/**
 * Whom a session trusts: the panel by itself; then decisions judged, handed on, written down and learned from, with a real
 * journal and worker, on the scripted engine and on a tiny real model.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createSession } from '../../src/app/session.ts';
import type { Session } from '../../src/app/session.ts';
import { fitInWorker } from '../../src/bridge/router-fit-client.ts';
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import { seededRandom } from '../../src/flywheel/seeded-random.ts';
import { newId } from '../../src/protocol/id.ts';
import type { RouterExample } from '../../src/protocol/decision-facts.ts';
import type { TrustSettings } from '../../src/protocol/routing.ts';
import type { TaskEvent } from '../../src/protocol/task-event.ts';
import type { TrustView } from '../../src/ui/trust-view.ts';
import { defineTrust } from '../../src/ui/define-trust.ts';
import { removeStoredFiles } from '../fixtures/stored-file.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { addTool, call, model, ofType } from '../unit/agent/agent-fixtures.ts';
import { collect, expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';

const settings: TrustSettings = {
  isOn: true,
  policy: { leastChance: 0.6, leastAgreement: 0.5, to: ['larger', 'user'] },
  samples: 3,
};
const view: TrustView = {
  settings,
  targets: ['user', 'larger', 'remote'],
  learned: { n: 120, successes: 90, calibrationError: 0.06, at: Date.UTC(2026, 10, 3, 12) },
  isOpen: true,
  isLearning: false,
  shortage: undefined,
};

setStage('Trust');
defineTrust();

async function showPanel(trust: TrustView): Promise<void> {
  await show({ trust });
  await page.getByText('Check decisions before they count').click();
}

describe('the panel', () => {
  test.for([320, 1280])('is accessible and does not scroll sideways at %i px', async (width) => {
    await page.viewport(width, 900);
    await showPanel(view);
    await expectGoodPage();
    for (const text of [/chance of 60 %/, /120 decisions/, /off by 6 %/, 'A model on a server'])
      await expect.element(page.getByText(text).first()).toBeVisible();
  });

  test('says what it knows nothing of, and offers only whom it can ask', async () => {
    const shortage = { found: 3, needed: 40, neededOfEach: 8 };
    await showPanel({ ...view, learned: undefined, targets: ['user'], shortage });
    await expect.element(page.getByText(/say something: 3. It takes 40, 8 of them right/)).toBeVisible();
    await expect.element(page.getByText(/Nothing was learned from your log yet/)).toBeVisible();
    await expect.element(page.getByRole('checkbox', { name: /^Me/ })).toBeChecked();
    expect(page.getByRole('checkbox', { name: /server/ }).elements()).toEqual([]);
    await expectGoodPage();
  });

  test('tells what is changed, by keyboard too', async () => {
    await showPanel(view);
    const changes = collect('trust-change');
    const me = page.getByRole('checkbox', { name: /^Me/ });
    (me.element() as HTMLElement).focus();
    await userEvent.keyboard(' ');
    expect(changes).toEqual([{ ...settings, policy: { ...settings.policy, to: ['larger'] } }]);
    await page.getByRole('combobox', { name: 'Ask the model' }).selectOptions('once');
    expect(changes[1]).toMatchObject({ samples: 1 });
  });
});

describe('a session', () => {
  const open: Session[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((session) => session.dispose()));
    await removeStoredFiles();
  });

  const right = call('add', { a: 1, b: 2 });
  const wrong = call('add', { a: 1, b: 1 });

  function start(options: Parameters<typeof createSession>[0]): Session {
    const session = createSession({ journalName: newId(), trustName: newId(), tools: [addTool], ...options });
    open.push(session);
    return session;
  }

  async function run(session: Session): Promise<readonly TaskEvent[]> {
    const events: TaskEvent[] = [];
    await session.run('What is 1 plus 2?', {
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'approval-requested') session.decide(event.callId, true);
      },
    });
    return events;
  }

  test('hands on what its model is not agreed on, keeps it in the log, shows it, and remembers the settings', async () => {
    const larger = new ScriptedEngine({ steps: [{ reply: right }], loaded: true });
    const trustName = newId();
    const options = {
      trustName,
      larger: [{ place: 'larger' as const, engine: larger, model: { ...model, modelId: 'large' } }],
    };
    const session = start({
      ...options,
      createEngine: () =>
        new ScriptedEngine({
          steps: [wrong, right, call('add', { a: 2, b: 2 }), '1 plus 2 is 3.'].map((reply) => ({ reply })),
        }),
    });
    await session.trust.change(settings);
    const events = await run(session);
    larger.assertDone();
    expect(ofType(events, 'step-judged')[0]).toMatchObject({
      agreement: { asked: 3, same: 1 },
      ruling: { type: 'escalated', to: 'larger', modelId: 'large' },
    });
    const { runId = '' } = session.state.task;
    await session.openRun(runId);
    await show(session.state);
    await expect.element(page.getByText('Handed on')).toBeVisible();
    await page.getByText('Why this model').click();
    await expect.element(page.getByText(/Answers asked for: 3. Those that say the same: 1/)).toBeVisible();
    await expectGoodPage();

    await session.trust.learn();
    expect(session.state.trust.shortage).toMatchObject({ found: 1, needed: 40 });
    const later = start(options);
    await later.trust.open();
    expect(later.state.trust).toMatchObject({ settings, targets: ['user', 'larger'], isOpen: true });
  });

  test('judges a tiny real model by how sure it says it was', async () => {
    const session = start({ sharing: 'none', contextTokens: 2048 });
    await session.importFiles([new File([makeTinyLlama({ seed: 61, contextTokens: 2048 })], 'tiny.gguf')]);
    session.useModel(session.state.shelf.imported!);
    await session.trust.change({ ...settings, policy: { ...settings.policy, leastAgreement: 1 } });
    const events = await run(session);
    const judged = ofType(events, 'step-judged');
    expect(judged.length).toBeGreaterThan(0);
    expect(judged[0]?.agreement?.asked ?? 3).toBe(3);
    const { agreement, ruling } = judged[0]!;
    if (agreement !== undefined && agreement.same === 3) expect(ruling).toEqual({ type: 'trusted' });
    else expect(ruling.type).not.toBe('trusted');
    // A call is never made before it was judged.
    const types = events.map(({ type }) => type);
    const made = types.indexOf('tool-called');
    if (made >= 0) expect(types.indexOf('step-judged')).toBeLessThan(made);
  });
});

test('the flywheel worker learns from examples', async () => {
  const random = seededRandom('worker');
  const examples = Array.from({ length: 120 }, (): RouterExample => {
    const doubt = random.next() * 3;
    return {
      success: random.next() < Math.exp(-doubt),
      facts: {
        certainty: { choices: 4, logprob: -doubt, least: -doubt, leastAllowed: 0 },
        output: { type: 'calls', calls: [{ name: 'add', arguments: { a: 1, b: 2 } }] },
        attempts: 1,
        toolsOffered: 2,
        request: 'What is 1 plus 2?',
      },
    };
  });
  const fit = await fitInWorker(examples);
  expect(fit).toMatchObject({ v: 1, n: 120 });
  expect(await fitInWorker(examples.slice(0, 10))).toBeUndefined();
});
