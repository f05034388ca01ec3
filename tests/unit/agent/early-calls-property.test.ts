/**
 * Whatever a model writes, wherever its text is cut and whenever it breaks off: a run with early calls makes the calls
 * that a run without them makes, accounts for each that it began, and begins nothing that writes.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runTask } from '../../../src/agent/run.ts';
import type { Engine } from '../../../src/bridge/engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import type { TaskEvent } from '../../../src/protocol/task-event.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { call, model, ofType, outcomeOf } from './agent-fixtures.ts';

interface Story {
  /** What the model writes first; after that it only asks. */
  readonly text: string;
  /** Where it is cut into pieces; empty: it comes as one, when the generation has ended. */
  readonly cuts: readonly number[];
  /** The generation dies behind the last piece. */
  readonly dies: boolean;
  /** A person's answer to what writes. */
  readonly approves: boolean;
}

const line = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 4 }).map((page) => call('look', { page })) },
  { weight: 2, arbitrary: fc.nat({ max: 2 }).map((page) => call('write', { page })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(call('look', { page: 99 }), call('fly', {}), '{"name":"look', 'and', ''),
  },
);

const story: fc.Arbitrary<Story> = fc.record({
  text: fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n')),
  cuts: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  dies: fc.boolean(),
  approves: fc.boolean(),
});

async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Tells the text in its pieces, with time for others between them; then asks. */
function tellingEngine({ text, cuts, dies }: Story): Engine {
  const ask = { reply: '{"ask":"Which page?"}' };
  const script = new ScriptedEngine({
    steps: [{ reply: text }, ...Array.from({ length: 5 }, () => ask)],
    loaded: true,
  });
  let asked = 0;
  return {
    async generate(request, options) {
      asked += 1;
      if (asked > 1) return await script.generate(request, options);
      const result = await script.generate(request);
      const places = [...cuts.map((cut) => cut % text.length), 0, text.length].toSorted((a, b) => a - b);
      for (const [index, end] of places.entries()) {
        const piece = text.slice(places[index - 1] ?? 0, end);
        if (piece === '') continue;
        if (cuts.length > 0) await turn();
        options?.onEvent?.({ type: 'text-generated', text: piece });
      }
      if (cuts.length > 0) await turn();
      if (dies) throw new Fault({ code: 'engine-failed', message: 'The engine broke.' });
      return result;
    },
  };
}

async function run(told: Story) {
  const ran: string[] = [];
  const tool = (name: string, permission: 'read' | 'write') =>
    defineTool({
      name,
      description: `Does ${name}.`,
      permission,
      inputSchema: {
        type: 'object',
        properties: { page: { type: 'integer', maximum: 9 } },
        required: ['page'],
      },
      execute: async ({ page }) => {
        ran.push(`${name} ${JSON.stringify(page)}`);
        await turn();
        if (page === 4) throw new Error('no such page');
        return { page };
      },
    });
  const events: TaskEvent[] = [];
  for await (const event of runTask('Look', {
    engine: tellingEngine(told),
    model,
    tools: [tool('look', 'read'), tool('write', 'write')],
    approve: () => Promise.resolve(told.approves),
  })) {
    if (event.type === 'step-finished') ran.push('written');
    events.push(event);
  }
  return { events, ran };
}

function callsOf(events: readonly TaskEvent[]): readonly string[] {
  return ofType(events, 'tool-called').map(({ call: made }) => JSON.stringify(made));
}

test('early calls are those that would have been made, each accounted for', async () => {
  let begunInAll = 0;
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const { events, ran } = await run(told);
      const late = await run({ ...told, cuts: [] });
      expect(ofType(late.events, 'call-begun')).toEqual([]);
      expect(callsOf(events)).toEqual(callsOf(late.events));
      expect(outcomeOf(events)).toEqual(outcomeOf(late.events));

      const begun = ofType(events, 'call-begun').map(({ callId }) => callId);
      const called = new Set(ofType(events, 'tool-called').map(({ callId }) => callId));
      const dropped = new Set(ofType(events, 'call-dropped').map(({ callId }) => callId));
      expect(begun.every((id) => called.has(id) !== dropped.has(id))).toBe(true);
      expect([...dropped].every((id) => begun.includes(id))).toBe(true);

      const tools = ran.filter((entry) => entry !== 'written');
      expect(new Set(tools).size).toBe(tools.length);
      expect(tools).toHaveLength(ofType(events, 'run-finished')[0]?.totals.toolCalls ?? -1);
      const writes = ran.findIndex((entry) => entry.startsWith('write'));
      if (writes >= 0) expect(writes).toBeGreaterThan(ran.indexOf('written'));
      begunInAll += begun.length;
    }),
    { numRuns: 100 },
  );
  // Or nothing was tried.
  expect(begunInAll).toBeGreaterThan(20);
});
