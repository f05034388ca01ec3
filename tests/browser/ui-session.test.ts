/**
 * The session in a real browser, with the real agent, tools and journal, and a scripted engine in the model's place:
 * what is on the screen is on disk, the user's word counts, and what goes wrong is said.
 */
import { afterEach, expect, test } from 'vitest';
import { ScriptedEngine } from '../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../src/bridge/scripted-engine.ts';
import { createSession } from '../../src/app/session.ts';
import type { Session } from '../../src/app/session.ts';
import type { SessionState } from '../../src/app/session-state.ts';
import { newId } from '../../src/protocol/id.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { pendingApprovals } from '../../src/ui/task-view.ts';

const open: Session[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.dispose()));
});

interface Ran {
  readonly title: string;
  readonly signal: AbortSignal;
}

/** A tool that writes: the session must ask first. */
function keepTool(ran: Ran[], answer: () => Promise<{ kept: true }>): Tool {
  return defineTool({
    name: 'keep_title',
    description: 'Keeps a title.',
    permission: 'write',
    timeoutMs: 500,
    inputSchema: {
      type: 'object',
      properties: { title: { type: 'string' } },
      required: ['title'],
      additionalProperties: false,
    },
    examples: [{ request: 'Keep the title Emma.', arguments: { title: 'Emma' } }],
    execute: (input, { signal }) => {
      ran.push({ title: JSON.stringify(input['title']), signal });
      return answer();
    },
  });
}

const callStep: ScriptedStep = { reply: '{"name":"keep_title","arguments":{"title":"Dune"}}' };
const answerStep: ScriptedStep = { reply: 'I kept the title Dune.' };
const goal = 'Keep the title Dune.';

function start({
  steps = [callStep, answerStep],
  answer = () => Promise.resolve({ kept: true } as const),
  journalName = newId(),
}: {
  readonly steps?: readonly ScriptedStep[];
  readonly answer?: () => Promise<{ kept: true }>;
  readonly journalName?: string;
} = {}) {
  const ran: Ran[] = [];
  const session = createSession({
    journalName,
    tools: [keepTool(ran, answer)],
    createEngine: () => new ScriptedEngine({ steps }),
  });
  open.push(session);
  return { session, ran, journalName };
}

/** Resolves with the first state that fits. */
function when(session: Session, fits: (state: SessionState) => boolean): Promise<SessionState> {
  return new Promise((resolve) => {
    const end = session.subscribe((state) => {
      if (!fits(state)) return;
      resolve(state);
      queueMicrotask(() => end());
    });
  });
}

/** Resolves with the id of the call that asks. */
async function askedFor(session: Session): Promise<string> {
  const { task } = await when(session, (state) => pendingApprovals(state.task).length > 0);
  const [call] = pendingApprovals(task);
  return call!.id;
}

async function exportedLines(session: Session, format: 'trl' | 'openai' | 'rendered'): Promise<unknown[]> {
  const text = await new Response(session.exportLog(format)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

test('an approved call runs, and another session finds run, feedback and training rows in the log', async () => {
  const { session, ran, journalName } = start();
  const outcome = session.run(goal);
  session.decide(await askedFor(session), true);
  expect((await outcome).type).toBe('answered');
  expect(ran.map(({ title }) => title)).toEqual(['"Dune"']);
  const { runId } = session.state.task;
  await session.giveFeedback({ runId: runId!, verdict: 'good' });
  expect(session.state.verdict).toBe('good');

  const later = start({ journalName }).session;
  await later.start();
  expect(later.state.runs).toMatchObject([{ runId, goal, outcome: 'answered' }]);
  await later.openRun(runId!);
  expect(later.state.task).toEqual(session.state.task);
  expect(later.state.verdict).toBe('good');
  for (const format of ['trl', 'openai', 'rendered'] as const) {
    const lines = await exportedLines(later, format);
    expect(JSON.stringify(lines), format).toContain('Dune');
  }
});

test('the call is on disk before the user is asked, and the tool has not run', async () => {
  const { session, ran, journalName } = start();
  const outcome = session.run(goal);
  const callId = await askedFor(session);
  const other = start({ journalName }).session;
  await other.openRun(session.state.task.runId!);
  expect(pendingApprovals(other.state.task).map(({ id }) => id)).toEqual([callId]);
  expect(ran).toEqual([]);
  session.stop();
  expect((await outcome).type).toBe('stopped');
});

test('a denied call does not run, and the run goes on to its end', async () => {
  const { session, ran } = start();
  const outcome = session.run(goal);
  session.decide(await askedFor(session), false);
  await outcome;
  expect(ran).toEqual([]);
  expect(session.state.task.subtasks[0]?.items.find((item) => item.type === 'call')).toMatchObject({
    approval: 'denied',
  });
  expect(session.state.task.outcome).toBeDefined();
});

test('a tool that throws is an outcome with its message', async () => {
  const { session } = start({ answer: () => Promise.reject(new Error('The shelf is full.')) });
  const outcome = session.run(goal);
  session.decide(await askedFor(session), true);
  await outcome;
  expect(JSON.stringify(session.state.task)).toContain('The shelf is full.');
  expect(session.state.running).toBe(false);
});

test('a tool that never returns is given up at its time, and told', async () => {
  const { session, ran } = start({ answer: () => new Promise(() => undefined) });
  const outcome = session.run(goal);
  session.decide(await askedFor(session), true);
  await outcome;
  expect(JSON.stringify(session.state.task)).toContain('tool-timeout');
  expect(ran[0]?.signal.aborted).toBe(true);
});

test('a goal of 100,000 characters is refused by name, and nothing is in the log', async () => {
  const { session } = start();
  expect(await session.run('word '.repeat(20_000))).toMatchObject({
    type: 'failed',
    fault: { code: 'goal-invalid' },
  });
  expect(session.state).toMatchObject({ fault: { code: 'goal-invalid' }, running: false, runs: [] });
});

test('a second run at the same time is refused, and the first goes on', async () => {
  const { session } = start();
  const outcome = session.run(goal);
  await expect(session.run(goal)).rejects.toMatchObject({ code: 'unexpected' });
  session.decide(await askedFor(session), true);
  expect((await outcome).type).toBe('answered');
});

test('an engine that dies in mid-run is told, and the log keeps what was acknowledged', async () => {
  const fault = { code: 'worker-died', message: 'The worker ended.' } as const;
  const { session } = start({ steps: [{ reply: fault }] });
  expect((await session.run(goal)).type).toBe('failed');
  expect(session.state.runs).toMatchObject([{ goal, outcome: 'failed' }]);
  await session.clearLog();
  expect(session.state).toMatchObject({ runs: [], task: { goal: '' } });
});
