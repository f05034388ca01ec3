import { describe, expect, test } from 'vitest';
import { pagePolicy, policyFor, siteHeaders } from '../../../scripts/headers.mjs';

const contentSecurityPolicy = siteHeaders['Content-Security-Policy'];

function connectSource(policy: string): string {
  return policy.split('; ').find((part) => part.startsWith('connect-src')) ?? '';
}

describe('the content security policy', () => {
  test('lets a page talk to its own origin only, unless the host says otherwise', () => {
    expect(connectSource(contentSecurityPolicy)).toBe("connect-src 'self' blob:");
  });

  test('takes origins for connections, and changes nothing else', () => {
    const policy = policyFor(['https://models.example.org', 'http://127.0.0.1:8080']);
    const added = ' https://models.example.org http://127.0.0.1:8080';
    expect(connectSource(policy)).toBe(`connect-src 'self' blob:${added}`);
    expect(policy.replace(added, '')).toBe(contentSecurityPolicy);
  });

  test('holds pages to Trusted Types beside, with two policies', () => {
    const added = pagePolicy.replace(`${contentSecurityPolicy}; `, '').split('; ');
    expect(added).toEqual(["require-trusted-types-for 'script'", 'trusted-types lit-html default']);
  });

  test.each([
    '*',
    'https:',
    'https://*.example.org',
    'http://models.example.org',
    'https://models.example.org/v1',
    "https://models.example.org; script-src 'unsafe-eval'",
    'models.example.org',
  ])('refuses %s', (origin) => {
    expect(() => policyFor([origin])).toThrow(/https origins only/);
  });
});
