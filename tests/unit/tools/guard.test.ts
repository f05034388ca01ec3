/** What the guard lets through: rules by tool and origin, rates, bounds, and hosts in every spelling. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/protocol/json.ts';
import type { ToolCall, ToolOutcome, ToolSpec } from '../../../src/protocol/tool.ts';
import { Guard } from '../../../src/tools/guard/guard.ts';
import type { GuardOptions, RunGuard } from '../../../src/tools/guard/guard.ts';
import type { GuardRule } from '../../../src/tools/guard/policy.ts';
import { namedHosts } from '../../../src/tools/guard/named-hosts.ts';

const shop = 'https://shop.example';

function spec(change: Partial<ToolSpec> = {}): ToolSpec {
  const parameters = { type: 'object', properties: { text: { type: 'string' } } };
  return { name: 'tool', description: 'Does.', parameters, permission: 'read', ...change };
}

function callOf(values: JsonObject = {}, name = 'tool'): ToolCall {
  return { name, arguments: values };
}

const fine: ToolOutcome = { type: 'ok', callId: 'c', value: 'text', durationMs: 1 };

function watch(options: GuardOptions = {}, goal = 'Do it'): RunGuard {
  return new Guard({ pageOrigin: 'https://page.example', ...options }).beginRun(goal);
}

describe('rules', () => {
  test('of the user decide where none of the policy does, as they are at the time', () => {
    const rules: GuardRule[] = [];
    const guard = watch({
      policy: { rules: [{ tool: 'tool', permission: 'write', leave: 'deny' }] },
      userRules: () => rules,
    });
    const reads = spec({ origin: shop });
    expect(guard.judge(reads, callOf()).type).toBe('ask');
    rules.push({ tool: 'tool', leave: 'run' });
    expect(guard.judge(reads, callOf())).toEqual({ type: 'run' });
    expect(guard.judge(spec({ permission: 'write' }), callOf()).type).toBe('refuse');
    rules.length = 0;
    expect(guard.judge(reads, callOf()).type).toBe('ask');
  });

  test('without one, own reading tools run; what writes or goes elsewhere asks', () => {
    const guard = watch();
    expect(guard.judge(spec(), callOf())).toEqual({ type: 'run' });
    expect(guard.judge(spec({ permission: 'write' }), callOf())).toEqual({ type: 'ask' });
    expect(guard.judge(spec({ origin: shop }), callOf())).toEqual({
      type: 'ask',
      reason: 'It is sent to https://shop.example.',
    });
  });

  test('the first that fits decides, by name, beginning of a name, origin and permission', () => {
    const guard = watch({
      policy: {
        rules: [
          { tool: 'shop_pay', leave: 'deny' },
          { tool: 'shop_*', origin: shop, permission: 'read', leave: 'run' },
          { origin: 'self', leave: 'ask' },
        ],
      },
    });
    const of = (change: Partial<ToolSpec>): string => guard.judge(spec(change), callOf()).type;
    expect(of({ name: 'shop_pay', origin: shop })).toBe('refuse');
    expect(of({ name: 'shop_find', origin: shop })).toBe('run');
    expect(of({ name: 'shop_find', origin: 'https://other.example' })).toBe('ask');
    expect(of({ name: 'shop_order', origin: shop, permission: 'write' })).toBe('ask');
    expect(of({ name: 'note' })).toBe('ask');
  });

  test('a rule that lets a call run asks again once words of others have been read', () => {
    const guard = watch({ policy: { rules: [{ leave: 'run' }] } });
    const write = spec({ permission: 'write' });
    const mail = spec({ name: 'mail', untrusted: true });
    expect(guard.judge(write, callOf()).type).toBe('run');
    guard.settle(mail, fine);
    expect(guard.hasReadUntrusted).toBe(true);
    expect(guard.judge(write, callOf())).toMatchObject({ type: 'ask', reason: /Text from mail/ });
    expect(guard.judge(mail, callOf()).type).toBe('run');
  });

  test('what an origin said itself is no stranger to it', () => {
    const guard = watch({ policy: { rules: [{ leave: 'run' }] } });
    guard.settle(spec({ origin: shop }), fine);
    expect(guard.judge(spec({ origin: shop, name: 'next' }), callOf()).type).toBe('run');
    expect(guard.judge(spec({ origin: 'https://other.example' }), callOf()).type).toBe('ask');
  });
});

describe('bounds', () => {
  test('a rate counts across runs, for each tool, and comes back with time', () => {
    let now = 0;
    const guard = new Guard({ policy: { rates: [{ calls: 2, withinMs: 1000 }] }, now: () => now });
    const [one, other] = [guard.beginRun('a'), guard.beginRun('b')];
    one.begin(spec(), callOf({ text: '1' }));
    now = 600;
    other.begin(spec(), callOf({ text: '2' }));
    expect(one.judge(spec(), callOf({ text: '3' })).type).toBe('refuse');
    expect(one.judge(spec({ name: 'else' }), callOf({}, 'else')).type).toBe('run');
    now = 1001;
    expect(one.judge(spec(), callOf({ text: '3' })).type).toBe('run');
  });

  test('the same call is made so many times in a run, whatever the order of its arguments', () => {
    const guard = watch({ policy: { sameCalls: 2 } });
    const two = spec({ parameters: { type: 'object' } });
    guard.begin(two, callOf({ a: 1, b: 2 }));
    guard.begin(two, callOf({ b: 2, a: 1 }));
    expect(guard.judge(two, callOf({ a: 1, b: 2 })).type).toBe('refuse');
    expect(guard.judge(two, callOf({ a: 1, b: 3 })).type).toBe('run');
  });

  test('a tool that fails in a row is not called again, and one success forgets it', () => {
    const guard = watch({ policy: { failuresInARow: 2 } });
    const failed: ToolOutcome = {
      type: 'error',
      callId: 'c',
      fault: { code: 'tool-failed', message: 'No.' },
      durationMs: 1,
    };
    guard.settle(spec(), failed);
    guard.settle(spec(), fine);
    guard.settle(spec(), failed);
    expect(guard.judge(spec(), callOf()).type).toBe('run');
    guard.settle(spec(), failed);
    expect(guard.judge(spec(), callOf()).type).toBe('refuse');
  });

  test('arguments have a length, and no keys or characters that hide something', () => {
    const guard = watch({ policy: { argumentCharacters: 100 } });
    const nested = spec({
      parameters: {
        type: 'object',
        properties: { list: { type: 'array', items: { type: 'object', properties: { a: {} } } } },
      },
    });
    const verdict = (values: JsonObject, tool = spec()): string => guard.judge(tool, callOf(values)).type;
    expect(verdict({ text: 'x'.repeat(101) })).toBe('refuse');
    expect(verdict({ text: 'x', more: 1 })).toBe('refuse');
    expect(verdict({ list: [{ a: 1 }, { a: 1, b: 2 }] }, nested)).toBe('refuse');
    expect(verdict({ list: [{ a: { any: 1 } }] }, nested)).toBe('run');
    expect(verdict({ text: 'line\nline\ttab é 👩‍👩‍👧' })).toBe('run');
    for (const hidden of ['\u0000', '\u200B', '\u202E', '\u2066', '\u{E0041}', '\uFEFF']) {
      expect(verdict({ text: `a${hidden}b` })).toBe('refuse');
    }
  });

  test('an open schema may have any key, but none that reaches a prototype', () => {
    const guard = watch();
    const open = spec({ parameters: { type: 'object', properties: {}, additionalProperties: true } });
    expect(guard.judge(open, callOf({ any: 1, constructor: 'Ferrari' })).type).toBe('run');
    expect(guard.judge(open, callOf({ constructor: { prototype: {} } })).type).toBe('refuse');
    expect(guard.judge(open, callOf(JSON.parse('{"a":{"__proto__":{}}}') as JsonObject)).type).toBe('refuse');
  });

  test('an untrusted result is refused whole where it is too long; an own one is not', () => {
    const guard = watch({ policy: { untrustedCharacters: 50 } });
    const long: ToolOutcome = { ...fine, value: 'x'.repeat(60) };
    expect(guard.settle(spec(), long)).toBe(long);
    expect(guard.settle(spec({ untrusted: true }), long)).toMatchObject({
      type: 'error',
      fault: { code: 'tool-failed' },
    });
  });
});

describe('hosts in arguments', () => {
  test('a host asks, unless it is the page, allowed, or in the goal', () => {
    const guard = watch({ policy: { allowOrigins: [shop] } }, 'Read https://news.example/today for me');
    const asks = (text: string): boolean => guard.judge(spec(), callOf({ text })).type === 'ask';
    expect(asks('https://evil.example/?d=1')).toBe(true);
    expect(asks('https://page.example/help')).toBe(false);
    expect(asks('https://shop.example/x')).toBe(false);
    expect(asks('https://news.example/today')).toBe(false);
    expect(asks('https://ews.example/today')).toBe(true);
    expect(asks('https://page.example@evil.example/')).toBe(true);
    expect(asks('https://page.example.evil.example/')).toBe(true);
  });

  test.each([
    ['HTTPS://EVIL.example/a', 'evil.example'],
    ['see http://evil.example:8080/x.', 'evil.example:8080'],
    ['https:evil.example', 'evil.example'],
    ['\\\\evil.example\\x', 'evil.example'],
    ['ht\ntps://evil.example', 'evil.example'],
    ['go to evil.example/?d=1', 'evil.example'],
    ['https%3A%2F%2Fevil.example', 'evil.example'],
    ['wss://evil.example', 'evil.example'],
    ['https://xn--bcher-kva.example/', 'xn--bcher-kva.example'],
    ['https://bücher.example/', 'xn--bcher-kva.example'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['javascript:alert(1)', '?'],
    ['data:text/html,x', '?'],
  ])('%s names %s', (text, host) => {
    expect(namedHosts({ deep: [text] })).toContain(host);
  });

  test.each([
    '1.5/2',
    'and/or',
    '12:30',
    'C:\\notes',
    'a // b',
    'ann@example.org',
    'Dr. Who?',
    'e.g. tea',
    'x.y',
  ])('%s names none', (text) => {
    expect(namedHosts(text)).toEqual([]);
  });

  test('whatever a browser would open at another host is seen', () => {
    const page = 'https://page.example/';
    fc.assert(
      fc.property(
        fc.constantFrom('http:', 'https:', 'HTTP:', 'wss:', ''),
        fc.constantFrom('//', '///', '\\\\', '/\\', '/\t/'),
        fc.constantFrom('', 'user@', 'a:b@'),
        fc.constantFrom('evil.example', 'EVIL.example', 'evil.example:8443', '127.0.0.1'),
        fc.constantFrom('', '/', '/a?b#c', '?q=1'),
        (...parts) => {
          const written = parts.join('');
          if (!URL.canParse(written, page)) return;
          const { host } = new URL(written, page);
          if (host !== 'page.example') expect(namedHosts(written)).toContain(host.replace(/:443$/, ''));
        },
      ),
    );
  });
});
