/**
 * Adapters on their way into use: the panel by itself, then the whole way from candidate to rollback, with a real journal
 * and the scripted engine in the model's place.
 */
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { runTask } from '../../src/agent/run.ts';
import { Promotion } from '../../src/app/promotion.ts';
import { createSession } from '../../src/app/session.ts';
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import { isInCanary } from '../../src/flywheel/promote.ts';
import { openJournal } from '../../src/log/journal.ts';
import type { Journal } from '../../src/log/journal.ts';
import { newId } from '../../src/protocol/id.ts';
import type { ShadowTrial } from '../../src/protocol/promotion.ts';
import { emptyPromotionView } from '../../src/ui/promotion-view.ts';
import type { PromotedAdapter, PromotionView } from '../../src/ui/promotion-view.ts';
import { removeStoredFiles } from '../fixtures/stored-file.ts';
import { makeTinyLlama } from '../fixtures/tiny-llama.ts';
import { makeTinyLora } from '../fixtures/tiny-lora.ts';
import { addTool, call, model as scripted } from '../unit/agent/agent-fixtures.ts';
import { collect, expectGoodPage, setStage, show } from './ui-fixtures/stage.ts';
import { states } from './ui-fixtures/states.ts';

const file = { name: 'adapters/new.gguf', bytes: 9_800_000, sha256: 'ab', sources: [] };
const entry = { title: 'New caller', licence: 'MIT', baseId: 'x', baseSha256: 'x', file };
const decision = {
  id: newId(),
  at: Date.UTC(2026, 10, 3, 12),
  baseSha256: 'x',
  adapter: 'new',
  from: 'candidate',
  to: 'shadow',
  by: 'person',
  reason: 'Asked beside what runs use, to be compared.',
} as const;
const view: PromotionView = {
  adapters: [
    {
      id: 'new',
      title: 'New caller',
      stage: 'shadow',
      figures: [
        { label: 'Could be run', tally: { n: 12, successes: 12 }, interval: { low: 0.76, high: 1 } },
        { label: 'Decided the same', tally: { n: 12, successes: 9 }, interval: { low: 0.47, high: 0.91 } },
      ],
      note: 'Compared on 12 steps; 0 failed, 3 were left out to keep out of the way.',
      decisions: [decision],
      actions: ['promote', 'roll-back'],
    },
    {
      id: 'far',
      title: 'a-very-long-name-that-goes-on-and-on-and-on-and-on-and-on',
      stage: 'candidate',
      figures: [],
      decisions: [],
      actions: ['start-shadow'],
    },
  ],
};

setStage('Promotion');

async function showPanel(running = false): Promise<void> {
  const adapters = { adapters: [{ entry: { ...entry, id: 'new' }, kept: true }] };
  await show({ model: states.verifying.model, promotion: view, adapters, running });
  await page.getByText('Try an adapter before runs rely on it').click();
}

describe('the panel', () => {
  test.for([360, 1280])('is accessible and does not scroll sideways at %i px', async (width) => {
    await page.viewport(width, 900);
    await showPanel();
    await page.getByText('What was decided').click();
    await page.getByRole('button', { name: /Promote to a trial: New/ }).click();
    await expectGoodPage();
    for (const text of [
      'in the shadow',
      /Decided the same, 9 of 12/,
      /47 % to 91 %/,
      /by hand/,
      /to be compared/,
    ]) {
      await expect.element(page.getByText(text).first()).toBeVisible();
    }
  });

  test('asks before anything is changed, keeps the keyboard in its place, and waits for a run', async () => {
    await showPanel();
    const asked = collect('promotion-decide');
    const promote = page.getByRole('button', { name: /Promote to a trial: New/ });
    (promote.element() as HTMLElement).focus();
    await userEvent.keyboard('{Enter}');
    expect(asked).toEqual([]);
    await userEvent.keyboard('{Tab}{Enter}');
    await expect.poll(() => promote.element().matches(':focus')).toBe(true);
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText(/A fifth of the runs use it/)).toBeVisible();
    await userEvent.keyboard('{Enter}');
    expect(asked).toEqual([{ adapter: 'new', action: 'promote' }]);
    await showPanel(true);
    for (const button of page.getByRole('button', { name: /New caller/ }).elements())
      expect(button).toBeDisabled();
  });
});

describe('the way into use and back', () => {
  const journals: Journal[] = [];
  afterEach(() => {
    for (const journal of journals.splice(0)) journal.close();
  });

  const right = call('add', { a: 1, b: 2 });
  const model = { ...scripted, adapters: ['old', 'new'] };

  test('candidate, shadow, canary, default, and back when it does worse than what it replaced', async () => {
    const journal = await openJournal({ name: `promotion-${newId()}` });
    journals.push(journal);
    let chosen: string | undefined = 'old';
    let shown: PromotionView = emptyPromotionView;
    const errors: unknown[] = [];
    /** How the new adapter does; the old one is always right. */
    let manner: 'right' | 'wrong' = 'right';
    const script = new Map<string, ScriptedEngine>();
    const engine = {
      generate: (...[request, options]: Parameters<ScriptedEngine['generate']>) => {
        const isAnswer = request.messages.at(-1)?.content.includes('Result:') === true;
        const bad = request.adapter === 'new' && manner === 'wrong';
        const reply = isAnswer ? '1 plus 2 is 3.' : bad ? call('add', { a: 'one' }) : right;
        const key = newId();
        script.set(key, new ScriptedEngine({ steps: [{ reply }], loaded: true }));
        return script.get(key)!.generate(request, options);
      },
    };
    const promotion = new Promotion({
      log: { get: () => Promise.resolve(journal), addTrial: (trial) => journal.addTrial(trial) },
      shelf: () => ({
        baseSha256: model.weightsHash,
        adapters: [
          { id: 'old', title: 'Old' },
          { id: 'new', title: 'New' },
        ],
        chosen,
      }),
      adapters: {
        bring: () => Promise.resolve(),
        choose: (id) => {
          chosen = id;
          return Promise.resolve();
        },
      },
      shadowTailMs: 2000,
      onChange: (next) => (shown = next),
      onError: (error) => errors.push(error),
    });
    const standing = (id: string): PromotedAdapter => shown.adapters.find((adapter) => adapter.id === id)!;

    /** Runs once, as a session does; tells which adapter decided. */
    async function run(): Promise<string | undefined> {
      let used: string | undefined;
      const way = await promotion.forRun({ engine, model });
      for await (const event of runTask('What is 1 plus 2?', { engine, model, tools: [addTool], ...way })) {
        await journal.append(event);
        if (event.type === 'step-started' && event.purpose === 'act') {
          used = event.route.adapter;
          expect(event.messages).toHaveLength(event.attempt === 1 ? 2 : 4);
          expect(event.route.reason).toContain(`the adapter ${used} is`);
        }
      }
      await promotion.review();
      return used;
    }

    await promotion.open();
    expect(standing('new')).toMatchObject({ stage: 'candidate', actions: ['start-shadow'], decisions: [] });
    expect(standing('old')).toMatchObject({ stage: 'candidate', actions: [] });
    await expect(promotion.decide('new', 'promote')).rejects.toMatchObject({ code: 'unsupported' });

    await promotion.decide('new', 'start-shadow');
    for (let time = 0; time < 3; time += 1) expect(await run()).toBe('old');
    const trials = (): Promise<ShadowTrial[]> => journal.trials({ adapter: 'new', limit: 9 });
    await expect.poll(async () => (await trials()).length, { timeout: 10_000 }).toBe(3);
    expect((await trials())[0]?.outcome).toMatchObject({ type: 'compared', valid: true, agreed: true });
    await promotion.open();
    expect(standing('new').figures[1]).toMatchObject({ tally: { n: 3, successes: 3 } });

    await promotion.decide('new', 'promote');
    expect(standing('new')).toMatchObject({ stage: 'canary', actions: ['promote', 'roll-back'] });
    const used = new Set<string | undefined>();
    while (used.size < 2) used.add(await run());
    expect(used).toEqual(new Set(['new', 'old']));
    for await (const { runId, events } of journal.episodes()) {
      const step = events.find((event) => event.type === 'step-started');
      if (step?.route.adapter === 'new') expect(isInCanary({ adapter: 'new', runId })).toBe(true);
    }

    await promotion.decide('new', 'promote');
    expect(chosen).toBe('new');
    expect(standing('new').stage).toBe('default');
    for (let time = 0; time < 3; time += 1) expect(await run()).toBe('new');
    expect(standing('new').stage).toBe('default');

    manner = 'wrong';
    for (let time = 0; time < 40 && standing('new').stage === 'default'; time += 1) await run();
    expect(chosen).toBe('old');
    expect(standing('new')).toMatchObject({ stage: 'rolled-back', actions: ['start-shadow'] });
    expect(await run()).toBe('old');

    const decisions = await journal.decisions();
    expect(decisions.map(({ to, by }) => `${to} by ${by}`)).toEqual([
      'shadow by person',
      'canary by person',
      'default by person',
      'rolled-back by rule',
    ]);
    expect(decisions.at(-1)?.reason).toMatch(
      /of the last \d+ runs with new went well .* below the 95 % interval/,
    );
    expect(decisions.every(({ reason, at }) => reason !== '' && at > 0)).toBe(true);
    expect(errors).toEqual([]);
    promotion.close();
  });
});

describe('in a session, with an adapter that the user brought', () => {
  beforeEach(removeStoredFiles);
  afterAll(removeStoredFiles);

  test('one in the shadow is compared and not used; promoted, it is what runs use; rolled back, it is not', async () => {
    localStorage.clear();
    const journalName = newId();
    /** Ids that the engine says it holds: a scripted one holds what it is told. */
    const held: string[] = [];
    const session = createSession({
      journalName,
      tools: [addTool],
      createEngine: () => ({
        load: async (...given) =>
          Object.assign({}, await new ScriptedEngine({ steps: [] }).load(...given), { adapters: held }),
        generate: (request, options) => {
          const isAnswer = request.messages.at(-1)?.content.includes('Result:') === true;
          const reply = isAnswer ? '1 plus 2 is 3.' : call('add', { a: 1, b: 2 });
          return new ScriptedEngine({ steps: [{ reply }], loaded: true }).generate(request, options);
        },
        dispose: () => undefined,
      }),
    });
    const journal = await openJournal({ name: journalName });
    /** The adapters that a run's decisions came from. */
    const used = async (): Promise<Set<string | undefined>> => {
      const seen = new Set<string | undefined>();
      const outcome = await session.run('What is 1 plus 2?', {
        onEvent: (event) => {
          if (event.type === 'step-started' && event.purpose === 'act') seen.add(event.route.adapter);
        },
      });
      expect(outcome.type).toBe('answered');
      return seen;
    };
    try {
      await session.importFiles([new File([makeTinyLlama({ seed: 61 })], 'tiny.gguf')]);
      session.useModel(session.state.shelf.imported!);
      await session.importFiles([new File([makeTinyLora({ seed: 62 }).file], 'mine.gguf')]);
      const { id } = session.state.shelf.importedAdapter!;
      held.push(id);

      await session.promotion.decide(id, 'start-shadow');
      expect(session.state.promotion.adapters).toMatchObject([{ id, title: 'mine', stage: 'shadow' }]);
      expect(await used()).toEqual(new Set([undefined]));
      const outcomes = async (): Promise<string[]> =>
        (await journal.trials({ adapter: id, limit: 9 })).map(({ outcome }) => outcome.type);
      await expect.poll(outcomes, { timeout: 10_000 }).toEqual(['compared']);

      await session.promotion.decide(id, 'promote');
      await session.promotion.decide(id, 'promote');
      expect(session.state.adapters.chosen).toBe(id);
      expect(await used()).toEqual(new Set([id]));
      await session.promotion.decide(id, 'roll-back');
      expect(session.state.adapters.chosen).toBeUndefined();
      expect(await used()).toEqual(new Set([undefined]));

      // Chosen by hand, it is used without being on trial.
      await session.adapters.choose(id);
      await session.promotion.open();
      expect(session.state.promotion.adapters).toMatchObject([
        { stage: 'rolled-back', actions: [], note: expect.stringContaining('you chose it') as string },
      ]);
      expect(await used()).toEqual(new Set([id]));
      expect(session.state.fault).toBeUndefined();
    } finally {
      journal.close();
      await session.dispose();
    }
  });
});
