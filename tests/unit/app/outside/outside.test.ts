/** The pure parts of tools from elsewhere: names, addresses, choices, policies, and why something cannot be used. */
import { describe, expect, test } from 'vitest';
import { aliasFor } from '../../../../src/app/outside/alias.ts';
import { failureOf, forbids } from '../../../../src/app/outside/failure.ts';
import type { Evidence } from '../../../../src/app/outside/failure.ts';
import { isChosen, isKept, withChoice } from '../../../../src/app/outside/kept-source.ts';
import type { ToolChoice } from '../../../../src/app/outside/kept-source.ts';
import { addressOf, firstChoice, titleOf } from '../../../../src/app/outside/open-source.ts';
import { Fault } from '../../../../src/protocol/fault.ts';
import { checkAlias } from '../../../../src/tools/foreign/foreign-tool.ts';
import { policyFor } from '../../../../scripts/headers.mjs';

describe('an alias', () => {
  test.each([
    ['mcp.tools.example.org', 'tools'],
    ['api.github.com', 'github'],
    ['127.0.0.1', 'server'],
    ['Pet Shop API', 'pet'],
    ['Café Zürich', 'cafe'],
    ['https://api.com/', 'https'],
    ['天気', 'server'],
    ['a-very-long-name-without-any-dot-in-it', 'a'],
    ['averylongnamewithoutanydotinit.example', 'averylongnamewithout'],
  ])('of %s is %s', (name, alias) => {
    expect(aliasFor(name, [])).toBe(alias);
    expect(() => checkAlias(aliasFor(name, []))).not.toThrow();
  });

  test('is nobody else’s', () => {
    expect(aliasFor('tools.example', ['tools', 'tools2'])).toBe('tools3');
    const long = aliasFor('averylongnamewithoutanydotinit', ['averylongnamewithout']);
    expect(long).toBe('averylongnamewithou2');
  });
});

describe('an address as a person writes it', () => {
  const base = 'https://site.example/page/';

  test.each([
    [' https://tools.example/mcp ', 'https://tools.example/mcp'],
    ['tools.example/mcp', 'https://tools.example/mcp'],
    ['tools.example:8443', 'https://tools.example:8443/'],
    ['localhost:3000/mcp', 'http://localhost:3000/mcp'],
    ['127.0.0.1:3000', 'http://127.0.0.1:3000/'],
    ['/mcp', 'https://site.example/mcp'],
    ['./api.json', 'https://site.example/page/api.json'],
  ])('%s is %s', (written, address) => {
    expect(addressOf(written, base).href).toBe(address);
  });

  test.each([
    'http://tools.example',
    'ftp://tools.example',
    'https://a:b@tools.example',
    'http://',
    'javascript:alert(1)',
  ])('%s is refused', (written) => {
    expect(() => addressOf(written, base)).toThrow(Fault);
  });
});

const operation = (operationId: string) => ({ operationId, summary: operationId });

describe('which tools are used', () => {
  const all: ToolChoice = { type: 'all-but', names: [] };
  const none: ToolChoice = { type: 'only', names: [] };

  test('is changed one by one, and all at once', () => {
    const without = withChoice(all, ['a'], false);
    expect([isChosen(without, 'a'), isChosen(without, 'b')]).toEqual([false, true]);
    expect(withChoice(without, ['a', 'b'], true)).toEqual(all);
    const one = withChoice(none, ['a', 'a'], true);
    expect([isChosen(one, 'a'), isChosen(one, 'b')]).toEqual([true, false]);
    expect(withChoice(one, ['a'], false)).toEqual(none);
    expect(withChoice(withChoice(all, ['a'], false), ['a'], false).names).toEqual(['a']);
  });

  test('of a document is at first what reads, and not more than twenty', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `/${String(index)}`,
        { get: operation(`read${String(index)}`), post: operation(`write${String(index)}`) },
      ]),
    );
    const { type, names } = firstChoice({ openapi: '3.0.3', paths }, 'x');
    expect([type, names.length, names[0]]).toEqual(['only', 20, 'x.read0']);
    expect(names.some((name) => name.includes('write'))).toBe(false);
  });
});

test('what a document calls itself is a short plain line', () => {
  const title = `Pets\n\u202E${'x'.repeat(100)}`;
  expect(titleOf({ info: { title, version: 2 } })).toEqual({
    title: `Pets ${'x'.repeat(54)}…`,
    version: '',
  });
  expect(titleOf({})).toEqual({ title: '', version: '' });
});

describe('what is kept', () => {
  const base = {
    id: 'a',
    v: 1,
    alias: 'a',
    choice: { type: 'only', names: [] },
    isTrusted: false,
    addedAt: 1,
  };

  test.each([
    { ...base, kind: 'mcp', url: 'https://a.example' },
    { ...base, kind: 'open-api', document: {}, address: 'a.json', base: '', server: '' },
    { ...base, kind: 'page' },
    { id: 'offer', v: 1, kind: 'offer', isOn: true },
  ])('$kind is read', (item) => {
    expect(isKept(item)).toBe(true);
  });

  test.each([
    null,
    'text',
    { ...base, kind: 'mcp' },
    { ...base, v: 2, kind: 'mcp', url: 'https://a.example' },
    { ...base, kind: 'mcp', url: 'https://a.example', choice: { type: 'some', names: [] } },
    { ...base, kind: 'open-api', server: '' },
    { ...base, kind: 'other' },
    { id: 'offer', v: 1, kind: 'offer' },
  ])('%j is passed over', (item) => {
    expect(isKept(item)).toBe(false);
  });
});

describe('a policy', () => {
  const own = 'https://site.example';

  test.each([
    [policyFor([]), 'https://tools.example', true],
    [policyFor(['https://tools.example']), 'https://tools.example', false],
    [policyFor(['https://tools.example']), 'https://tools.example:8443', true],
    [policyFor([]), own, false],
    ['', 'https://tools.example', false],
    ["script-src 'self'", 'https://tools.example', false],
    ["default-src 'self'", 'https://tools.example', true],
    ["default-src 'none'; connect-src *", 'https://tools.example', false],
    ['connect-src https:', 'https://tools.example', false],
    ['connect-src https:', 'http://127.0.0.1:80', true],
    ['connect-src *.example', 'https://tools.example', false],
    ['connect-src *.example', 'https://example', true],
    ['connect-src tools.example:*', 'https://tools.example:8443', false],
    ["connect-src 'none'", own, true],
    ['connect-src http://127.0.0.1:3000', 'http://127.0.0.1:3000', false],
    ['connect-src http://127.0.0.1:3000', 'http://127.0.0.1:3001', true],
  ])('%s about %s: forbids %s', (policy, origin, isForbidden) => {
    expect(forbids(policy, origin, own)).toBe(isForbidden);
  });
});

function refused(status: number): Fault {
  return new Fault({ code: 'remote-refused', message: 'No.', details: { status } });
}

describe('a failure', () => {
  const known: Evidence = { isBlocked: false, isOnline: true, answers: 'unknown', hasToken: false };
  const silent = new Fault({ code: 'remote-unreachable', message: 'Failed to fetch.' });

  test.each([
    [silent, known, 'no-answer'],
    [silent, { ...known, answers: 'no' }, 'unreachable'],
    [silent, { ...known, answers: 'yes' }, 'cors'],
    [silent, { ...known, isOnline: false }, 'offline'],
    [silent, { ...known, isBlocked: true, isOnline: false }, 'policy'],
    [
      new Fault({ code: 'remote-unreachable', message: '', details: { problem: 'not-mcp', status: 404 } }),
      known,
      'not-mcp',
    ],
    [new Fault({ code: 'remote-unreachable', message: '', details: { status: 500 } }), known, 'other'],
    [new Fault({ code: 'remote-unreachable', message: '', details: { problem: 'new' } }), known, 'no-answer'],
    [refused(401), known, 'needs-token'],
    [refused(403), { ...known, hasToken: true }, 'token-refused'],
    [new Fault({ code: 'remote-refused', message: 'No address.' }), known, 'address'],
    [new Fault({ code: 'tool-timeout', message: 'Late.' }), known, 'timeout'],
    [new Fault({ code: 'tool-invalid', message: 'No OpenAPI.' }), known, 'not-open-api'],
    [new TypeError('surprise'), known, 'other'],
  ] as const)('%s is %s', (error, evidence, kind) => {
    expect(failureOf(error, 'https://a.example', evidence)).toMatchObject({
      kind,
      origin: 'https://a.example',
    });
  });
});
