/**
 * Whether the commands of a shell block would be understood: scripts exist, and what is typed after them is read by the
 * very code that reads it when it is run. Nothing is run.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readAgentArguments,
  readBenchArguments,
  readEvalArguments,
} from '../../../scripts/read-arguments.mjs';
import { readDatasetArguments } from '../../../scripts/read-dataset-arguments.mjs';
import { readMixArguments, readRowsArguments } from '../../../scripts/read-row-arguments.mjs';
import { root } from './read-blocks.ts';
import type { Block } from './read-blocks.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

const readers: Readonly<Record<string, (typed: string[]) => unknown>> = {
  agent: readAgentArguments,
  bench: readBenchArguments,
  eval: readEvalArguments,
  dataset: readDatasetArguments,
  mix: readMixArguments,
  rows: readRowsArguments,
};

/** The words of each command: continued lines joined, comments left out. */
function commandsOf(code: string): readonly (readonly string[])[] {
  return code
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) =>
      Array.from(line.matchAll(/"([^"]*)"|#.*$|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '').filter(
        (word) => word !== '',
      ),
    )
    .filter((words) => words.length > 0);
}

function npmMistake([, verb = '', name = '', dashes, ...typed]: readonly string[]): string | undefined {
  if (verb === 'install') return undefined;
  if (verb !== 'run') return verb in scripts ? undefined : `there is no npm ${verb}`;
  if (!(name in scripts)) return `there is no script ${name}`;
  if (dashes === undefined) return undefined;
  const reader = readers[name];
  if (dashes !== '--' || reader === undefined) return `npm run ${name} takes no ${dashes}`;
  try {
    reader([...typed]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function pythonMistake([, dashM, module = '', ...typed]: readonly string[]): string | undefined {
  const path = join(root, 'training', `${module.replaceAll('.', '/')}.py`);
  if (dashM !== '-m' || !existsSync(path)) return `there is no ${module}`;
  const text = ['options.py', `${module.split('.').at(-1) ?? ''}.py`]
    .map((file) => readFileSync(join(root, 'training/smallworks_training', file), 'utf8'))
    .join('\n');
  const unknown = typed.find((word) => word.startsWith('--') && !text.includes(`"${word}"`));
  return unknown === undefined ? undefined : `${module} takes no ${unknown}`;
}

/** One sentence for each command that would not be understood. */
export function shellMistakes({ code, file, line }: Block): readonly string[] {
  return commandsOf(code).flatMap((words) => {
    const [program = '', path = ''] = words;
    let mistake: string | undefined;
    if (program === 'npm') mistake = npmMistake(words);
    else if (program === '$python') mistake = pythonMistake(words);
    else if (program === 'node' || program === 'cd')
      mistake = existsSync(join(root, path)) ? undefined : `no ${path}`;
    else if (!program.startsWith('python=')) mistake = `${program} is no command that is known here`;
    return mistake === undefined ? [] : [`${file}:${String(line)}: ${words.join(' ')}: ${mistake}`];
  });
}
