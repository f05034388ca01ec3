/**
 * What was typed after `npm run dataset`, checked as in read-arguments.
 */
import { UsageError, parse, readCount } from './read-arguments.mjs';

const formats = ['trl', 'preference', 'openai', 'hermes', 'data-flywheel', 'parquet', 'rendered'];
const sources = ['openai', 'otel-genai', 'ai-sdk', 'langfuse', 'data-flywheel', 'tool-call', 'canonical'];

export const datasetUsage = `Usage: npm run dataset -- FILE... --out FOLDER|FILE.zip [options]
       npm run dataset -- FOLDER --out FOLDER|FILE.zip

  FILE             a log, JSON or one JSON object a line; .gz is read too
  FOLDER           a data set that was exported before: it is checked and written again
  --out PATH       a folder, or an archive where the name ends in .zip
  --from NAME      what the files are (default: each row's own look decides): ${sources.join(', ')}
  --format NAME    what to write, may be repeated (default: all): ${formats.join(', ')}
  --name TEXT      title of the card (default: the name of the folder)
  --licence ID     as the Hugging Face hub names it (default: unknown)
  --language CODE  only requests in this language, ISO 639-1; may be repeated (default: any)
  --known          only what is known to have gone well
  --cap N          rows of one task at most
  --validation N   per cent (default: 5)
  --test N         per cent (default: 5)
  --variants N     for each row to learn from, so many with other values and other words (English)
  --replace        variants in place of the rows, so that no value of a row is kept
  --plain          rendered prompts without worked examples, as an adapter is asked
  --seed TEXT      the same text gives the same data set (default: 1)

Progress goes to standard error; the last line of standard output is one JSON object. An export into a folder that was
stopped goes on when the same command is given again.`;

/**
 * @typedef {object} DatasetArguments
 * @property {readonly string[]} files
 * @property {string} out
 * @property {import('../src/flywheel/dataset/index.ts').ImportFormat | undefined} from
 * @property {readonly import('../src/flywheel/dataset/index.ts').ExportFormat[] | undefined} formats
 * @property {string | undefined} name
 * @property {string} licence
 * @property {readonly string[]} languages
 * @property {boolean} known
 * @property {number | undefined} cap
 * @property {{ validation: number, test: number }} shares
 * @property {number | undefined} variants
 * @property {boolean} replace
 * @property {boolean} plain
 * @property {string} seed
 */

/**
 * @param {readonly string[]} typed
 * @returns {DatasetArguments | 'help'}
 * @throws {UsageError}
 */
export function readDatasetArguments(typed) {
  const { values, positionals } = parse({
    typed,
    options: {
      out: { type: 'string' },
      from: { type: 'string' },
      format: { type: 'string', multiple: true },
      name: { type: 'string' },
      licence: { type: 'string' },
      language: { type: 'string', multiple: true },
      known: { type: 'boolean' },
      cap: { type: 'string' },
      validation: { type: 'string' },
      test: { type: 'string' },
      variants: { type: 'string' },
      replace: { type: 'boolean' },
      plain: { type: 'boolean' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  if (values.out === undefined) throw new UsageError('Say with --out where the data set goes.');
  if (positionals.length === 0) throw new UsageError('Name at least one file.');
  const shares = {
    validation: readPercent('--validation', values.validation),
    test: readPercent('--test', values.test),
  };
  if (shares.validation + shares.test >= 1)
    throw new UsageError('Validation and test leave nothing to learn from.');
  return {
    files: positionals,
    out: values.out,
    from:
      values.from === undefined ? undefined : /** @type {never} */ (oneOf('--from', values.from, sources)),
    formats: /** @type {never} */ (values.format?.map((name) => oneOf('--format', name, formats))),
    name: values.name,
    licence: values.licence ?? 'unknown',
    languages: values.language ?? [],
    known: values.known === true,
    cap: readCount({ flag: '--cap', text: values.cap }),
    shares,
    variants: readCount({ flag: '--variants', text: values.variants }),
    replace: values.replace === true,
    plain: values.plain === true,
    seed: values.seed ?? '1',
  };
}

/**
 * @param {string} flag
 * @param {string} name
 * @param {readonly string[]} names
 */
function oneOf(flag, name, names) {
  if (names.includes(name)) return name;
  throw new UsageError(`${flag} takes one of ${names.join(', ')}, not "${name}".`);
}

/**
 * @param {string} flag
 * @param {string | undefined} text
 */
function readPercent(flag, text) {
  if (text === undefined) return 0.05;
  if (/^\d{1,2}(\.\d+)?$/.test(text)) return Number(text) / 100;
  throw new UsageError(`${flag} takes a number of per cent below 100, not "${text}".`);
}
