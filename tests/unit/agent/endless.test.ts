/** A small model that loses the thread writes until its tokens are used up; a step ends in calls that fit or in words. */
import { describe, expect, test } from 'vitest';
import type { OutputConstraint } from '../../../src/protocol/engine.ts';
import { call, ofType, outcomeOf, runScript } from './agent-fixtures.ts';

function grammars(engine: {
  readonly requests: readonly { readonly constraint?: OutputConstraint }[];
}): string[] {
  return engine.requests.map(({ constraint }) => constraint?.gbnf ?? '');
}

describe('outputs that do not end', () => {
  const endless = '{"name":"add","arguments":{"a":1,"b":';

  test('are asked for again, shorter, and at last in words only', async () => {
    const { events, engine } = await runScript('Sum of 1 2', [
      { reply: endless },
      { reply: endless },
      { reply: '{"ask":"Which numbers?"}' },
    ]);
    expect(outcomeOf(events)).toMatchObject({ type: 'refused' });
    const [full, short, words] = grammars(engine);
    expect(full).not.toBe(short);
    expect(words).not.toContain('name');
    expect(words).toContain('ask');
  });

  test('lose their last line, not the whole ones before it; a call that repeats is one call', async () => {
    const whole = call('add', { a: 1, b: 2 });
    const { events } = await runScript('Add 1 to 2', [
      { reply: `${whole}\n${whole}\n${endless}` },
      { reply: 'The sum is 3.' },
    ]);
    expect(ofType(events, 'tool-returned')).toHaveLength(1);
  });
});
