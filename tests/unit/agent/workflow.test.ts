/** Steps of a workflow: what they give, what they refuse, what bounds them, and what is told of them. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import { runWorkflow } from '../../../src/agent/workflow/run-workflow.ts';
import { defineWorkflow } from '../../../src/agent/workflow/workflow.ts';
import type { WorkflowSteps } from '../../../src/agent/workflow/workflow.ts';
import type { RunTaskOptions } from '../../../src/agent/run.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { addTool, call, memoryTool, model, ofType, outcomeOf } from './agent-fixtures.ts';
import { filing } from './workflow-fixtures.ts';

const text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } as const;
type TextSteps = WorkflowSteps<{ readonly text: string }>;

interface Told {
  readonly events: readonly TaskEvent[];
  readonly engine: ScriptedEngine;
}

/** Runs code as a workflow on a text; the script must be followed to the letter. */
async function follow(
  code: (steps: TextSteps) => Promise<unknown>,
  steps: readonly ScriptedStep[] = [],
  options: Partial<RunTaskOptions> = {},
): Promise<Told> {
  const workflow = defineWorkflow({ name: 'tried', description: 'Is tried.', inputSchema: text }, code);
  const engine = new ScriptedEngine({ steps, loaded: true });
  const events: TaskEvent[] = [];
  const given = { engine, model, tools: [addTool], ...options };
  for await (const event of runWorkflow(workflow, { text: 'Ann owes 5 euros' }, given)) events.push(event);
  engine.assertDone();
  return { events, engine };
}

const withAdapter =
  (adapter: string) =>
  ({ input, extract }: TextSteps) =>
    extract({
      text: input.text,
      schema: text,
      adapter,
      examples: [{ text: 'Bo owes 1 euro', value: { text: 'Bo' } }],
    });

const typed = async ({ input, classify, extract, human, tool, parallel }: TextSteps): Promise<void> => {
  expectTypeOf(input.text).toEqualTypeOf<string>();
  expectTypeOf(await classify({ text: 'a', labels: ['x', 'y'] })).toEqualTypeOf<'x' | 'y'>();
  expectTypeOf(await human({ question: 'a', choices: ['yes', 'no'] })).toEqualTypeOf<'yes' | 'no'>();
  const fields = await extract({
    text: 'a',
    schema: {
      type: 'object',
      properties: { n: { type: 'integer' }, tags: { type: 'array', items: { enum: ['p', 'q'] } } },
      required: ['n'],
    },
  });
  expectTypeOf(fields.n).toEqualTypeOf<number>();
  expectTypeOf(fields.tags).toEqualTypeOf<readonly ('p' | 'q')[] | undefined>();
  const { list } = await tool({
    name: 'list',
    returns: {
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'string' } } },
      required: ['list'],
    },
  });
  expectTypeOf(list).toEqualTypeOf<readonly string[]>();
  const both = await parallel({ a: () => Promise.resolve(1), b: () => Promise.resolve('b') });
  expectTypeOf(both).toEqualTypeOf<{ a: number; b: string }>();
  // @ts-expect-error -- a workflow's input is what its schema says
  void input.other;
};

const tryToKeep = async ({ tool }: TextSteps): Promise<string> => {
  try {
    await tool({ name: 'remember', arguments: { text: 'a' } });
    return 'kept';
  } catch (error) {
    return error instanceof Fault ? error.code : 'other';
  }
};

const askYesOrNo = ({ human }: TextSteps): Promise<string> =>
  human({ question: 'Well?', choices: ['yes', 'no'] });

describe('a typed step', () => {
  test('is told with what it was given and what it gave, and the model step is part of it', async () => {
    const { events } = await follow(
      ({ input, classify }) => classify({ text: input.text, labels: ['debt', 'other'] }),
      [{ expect: ['"debt" | "other"', 'Ann owes'], reply: call('classify', { label: 'debt' }) }],
    );
    const [span] = ofType(events, 'span-started');
    const [step] = ofType(events, 'step-started');
    const [ended] = ofType(events, 'span-finished');
    expect(span).toMatchObject({ kind: 'classify', path: '0', input: { text: 'Ann owes 5 euros' } });
    expect(step?.subtaskId).toBe(span?.spanId);
    expect(ended).toMatchObject({
      spanId: span?.spanId,
      outcome: { type: 'done', value: { label: 'debt' } },
    });
    expect(outcomeOf(events)).toMatchObject({ type: 'answered', answer: 'debt', value: 'debt' });
  });

  test('is held to its schema by the grammar, and to nothing else', async () => {
    const { engine } = await follow(
      ({ input, classify }) => classify({ text: input.text, labels: ['debt', 'other'] }),
      [{ reply: call('classify', { label: 'debt' }) }],
    );
    const { gbnf = '' } = engine.requests[0]?.constraint ?? {};
    expect(gbnf).toContain('debt');
    expect(gbnf).not.toContain('answer');
    expect(gbnf).not.toContain('ask');
  });

  test('asks again with the reason where the value does not fit, and fails with it in the end', async () => {
    const bad = call('classify', { label: 'nothing' });
    const { events } = await follow(
      ({ input, classify }) => classify({ text: input.text, labels: ['debt', 'other'] }),
      [{ reply: bad }, { expect: ['That was not usable'], reply: call('classify', { label: 'other' }) }],
    );
    expect(outcomeOf(events)).toMatchObject({ value: 'other' });
    const failed = await follow(
      ({ input, classify }) => classify({ text: input.text, labels: ['debt', 'other'] }),
      [{ reply: bad }, { reply: bad }],
    );
    expect(outcomeOf(failed.events)).toMatchObject({ type: 'failed', fault: { code: 'arguments-invalid' } });
  });

  test('shows examples to the model, and none to an adapter, which it is routed to where it is loaded', async () => {
    const reply = call('extract', { text: 'Ann' });
    const loaded = { model: { ...model, adapters: ['fields'] } };
    const routed = await follow(withAdapter('fields'), [{ reply }], loaded);
    expect(routed.engine.requests[0]?.adapter).toBe('fields');
    expect(JSON.stringify(routed.engine.requests[0]?.messages)).not.toContain('Bo owes');
    const missing = await follow(withAdapter('fields'), [{ expect: ['Bo owes'], reply }]);
    expect(missing.engine.requests[0]?.adapter).toBeUndefined();
    expect(ofType(missing.events, 'step-started')[0]?.route.reason).toContain('fields is not loaded');
  });

  test("a text is the base model's, whatever makes the calls of the run", async () => {
    const { engine } = await follow(
      async ({ input, ask, classify }) => [
        await classify({ text: input.text, labels: ['debt', 'other'] }),
        await ask({ prompt: 'Well?' }),
      ],
      [{ reply: call('classify', { label: 'debt' }) }, { reply: 'Well.' }],
      { model: { ...model, adapters: ['caller'] }, adapter: 'caller' },
    );
    expect(engine.requests.map(({ adapter }) => adapter)).toEqual(['caller', undefined]);
  });

  test('types follow from schemas, labels and choices', () => {
    expect(typed).toBeTypeOf('function');
  });
});

describe('tools, persons and what they refuse', () => {
  test('a write asks first; a no is a fault that the code may catch', async () => {
    const kept: string[] = [];
    const tools = [memoryTool(kept)];
    const declined = await follow(tryToKeep, [], { tools, approve: () => Promise.resolve(false) });
    expect(outcomeOf(declined.events)).toMatchObject({ value: 'tool-denied' });
    expect(kept).toEqual([]);
    const allowed = await follow(tryToKeep, [], { tools, approve: () => Promise.resolve(true) });
    expect(outcomeOf(allowed.events)).toMatchObject({ value: 'kept' });
    expect(kept).toEqual(['a']);
    const called = allowed.events.findIndex(({ type }) => type === 'tool-called');
    const decided = allowed.events.findIndex(({ type }) => type === 'approval-decided');
    expect(decided).toBeLessThan(called);
  });

  test.each<[string, (steps: TextSteps) => Promise<unknown>, string]>([
    ['a tool that is not there', ({ tool }) => tool({ name: 'nothing' }), 'tool-unknown'],
    [
      'arguments that do not fit',
      ({ tool }) => tool({ name: 'add', arguments: { a: 'x' } }),
      'arguments-invalid',
    ],
    [
      'a result that is another',
      ({ tool }) => tool({ name: 'add', arguments: { a: 1, b: 2 }, returns: text }),
      'tool-failed',
    ],
    ['nobody to ask', ({ human }) => human({ question: 'Well?' }), 'unsupported'],
    ['a result that is no JSON', () => Promise.resolve(new Map()), 'tool-failed'],
    ['code that throws', () => Promise.reject(new Error('oh')), 'unexpected'],
  ])('%s', async (_name, code, fault) => {
    const { events } = await follow(code);
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: fault } });
  });

  test('a person can only answer what was offered', async () => {
    const good = await follow(askYesOrNo, [], { askHuman: () => Promise.resolve('no') });
    expect(outcomeOf(good.events)).toMatchObject({ value: 'no' });
    const bad = await follow(askYesOrNo, [], { askHuman: () => Promise.resolve('perhaps') });
    expect(outcomeOf(bad.events)).toMatchObject({ type: 'failed', fault: { code: 'arguments-invalid' } });
  });

  test('an input that does not fit is refused before any step', async () => {
    const engine = new ScriptedEngine({ steps: [], loaded: true });
    const events: TaskEvent[] = [];
    const wrong = { note: 5 } as unknown as { readonly note: string };
    for await (const event of runWorkflow(filing, wrong, { engine, model, tools: [] })) events.push(event);
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'arguments-invalid' } });
    expect(ofType(events, 'span-started')).toEqual([]);
  });
});

describe('the order of steps', () => {
  const two = [{ reply: 'One.' }, { reply: 'Two.' }];

  test('steps side by side outside parallel end the workflow, whatever its code catches', async () => {
    const { events } = await follow(async ({ tool }) => {
      const add = (a: number): Promise<unknown> => tool({ name: 'add', arguments: { a, b: 1 } });
      await Promise.allSettled([add(1), add(2)]);
      return 'done';
    });
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'workflow-invalid' } });
  });

  test('so does a branch that takes the steps of another scope, and a step that nobody waits for', async () => {
    const outer = await follow(({ ask, parallel }) => parallel([() => ask({ prompt: 'a' })]));
    expect(outcomeOf(outer.events)).toMatchObject({ fault: { code: 'workflow-invalid' } });
    const floating = await follow(({ tool }) => {
      void tool({ name: 'add', arguments: { a: 1, b: 1 } }).catch(() => undefined);
      return Promise.resolve('done');
    });
    expect(outcomeOf(floating.events)).toMatchObject({ fault: { code: 'workflow-invalid' } });
  });

  test('branches have places of their own, and one that fails does not cut the others off', async () => {
    const { events } = await follow(
      ({ parallel }) =>
        parallel([
          ({ ask }) => ask({ prompt: 'a' }),
          async ({ ask, tool }) => {
            await ask({ prompt: 'b' });
            return tool({ name: 'nothing' });
          },
        ]),
      two,
    );
    expect(
      ofType(events, 'span-started')
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(['0.0.0', '0.1.0', '0.1.1']);
    expect(ofType(events, 'span-finished')).toHaveLength(3);
    expect(outcomeOf(events)).toMatchObject({ fault: { code: 'tool-unknown' } });
  });
});

describe('nesting', () => {
  test('an agent in a workflow in an agent: one run, one stream, each within its parent', async () => {
    const kept: string[] = [];
    const outer = defineWorkflow(
      {
        name: 'tidy_up',
        description: 'Tidies up the notes.',
        inputSchema: text,
        examples: [{ request: 'Tidy up the tea note', arguments: { text: 'tea' } }],
      },
      ({ input, agent }) => agent({ goal: `File the note ${input.text}`, tools: ['file_note'] }),
    );
    const engine = new ScriptedEngine({
      loaded: true,
      steps: [
        { expect: ['Tidy up the tea', 'tidy_up('], reply: call('tidy_up', { text: 'tea' }) },
        { expect: ['File the note tea', 'file_note('], reply: call('file_note', { note: 'tea' }) },
        { expect: ['"home" | "work"'], reply: call('classify', { label: 'home' }) },
        { expect: ['Say the result', 'File the note tea'], reply: 'It is under home.' },
        { expect: ['Say the result', 'Tidy up the tea'], reply: 'It is under home.' },
      ],
    });
    const events: TaskEvent[] = [];
    for await (const event of runTask('Tidy up the tea', {
      engine,
      model,
      tools: [outer.tool, filing.tool, memoryTool(kept)],
      approve: () => Promise.resolve(true),
    })) {
      events.push(event);
    }
    engine.assertDone();
    expect(outcomeOf(events)).toMatchObject({ type: 'answered', answer: 'It is under home.' });
    expect(kept).toEqual(['home: tea']);
    const calls = ofType(events, 'tool-called');
    const spans = ofType(events, 'span-started');
    expect(calls.map(({ call: { name } }) => name)).toEqual(['tidy_up', 'file_note', 'remember']);
    expect(spans.map(({ kind }) => kind)).toEqual(['agent', 'classify', 'tool']);
    // Each is part of the call or the step that asked for it.
    expect(spans[0]?.parentId).toBe(calls[0]?.callId);
    expect(ofType(events, 'plan-made')[1]?.spanId).toBe(spans[0]?.spanId);
    expect(spans.slice(1).every(({ parentId }) => parentId === calls[1]?.callId)).toBe(true);
    expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
    expect(outcomeOf(events).type).toBe('answered');
    expect(ofType(events, 'run-finished')[0]?.totals).toMatchObject({ modelSteps: 5, toolCalls: 3 });
  });

  test('an agent within has a budget of its own, and spends the budget of the run', async () => {
    const goal = 'What is 1 plus 2?';
    const small = await follow(
      async ({ agent, ask }) => {
        const met = await agent({ goal, budget: { modelSteps: 1 } }).catch((error: unknown) => error);
        return [met instanceof Fault ? met.code : '', await ask({ prompt: 'Still here?' })];
      },
      [{ reply: call('add', { a: 1, b: 2 }) }, { reply: 'Yes.' }],
    );
    expect(outcomeOf(small.events)).toMatchObject({ value: ['budget-exhausted', 'Yes.'] });
    const spent = await follow(
      async ({ agent, ask }) => {
        await agent({ goal });
        return ask({ prompt: 'Still here?' });
      },
      [{ reply: call('add', { a: 1, b: 2 }) }, { reply: '1 plus 2 is 3.' }],
      { budget: { modelSteps: 2 } },
    );
    expect(outcomeOf(spent.events)).toMatchObject({ type: 'failed', fault: { code: 'budget-exhausted' } });
  });

  test('workflows that call themselves come to an end', async () => {
    const endless: { workflow?: typeof filing } = {};
    const workflow = defineWorkflow(
      { name: 'endless', description: 'Calls itself.', inputSchema: filing.tool.spec.parameters },
      async (steps): Promise<{ label: 'home' | 'work' }> => {
        if (endless.workflow === undefined) throw new Error('There is no workflow.');
        return steps.workflow(endless.workflow, { note: 'again' });
      },
    );
    endless.workflow = workflow;
    const { events } = await follow((steps) => steps.workflow(workflow, { note: 'first' }));
    expect(outcomeOf(events)).toMatchObject({ type: 'failed', fault: { code: 'budget-exhausted' } });
  });

  test('a stop reaches a tool deep within, and the run ends at once', async () => {
    const stopping = new AbortController();
    let heard = false;
    const slow = defineTool({
      name: 'slow',
      description: 'Waits for a stop.',
      permission: 'read',
      inputSchema: { type: 'object', properties: {} },
      execute: (_input, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            heard = true;
            reject(new Error('stopped'));
          });
          stopping.abort();
        }),
    });
    const inner = defineWorkflow(
      { name: 'inner', description: 'Waits.', inputSchema: { type: 'object', properties: {} } },
      ({ tool }) => tool({ name: 'slow' }),
    );
    const { events } = await follow((steps) => steps.workflow(inner, {}), [], {
      tools: [slow],
      signal: stopping.signal,
    });
    expect(heard).toBe(true);
    expect(outcomeOf(events)).toEqual({ type: 'stopped' });
    expect(ofType(events, 'span-finished')).toEqual([]);
  });

  test('code that hears no stop is left behind, and can do nothing more', async () => {
    const stopping = new AbortController();
    const later: { step?: () => Promise<unknown> } = {};
    const { events } = await follow(
      async ({ tool }) => {
        later.step = () => tool({ name: 'add', arguments: { a: 1, b: 1 } });
        stopping.abort();
        await new Promise(() => undefined);
      },
      [],
      { signal: stopping.signal },
    );
    expect(outcomeOf(events)).toEqual({ type: 'stopped' });
    await expect(later.step?.()).rejects.toBeDefined();
  });
});

test('a workflow says what is wrong with its definition, and cannot be called outside a run', async () => {
  const wrong = { name: 'not a name', description: 'x', inputSchema: text };
  expect(() => defineWorkflow(wrong, () => Promise.resolve(1))).toThrow(/cannot be used: its name/);
  const context = { signal: new AbortController().signal };
  await expect(filing.tool.execute({ note: 'a' }, context)).rejects.toMatchObject({ code: 'unsupported' });
});
