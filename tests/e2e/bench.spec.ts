/** The benchmark as it is called, with everything it compares with. */
import { runCommand } from '../../scripts/run-command.mjs';
import { fileURLToPath } from 'node:url';
import { expect, test } from './test.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const minute = 60_000;

async function bench(...words: string[]): Promise<{ readonly code: number; readonly output: string }> {
  return await runCommand([process.execPath, 'scripts/bench.mjs', ...words], {
    cwd: root,
    timeoutMs: 9 * minute,
  });
}

test('npm run bench measures ours and the peers, and ends with one line of figures', async () => {
  test.skip(
    process.env['SMALLWORKS_LONG_TESTS'] !== '1',
    'it installs what it compares with: long tests only',
  );
  const { code, output } = await bench('warm-start', '--rounds', '1', '--json');
  expect(code, output).toBe(0);
  const lines = output.trim().split('\n');
  const figures: unknown = JSON.parse(lines.at(-1) ?? '');
  const ms = expect.any(Number) as unknown;
  expect(figures).toMatchObject({
    case: 'warm-start',
    n: 1,
    ours_ms: ms,
    peers: { wllama: ms, 'transformers.js': ms },
    ratio: { wllama: ms, 'transformers.js': ms },
    spread: { smallworks: [ms, ms], 'ratio to wllama': [ms, ms] },
  });
  expect(lines.at(-2)).toContain('transformers.js');
});

test('a flag that the benchmark does not know is refused with its usage', async () => {
  const { code, output } = await bench('--turns', '3');
  expect(code).toBe(2);
  expect(output).toContain('Usage: npm run bench');
});
