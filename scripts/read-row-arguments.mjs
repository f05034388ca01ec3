/** What was typed after `npm run mix` and `npm run rows`: commands that make rows to learn from. */
import { UsageError, parse, readCount } from './read-arguments.mjs';

export const mixUsage = `Usage: npm run mix -- --out FOLDER [--seed TEXT] [--split TEXT] [--test N] [--valid N] [--times SET=X]... [--swap SET=X]... [--unseen NAME]... FILE...

  FILE           rows of tool calls, one JSON object a line; .gz is read too; one set a file
  --out FOLDER   where train.jsonl, valid.jsonl and test/*.jsonl are written
  --seed TEXT    the same text makes the same files (default: 1)
  --split TEXT   the same text keeps the same rows aside (default: the seed); name the one that an adapter was made with where
                 training goes on from it
  --test N       rows that each set gives to the test, a quarter of it at most (default: 500)
  --valid N      rows that each set gives to the validation (default: 40)
  --times SET=X  how often the rows of a set are shown, each time among others: 2, or 0.5 for half of them (default: 1);
                 SET is the file's name up to its first dot; may be repeated
  --swap SET=X   the share of a set's rows that are shown with values of its other rows, 0 to 1 (default: 0); for rows of one
                 request whose values are words of it; may be repeated
  --unseen NAME  an API (\`service\` of a row) of which no row is for training; may be repeated`;

/**
 * @typedef {object} MixArguments
 * @property {readonly string[]} files
 * @property {string} out
 * @property {string} seed
 * @property {string} split
 * @property {number} testRows
 * @property {number} validRows
 * @property {ReadonlyMap<string, number>} times
 * @property {ReadonlyMap<string, number>} swapped
 * @property {readonly string[]} unseenServices
 */

/**
 * @param {readonly string[]} typed
 * @returns {MixArguments | 'help'}
 * @throws {UsageError}
 */
export function readMixArguments(typed) {
  const { values, positionals } = parse({
    typed,
    options: {
      out: { type: 'string' },
      seed: { type: 'string' },
      split: { type: 'string' },
      test: { type: 'string' },
      valid: { type: 'string' },
      times: { type: 'string', multiple: true },
      swap: { type: 'string', multiple: true },
      unseen: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  if (values.out === undefined) throw new UsageError('Say with --out where the files go.');
  if (positionals.length === 0) throw new UsageError('Name at least one file of rows.');
  return {
    files: positionals,
    out: values.out,
    seed: values.seed ?? '1',
    split: values.split ?? values.seed ?? '1',
    testRows: readCount({ flag: '--test', text: values.test }) ?? 500,
    validRows: readCount({ flag: '--valid', text: values.valid }) ?? 40,
    times: new Map((values.times ?? []).map((text) => readOfSet('--times', text, 2))),
    swapped: new Map((values.swap ?? []).map((text) => readOfSet('--swap', text, 0.5))),
    unseenServices: values.unseen ?? [],
  };
}

/**
 * @param {string} flag
 * @param {string} text
 * @param {number} example
 * @returns {[set: string, value: number]}
 * @throws {UsageError}
 */
function readOfSet(flag, text, example) {
  const [, set, value] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (set === undefined)
    throw new UsageError(`${flag} is a set and a number, as in snips_train=${example}; not "${text}".`);
  return [set, Number(value)];
}

export const rowsUsage = `Usage: npm run rows -- built-in|made --out FILE [--count N] [--seed S] [--split train|test] [--share N]

  built-in        rows for the tools that come with the runtime; every call is run
  made            rows for made-up tools of many domains
  --out FILE      the file to write, one JSON object a line
  --count N       how many rows (default: 1000)
  --seed S        a whole number above 0; the same seed gives the same rows (default: 1)
  --share N       rows that share one list of tools, so that a trainer reads it once (default: 1)
  --split NAME    train or test: they share no phrasing, and no name, text or larger number (default: train)

The last line of standard output is one JSON object with what the rows hold.`;

/**
 * @typedef {object} RowsArguments
 * @property {'built-in' | 'made'} kind
 * @property {string} out
 * @property {number} count
 * @property {number} seed
 * @property {number} share
 * @property {'train' | 'test'} split
 */

/**
 * @param {readonly string[]} typed
 * @returns {RowsArguments | 'help'}
 * @throws {UsageError}
 */
export function readRowsArguments(typed) {
  const { values, positionals } = parse({
    typed,
    options: {
      out: { type: 'string' },
      count: { type: 'string' },
      seed: { type: 'string' },
      split: { type: 'string' },
      share: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const [kind, ...rest] = positionals;
  if ((kind !== 'built-in' && kind !== 'made') || rest.length > 0)
    throw new UsageError('Say which rows: built-in or made.');
  const { out, split = 'train' } = values;
  if (out === undefined) throw new UsageError('Name the file to write: --out FILE.');
  if (split !== 'train' && split !== 'test')
    throw new UsageError(`--split takes train or test, not "${split}".`);
  return {
    kind,
    out,
    count: readCount({ flag: '--count', text: values.count }) ?? 1000,
    seed: readCount({ flag: '--seed', text: values.seed }) ?? 1,
    share: readCount({ flag: '--share', text: values.share }) ?? 1,
    split,
  };
}
