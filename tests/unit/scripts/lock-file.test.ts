/** package-lock.json is fit for `npm ci` on every platform, whatever registry it was made against. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { completePackages, findMissing } from '../../../scripts/complete-lock-file.mjs';

const path = resolve(import.meta.dirname, '../../../package-lock.json');
type Packages = Parameters<typeof findMissing>[0];

test('every dependency that the file names has its entry (else: node scripts/complete-lock-file.mjs)', () => {
  const { packages } = JSON.parse(readFileSync(path, 'utf8')) as { packages: Packages };
  expect(findMissing(packages)).toEqual([]);
});

const parent = (version: string) => ({
  version: '1.0.0',
  dev: true,
  optionalDependencies: { '@tool/linux-x64-musl': version, '@tool/darwin-arm64': version },
});

test("other platforms' binaries get whole entries, two versions side by side", () => {
  const packages = {
    '': {},
    'node_modules/tool': parent('2.0.0'),
    'node_modules/user': { version: '1.0.0' },
    'node_modules/user/node_modules/tool': parent('1.5.0'),
  };
  expect(findMissing(packages)).toHaveLength(4);
  const complete = completePackages(packages);
  expect(findMissing(complete)).toEqual([]);
  expect(complete['node_modules/@tool/linux-x64-musl']).toEqual({
    version: '2.0.0',
    cpu: ['x64'],
    os: ['linux'],
    libc: ['musl'],
    dev: true,
    optional: true,
  });
  expect(complete['node_modules/user/node_modules/tool/node_modules/@tool/darwin-arm64']).toMatchObject({
    version: '1.5.0',
    os: ['darwin'],
  });
});

test('what only npm can decide is left to npm', () => {
  const needed = { '': {}, 'node_modules/a': { version: '1.0.0', dependencies: { b: '^1.0.0' } } };
  expect(() => completePackages(needed)).toThrow('Run: npm install');
  const range = { '': {}, 'node_modules/a': { version: '1.0.0', optionalDependencies: { b: '^1.0.0' } } };
  expect(() => completePackages(range)).toThrow('node_modules/a needs b@^1.0.0');
});
