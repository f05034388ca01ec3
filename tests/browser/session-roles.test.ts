/**
 * A session in each role of its log, with the real agent and journal, and a scripted engine in the model's place: who may
 * write runs does so and sees what it may, who may not is told before a model is loaded.
 */
import { afterEach, expect, test } from 'vitest';
import { ReviewQueue } from '../../src/app/review-queue.ts';
import { createSession } from '../../src/app/session.ts';
import type { Session } from '../../src/app/session.ts';
import type { SessionOptions } from '../../src/app/session-state.ts';
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import { openJournal } from '../../src/log/journal.ts';
import { newId } from '../../src/protocol/id.ts';
import type { Role } from '../../src/protocol/vault.ts';
import { pendingApprovals } from '../../src/ui/task-view.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import { logWithRoles, openAs, secretOf } from '../fixtures/vault/open-log.ts';

const open: Session[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.dispose()));
});

const goal = 'Keep the title Dune.';
const keepTitle = defineTool({
  name: 'keep_title',
  description: 'Keeps a title.',
  permission: 'write',
  inputSchema: {
    type: 'object',
    properties: { title: { type: 'string' } },
    required: ['title'],
    additionalProperties: false,
  },
  execute: () => Promise.resolve({ kept: true }),
});

function start(journalName: string, rest: SessionOptions = {}): { session: Session; engines: () => number } {
  let engines = 0;
  const session = createSession({
    journalName,
    tools: [keepTitle],
    createEngine: () => {
      engines += 1;
      return new ScriptedEngine({
        steps: [
          { reply: '{"name":"keep_title","arguments":{"title":"Dune"}}' },
          { reply: 'I kept the title Dune.' },
        ],
      });
    },
    ...rest,
  });
  open.push(session);
  return { session, engines: () => engines };
}

async function logFor(role: Role): Promise<{ journalName: string; unlockLog: SessionOptions['unlockLog'] }> {
  const journalName = newId();
  (await logWithRoles(journalName)).close();
  return { journalName, unlockLog: { role, secret: secretOf(role) } };
}

/** Runs, approves the call once it asks, and `before` that does something else. */
async function run(session: Session, before: () => Promise<void> = () => Promise.resolve()): Promise<string> {
  const outcome = session.run(goal);
  await expect.poll(() => pendingApprovals(session.state.task).length, { timeout: 60_000 }).toBe(1);
  await before();
  const [call] = pendingApprovals(session.state.task);
  session.decide(call!.id, true);
  return (await outcome).type;
}

test('a contributor runs to the end, sees no list and no fault, and the owner finds the run', async () => {
  const { journalName, unlockLog } = await logFor('contributor');
  const { session } = start(journalName, unlockLog === undefined ? {} : { unlockLog });
  expect(await run(session)).toBe('answered');
  expect(session.state).toMatchObject({ fault: undefined, runs: [], log: { access: 'contributor' } });
  expect(session.state.task.outcome?.type).toBe('answered');
  const owner = await openAs(journalName, 'owner');
  // The title is a name to the masker: what is there is what stands in its place.
  const goalThere = expect.stringMatching(/^Keep the title \w+\.$/) as string;
  const found = { goal: goalThere, outcome: 'answered', tools: ['keep_title'] };
  expect(await owner.runs()).toMatchObject([found]);
  owner.close();
});

test.for(['curator', 'auditor'] as const)(
  'a %s writes no run, and is told before a model is loaded',
  async (role) => {
    const { journalName, unlockLog } = await logFor(role);
    const { session, engines } = start(journalName, unlockLog === undefined ? {} : { unlockLog });
    expect(await session.run(goal)).toMatchObject({ type: 'failed', fault: { code: 'vault-refused' } });
    expect(engines()).toBe(0);
  },
);

test('a log that is locked is said to be, lists nothing, and takes a run only once it is unlocked', async () => {
  const { journalName } = await logFor('owner');
  const { session, engines } = start(journalName);
  await session.start();
  expect(session.state).toMatchObject({ fault: undefined, runs: [], log: { access: 'locked' } });
  expect(await session.run(goal)).toMatchObject({ type: 'failed', fault: { code: 'vault-locked' } });
  expect(engines()).toBe(0);
  const way = { type: 'passphrase', passphrase: 'owner says so' } as const;
  await session.logDoor.handle({ type: 'unlock', role: 'owner', way });
  expect(session.state.log.access).toBe('owner');
  expect(await run(session)).toBe('answered');
  expect(session.state.runs).toMatchObject([{ goal, outcome: 'answered' }]);
});

test('a log that locks in the middle of a run still writes it to its end', async () => {
  const { journalName, unlockLog } = await logFor('owner');
  const { session } = start(journalName, unlockLog === undefined ? {} : { unlockLog });
  expect(await run(session, () => session.logDoor.handle({ type: 'lock' }))).toBe('answered');
  expect(session.state).toMatchObject({ fault: undefined, runs: [], log: { access: 'locked' } });
  const owner = await openAs(journalName, 'owner');
  expect(await owner.runs()).toMatchObject([{ outcome: 'answered' }]);
  expect(await owner.check()).toMatchObject({ audit: { type: 'whole' }, damage: [] });
  owner.close();
});

test('clearing the log drops what was taken from its runs to be looked at', async () => {
  const journalName = newId();
  const { session } = start(journalName);
  await run(session);
  const { runId } = session.state.task;
  const row = { id: newId(), category: 'own log', turns: [], tools: [], expected: [] };
  const judged = { id: row.id, request: goal, expected: [], text: '', durationMs: 1 };
  const grade = { valid: false, name: false, exact: false, refused: false };
  const taken = {
    judged: { ...judged, grade },
    subject: { modelId: 'm', grammar: true },
    source: 'log',
    at: 1,
  };
  const queue = new ReviewQueue();
  await queue.take({ ...taken, row: { ...row, runId: runId! } });
  await queue.take({ ...taken, row: { ...row, id: 'of a file' } });
  await session.clearLog();
  await queue.open();
  expect(queue.items.map(({ rowId }) => rowId)).toEqual(['of a file']);
  await queue.remove(queue.items[0]!.id);
  const journal = await openJournal({ name: journalName });
  expect(await journal.runIds()).toEqual([]);
  journal.close();
});
