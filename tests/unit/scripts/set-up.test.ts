/** The small decisions of set-up: which Node will do, when packages are stale, when the site is built again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { hashInputs } from '../../../scripts/build.mjs';
import { findStalePackage } from '../../../scripts/dependencies.mjs';
import { reasonOf } from '../../../scripts/failure.mjs';
import { refuseNode } from '../../../scripts/node-version.mjs';
import { runCommand } from '../../../scripts/run-command.mjs';

test.each(['20.19.0', '20.20.1', '22.12.0', '24.0.0'])('Node %s will do', (version) => {
  expect(refuseNode(version)).toBeUndefined();
});

test.each(['16.20.2', '20.18.3', '21.7.0', '22.11.0'])('Node %s is refused, with a remedy', (version) => {
  expect(refuseNode(version)).toMatch(/What to do: install a current Node/);
});

describe('packages', () => {
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0', integrity: 'x' },
    'node_modules/for-another-platform': { version: '2.0.0', optional: true },
  };

  test('are fresh where all that is not optional is there in its version', () => {
    const installed = { 'node_modules/a': { version: '1.0.0', integrity: 'x' } };
    expect(findStalePackage({ wanted, installed })).toBeUndefined();
  });

  test.each([
    ['nothing is installed', undefined, 'nothing is installed yet'],
    ['a package is missing', {}, 'node_modules/a is missing'],
    ['a version differs', { 'node_modules/a': { version: '0.9.0', integrity: 'x' } }, 'is 0.9.0'],
    ['the bytes differ', { 'node_modules/a': { version: '1.0.0', integrity: 'y' } }, 'is 1.0.0'],
  ])('are stale where %s', (_name, installed, reason) => {
    expect(findStalePackage({ wanted, installed })).toContain(reason);
  });
});

describe('the build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'build-inputs-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is stale after a change, an addition and a removal, and not after a touch', () => {
    const file = join(folder, 'src', 'a.ts');
    mkdirSync(join(folder, 'src'), { recursive: true });
    writeFileSync(file, 'one');
    const first = hashInputs({ root: folder });
    writeFileSync(file, 'one');
    expect(hashInputs({ root: folder })).toBe(first);
    writeFileSync(file, 'two');
    expect(hashInputs({ root: folder })).not.toBe(first);
    writeFileSync(file, 'one');
    writeFileSync(join(folder, 'src', 'b.ts'), '');
    expect(hashInputs({ root: folder })).not.toBe(first);
    rmSync(join(folder, 'src', 'b.ts'));
    expect(hashInputs({ root: folder })).toBe(first);
  });
});

describe('a command', () => {
  test('gives its code and output', async () => {
    const script = 'console.log("out"); console.error("err"); process.exit(3)';
    const { code, output, timedOut } = await runCommand([process.execPath, '-e', script]);
    expect(code).toBe(3);
    expect(timedOut).toBe(false);
    expect(output.split('\n').toSorted().join(' ')).toBe(' err out');
  });

  test('that does not exist has code 127', async () => {
    expect((await runCommand(['no-such-program-anywhere'])).code).toBe(127);
  });

  test(
    'is ended with its children when its time is up, also when it ignores an interrupt',
    { timeout: 20_000 },
    async () => {
      // The grandchild holds a port: a process that is merely listed as dead holds none.
      const server = `process.on('SIGINT', () => {}); const server = require('node:net').createServer();
      server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
      const script = `process.on('SIGINT', () => {}); require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(server)}],
      { stdio: 'inherit' }); setInterval(() => {}, 1000);`;
      const { code, timedOut, output } = await runCommand([process.execPath, '-e', script], {
        timeoutMs: 2500,
      });
      expect({ code, timedOut }).toEqual({ code: 124, timedOut: true });
      const port = Number(output.trim());
      expect(port).toBeGreaterThan(0);
      await expect
        .poll(() => fetch(`http://127.0.0.1:${port}/`).then(String, reasonOf))
        .toContain('ECONNREFUSED');
    },
  );
});

describe('ending a command that runs others', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s lets them stop by themselves, and starts no other',
    async (signal) => {
      const child = `process.on('SIGINT', () => { console.log('cleaned up'); process.exit(0); });
      console.log('working'); setInterval(() => {}, 1000);`;
      const parent = `const { runCommand } = await import(${JSON.stringify(new URL('../../../scripts/run-command.mjs', import.meta.url).href)});
      await runCommand([process.execPath, '-e', ${JSON.stringify(child)}], { show: true });
      console.log('went on');`;
      const running = spawn(process.execPath, ['--input-type=module', '-e', parent]);
      let output = '';
      running.stdout.on('data', (text: Buffer) => {
        output += text.toString();
        if (output === 'working\n') running.kill(signal);
      });
      const [code] = (await once(running, 'close')) as [number];
      expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
      expect(output).toBe('working\ncleaned up\n');
    },
  );
});
