/**
 * `npm run bench -- train`: what a step of training takes in the tab and in PyTorch, on the same model, tokens and rank, each on
 * one thread, in processor seconds, so that other work on the machine does not count. Needs no browser: Node runs the WebAssembly that
 * the page loads. Needs `node scripts/setup-training.mjs` for PyTorch.
 */
import { existsSync, openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { importBundled } from './bundle-module.mjs';
import { summariseCase } from './bench-summary.mjs';
import { runCommand } from './run-command.mjs';

const pass = { tokens: 128, targets: 24, rank: 8 };
const plans = [
  { name: 'train', title: 'A step of training, all 30 layers' },
  { name: 'train-last-4', title: 'A step of training, the last 4 layers', lastLayers: 4 },
];
const peerName = 'PyTorch, all layers';

/** @param {readonly number[]} seconds */
const samplesOf = (seconds) => seconds.map((second) => ({ ms: 1000 * second, figures: {} }));

/**
 * @param {{ root: string, rounds: number, print: (line: string) => void }} options
 * @returns {Promise<{ title: string, summary: import('./bench-summary.mjs').CaseSummary }[]>}
 */
export async function benchTraining({ root, rounds, print }) {
  const { ensureModel } = await import('./get-model.mjs');
  const { path: base } = await ensureModel({ root, print });
  const runtime = await import('onnxruntime-web');
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  const { measureStep } = /** @type {typeof import('../bench/train/measure-step.ts')} */ (
    await importBundled({ root, entry: 'bench/train/measure-step.ts', name: 'measure-step' })
  );
  const file = await openAsBlob(base);
  const theirs = samplesOf(await pytorchSeconds(root, base, rounds));
  const done = [];
  for (const { name, title, ...plan } of plans) {
    const { stepSeconds, trunkSeconds, residentMegabytes } = await measureStep({
      ...pass,
      ...plan,
      steps: rounds,
      runtime,
      file,
    });
    print(`  ${name}: ${stepSeconds.map((seconds) => seconds.toFixed(2)).join(', ')} s`);
    const figures = { trunkMs: 1000 * trunkSeconds, residentMegabytes };
    const ours = samplesOf(stepSeconds).map(({ ms }) => ({ ms, figures }));
    const measured = [
      { name: 'smallworks', samples: ours },
      { name: peerName, samples: theirs },
    ];
    done.push({ title, summary: summariseCase({ name, measured }) });
  }
  return done;
}

/**
 * @param {string} root
 * @param {string} base
 * @param {number} rounds
 * @returns {Promise<readonly number[]>}
 */
async function pytorchSeconds(root, base, rounds) {
  const python = join(root, '.cache', 'training', 'venv', 'bin', 'python');
  if (!existsSync(python))
    throw new Error('PyTorch is not installed. Run `node scripts/setup-training.mjs` first.');
  const flags = Object.entries({ ...pass, steps: rounds }).flatMap(([flag, value]) => [
    `--${flag}`,
    String(value),
  ]);
  const { code, output } = await runCommand(
    [python, '-m', 'smallworks_training.step_time', '--base', base, ...flags],
    { cwd: join(root, 'training'), timeoutMs: 60 * 60_000 },
  );
  if (code !== 0) throw new Error(`PyTorch's side ended with code ${code}.\n${output}`);
  const line = output.split('\n').findLast((text) => text.startsWith('{')) ?? '{"stepSeconds":[]}';
  return JSON.parse(line).stepSeconds;
}
