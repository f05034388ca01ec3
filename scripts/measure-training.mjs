/**
 * `node scripts/measure-training.mjs`: what a step of training takes in the tab and in PyTorch, on the same model, tokens and
 * rank, each on one thread, in processor seconds. The last line is one JSON object. Needs the model and, for PyTorch,
 * `node scripts/setup-training.mjs`.
 */
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importBundled } from './bundle-module.mjs';
import { checkNode } from './node-version.mjs';
import { runCommand } from './run-command.mjs';

checkNode();
const root = fileURLToPath(new URL('..', import.meta.url));
const sides = { tokens: 128, targets: 24, rank: 8, steps: 3 };
const base = join(root, 'public', 'models', 'SmolLM2-135M-Instruct.Q4_1.gguf');

const runtime = await import('onnxruntime-web');
runtime.env.wasm.numThreads = 1;
runtime.env.logLevel = 'error';
const { measureStep } = /** @type {typeof import('../bench/train/measure-step.ts')} */ (
  await importBundled({ root, entry: 'bench/train/measure-step.ts', name: 'measure-step' })
);
const file = await openAsBlob(base);
const all = await measureStep({ ...sides, runtime, file });
console.error(`all layers: ${all.stepSeconds.toFixed(2)} s a step`);
const last = await measureStep({ ...sides, runtime, file, lastLayers: 4 });
console.error(
  `the last 4: ${last.stepSeconds.toFixed(2)} s, and ${last.trunkSeconds.toFixed(2)} s once a pass`,
);

const python = join(root, '.cache', 'training', 'venv', 'bin', 'python');
const flags = Object.entries(sides).flatMap(([name, value]) => [`--${name}`, String(value)]);
const { code, output } = await runCommand(
  [python, '-m', 'smallworks_training.step_time', '--base', base, ...flags],
  { cwd: join(root, 'training'), timeoutMs: 30 * 60_000 },
);
if (code !== 0) throw new Error(`PyTorch's side ended with code ${String(code)}.\n${output}`);
const lines = output.trim().split('\n');
const peer = JSON.parse(lines.findLast((line) => line.startsWith('{')) ?? '{}');
console.error(`PyTorch: ${peer.stepSeconds.toFixed(2)} s a step`);
console.log(
  JSON.stringify({
    ...sides,
    all,
    last,
    peer,
    allToPeer: all.stepSeconds / peer.stepSeconds,
    lastToPeer: last.stepSeconds / peer.stepSeconds,
  }),
);
