/**
 * The documented walk in miniature: an export folder of eight rows -> training -> an adapter's files, and what PEFT says
 * with them, in `.cache/training/walk/`. The tests load that adapter in the page and compare. Done once: the result is
 * kept until the recipe or the rows change. Run alone: `node scripts/walk-training.mjs`. Uses Node's own modules only.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupFailure, explain } from './failure.mjs';
import { filesBelow } from './files-below.mjs';
import { ensureModel } from './get-model.mjs';
import { attempt } from './python-packages.mjs';
import { ensureTraining } from './setup-training.mjs';

const minute = 60_000;

/**
 * What the result depends on, as one hash.
 * @param {string} root
 */
function keyOf(root) {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
  for (const folder of ['training/smallworks_training', 'tests/fixtures/walk-export']) {
    for (const file of filesBelow(join(root, folder)).filter((path) => /\.(py|jsonl)$/.test(path))) {
      hash.update(`${relative(root, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/**
 * @param {{ root: string, print: (text: string) => void }} options
 * @returns {Promise<{ readonly path: string } | { readonly skipped: string }>} The folder, or why there is none here.
 * @throws {SetupFailure} where everything is there and a step fails: that is a fault of this repository.
 */
export async function ensureTrainedAdapter({ root, print }) {
  const cache = join(root, '.cache', 'training');
  const folder = join(cache, 'walk');
  const skipNote = join(cache, 'skipped.json');
  const key = keyOf(root);
  const stamp = join(folder, 'key.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return { path: folder };
  mkdirSync(cache, { recursive: true });
  // An older adapter would be tested as if it were this one.
  rmSync(folder, { recursive: true, force: true });
  rmSync(skipNote, { force: true });
  const made = await ensureTraining({ root, print });
  if ('skipped' in made) {
    writeFileSync(skipNote, JSON.stringify({ reason: made.skipped }));
    return made;
  }
  const { python } = made;
  const { path: base } = await ensureModel({ root, print });
  print('Training a small adapter: this takes two minutes once.');
  const data = join(root, 'tests', 'fixtures', 'walk-export');
  const half = `${folder}.part`;
  rmSync(half, { recursive: true, force: true });
  /** @param {string} name @param {readonly string[]} rest */
  async function step(name, rest) {
    const problem = await attempt({
      command: [python, '-m', `smallworks_training.${name}`, ...rest],
      label: name,
      timeoutMs: 10 * minute,
      cwd: join(root, 'training'),
      // One thread: several would wait for each other on a busy machine, and the packs are small.
      env: {
        PYTHONDONTWRITEBYTECODE: '1',
        HF_HUB_OFFLINE: '1',
        ACCELERATE_USE_CPU: 'true',
        OMP_NUM_THREADS: '1',
      },
    });
    if (problem === undefined) return;
    throw new SetupFailure({
      what: `The training recipe's step "${name}" failed.`,
      why: problem,
      remedy: 'Run `node scripts/walk-training.mjs`, or the step by hand as training/README.md says.',
    });
  }
  const training = ['--data', data, '--base', base, '--out', half];
  const short = '--steps 24 --rank 8 --alpha 16 --rate 0.003 --warmup 3 --tokens 400 --score-every 8'.split(
    ' ',
  );
  await step('train', [...training, ...short]);
  const finish = ['--run', half, '--data', data, '--base', base, '--id', 'walk', '--licence', 'CC0-1.0'];
  await step('finish', [...finish, '--out', half]);
  const predict = ['--base', base, '--adapter', join(half, 'best'), '--tokens', '24'];
  // What it was taught, of which it is sure, and what it was not, where many words are likely.
  for (const { rows, said } of [
    { rows: 'valid.jsonl', said: 'said.jsonl' },
    { rows: 'open.jsonl', said: 'said-open.jsonl' },
  ])
    await step('predict', [...predict, '--data', join(data, rows), '--out', join(half, said)]);
  writeFileSync(join(half, 'key.txt'), key);
  renameSync(half, folder);
  return { path: folder };
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const root = fileURLToPath(new URL('..', import.meta.url));
    const made = await ensureTrainedAdapter({ root, print: console.log });
    console.log('path' in made ? `Trained adapter: ${made.path}` : made.skipped);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
