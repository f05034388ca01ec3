/**
 * What was typed after a command, checked: unknown flags, missing values and numbers that are none end with a readable
 * message and exit code 2, before anything is started.
 */
import { parseArgs } from 'node:util';

export class UsageError extends Error {}

/**
 * A whole number above 0.
 * @param {{ flag: string, text: string | undefined }} argument
 * @returns {number | undefined} Undefined where the flag was not given.
 * @throws {UsageError}
 */
export function readCount({ flag, text }) {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${flag} takes a whole number above 0, not "${text}".`);
}

/**
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} Options
 * @param {{ typed: readonly string[], options: Options }} input
 * @throws {UsageError}
 */
export function parse({ typed, options }) {
  try {
    return parseArgs({ args: [...typed], options, allowPositionals: true, strict: true });
  } catch (error) {
    // parseArgs throws TypeErrors with a code for what the user typed.
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

export const evalUsage = `Usage: npm run eval -- toolcall FILE [--start N] [--limit N] [--model ID] [--adapter NAME] [--engine NAME] [--backend NAME] [--tool-given] [--no-copy] [--no-search] [--out FILE]
       npm run eval -- schema FILE [--start N] [--limit N]
       npm run eval -- pii FILE [--types structured|all] [--without EVIDENCE]... [--start N] [--limit N]
       npm run eval -- cluster FILE [--k N|auto] [--start N] [--limit N]
       npm run eval -- route FILE --fit FILE [--fit-limit N] [--start N] [--limit N] [--model ID] [--adapter NAME] [--engine NAME]
       npm run eval -- help FILE [--with NAME]... [--learn FILE] [--out FILE] [--start N] [--limit N] [--model ID] [--adapter NAME] [--engine NAME]
       npm run eval -- arithmetic FILE [--out FILE] [--start N] [--limit N] [--model ID] [--adapter NAME] [--engine NAME]

  toolcall        how well a model calls tools
  schema          whether every text that a schema's grammar lets through is valid, and what the grammar costs; needs no
                  model, and ends with exit code 1 where a text is invalid
  pii             how much personal data is found in texts with marked spans; needs no model. A finding is right, and a
                  span is found, where the two share a character and are of one kind; ADDRESS, LOCATION and ZIP_CODE
                  count as one kind there, and so do DATE and DATE_OF_BIRTH
  cluster         how well recurring tasks are found in texts without their labels; fetches the sentence encoder once
  route           whether it can be foretold which calls of a model are wrong, so that those alone go to a larger one; the
                  larger one is an oracle that is always right. Needs an engine that tells how sure it was: transformers.
                  FILE and --fit may be what toolcall or help wrote with --out: then no model is asked
  help            what each test-time help is worth, each row asked without and with it; of what was written with --out,
                  the table once more
  arithmetic      what the calculator is worth: each question is asked with it and without any tool, and the last number said
                  is compared with the answer
  FILE            rows of tool calls, of schemas with tests, of texts with spans ({"text", "spans": [{"start", "end",
                  "type"}]}), of labelled texts ({"text", "label"}), or of questions with a number as their answer
                  ({"question", "answer"}), one JSON object a line; .gz is read too
  --start N       rows to skip first (default: none)
  --limit N       at most N rows
  --model ID      a model of public/models.json (default: its default)
  --adapter NAME  an adapter of the catalogue, or the path of a GGUF LoRA (default: the base model)
  --engine NAME   the engine that runs it (default: the fastest here)
  --backend NAME  webgpu, wasm-threads or wasm-single (default: what suits this machine)
  --tool-given    the row's right tools are the only ones and have to be called: what is scored is the arguments
  --no-copy       copied values may be any text, to see what holding them to the request's words is worth
  --no-search     the likeliest token each time, to see what looking for the likeliest call is worth
  --out FILE      write every row's output and grade there, one JSON object a line (toolcall, help, arithmetic)
  --with NAME     feedback, search, samples-3, samples-5, scratchpad, judge or examples (help; default: all); may be repeated
  --learn FILE    rows whose right calls are the examples to look for (help)
  --types NAME    structured: what patterns tell; all: names, places and addresses too (pii; default: all)
  --without NAME  leave out gazetteer, context or capitals, to see what it is worth (pii); may be repeated
  --fit FILE      other rows, that the chances of success are learned from (route); --fit-limit N: at most so many
  --k N|auto      how many clusters; auto has the number chosen (cluster; default: auto)

Progress goes to standard error; the last line of standard output is one JSON object; \`exact_ci\` of
tool calls is the 95 % bootstrap interval of the share of exact rows. Of pii, \`apart\` has the kinds that say little about
one person (DATE, TITLE, AGE, NRP, ORGANIZATION): they are in no figure before it.`;

/** @type {readonly ['toolcall', 'schema', 'pii', 'cluster', 'route', 'help', 'arithmetic']} */
const evalKinds = ['toolcall', 'schema', 'pii', 'cluster', 'route', 'help', 'arithmetic'];

/**
 * @param {string | undefined} kind
 * @returns {kind is (typeof evalKinds)[number]}
 */
const isEvalKind = (kind) => evalKinds.some((known) => known === kind);

/**
 * @typedef {object} EvalArguments
 * @property {(typeof evalKinds)[number]} kind
 * @property {string} file
 * @property {number} start
 * @property {number | undefined} limit
 * @property {string | undefined} model
 * @property {string | undefined} adapter
 * @property {string | undefined} engine
 * @property {string | undefined} backend
 * @property {boolean} toolGiven The right tools are named, and what is scored is the arguments.
 * @property {boolean} copy Values of copied parameters are held to the words of the conversation.
 * @property {boolean} search The likeliest call is looked for.
 * @property {string | undefined} out
 * @property {'structured' | 'all'} types
 * @property {readonly ('gazetteer' | 'context' | 'capitals')[]} without
 * @property {string | undefined} fit Given where `kind` is route.
 * @property {number | undefined} fitLimit
 * @property {readonly string[]} helps Empty: all.
 * @property {string | undefined} learn
 * @property {number | 'auto'} k
 */

/** @type {readonly ('gazetteer' | 'context' | 'capitals')[]} */
const evidence = ['gazetteer', 'context', 'capitals'];

/**
 * @param {string} text
 * @throws {UsageError}
 */
function readEvidence(text) {
  const found = evidence.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`--without takes ${evidence.join(', ')}; not "${text}".`);
}

/**
 * @param {readonly string[]} typed
 * @returns {EvalArguments | 'help'}
 * @throws {UsageError}
 */
export function readEvalArguments(typed) {
  const { values, positionals } = parse({
    typed,
    options: {
      start: { type: 'string' },
      limit: { type: 'string' },
      model: { type: 'string' },
      adapter: { type: 'string' },
      engine: { type: 'string' },
      backend: { type: 'string' },
      'tool-given': { type: 'boolean' },
      'no-copy': { type: 'boolean' },
      'no-search': { type: 'boolean' },
      out: { type: 'string' },
      types: { type: 'string' },
      without: { type: 'string', multiple: true },
      k: { type: 'string' },
      fit: { type: 'string' },
      'fit-limit': { type: 'string' },
      with: { type: 'string', multiple: true },
      learn: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const [kind, file, ...rest] = positionals;
  const { types = 'all' } = values;
  if (!isEvalKind(kind)) {
    const kinds = evalKinds.join(', ');
    throw new UsageError(
      kind === undefined
        ? `Say what to evaluate: ${kinds}.`
        : `There is no evaluation "${kind}"; there are: ${kinds}.`,
    );
  }
  if (kind === 'route' && values.fit === undefined)
    throw new UsageError('Name other rows to learn from: --fit FILE.');
  if (types !== 'structured' && types !== 'all')
    throw new UsageError(`--types takes structured or all, not "${types}".`);
  if (file === undefined) throw new UsageError('Name the file of rows.');
  if (rest.length > 0) throw new UsageError(`One file at a time; what is "${rest.join(' ')}"?`);
  return {
    kind,
    file,
    start: values.start === '0' ? 0 : (readCount({ flag: '--start', text: values.start }) ?? 0),
    limit: readCount({ flag: '--limit', text: values.limit }),
    model: values.model,
    adapter: values.adapter,
    engine: values.engine,
    backend: values.backend,
    toolGiven: values['tool-given'] === true,
    copy: values['no-copy'] !== true,
    search: values['no-search'] !== true,
    out: values.out,
    types,
    without: (values.without ?? []).map(readEvidence),
    fit: values.fit,
    fitLimit: readCount({ flag: '--fit-limit', text: values['fit-limit'] }),
    helps: values.with ?? [],
    learn: values.learn,
    k: values.k === 'auto' ? 'auto' : (readCount({ flag: '--k', text: values.k }) ?? 'auto'),
  };
}

export const agentUsage = `Usage: npm run agent -- "GOAL" [--yes] [--model ID] [--json]

  GOAL        what is to be done, in quotes
  --yes       approve every tool that changes something (default: each is denied)
  --model ID  a model of public/models.json (default: its default)
  --json      print every event as one JSON object a line instead`;

/**
 * @typedef {object} AgentArguments
 * @property {string} goal
 * @property {boolean} approve
 * @property {boolean} json
 * @property {string | undefined} model
 */

/**
 * @param {readonly string[]} typed
 * @returns {AgentArguments | 'help'}
 * @throws {UsageError}
 */
export function readAgentArguments(typed) {
  const { values, positionals } = parse({
    typed,
    options: {
      yes: { type: 'boolean', short: 'y' },
      json: { type: 'boolean' },
      model: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  const [goal, ...rest] = positionals;
  if (goal === undefined || goal.trim() === '') throw new UsageError('Say the goal, in quotes.');
  if (rest.length > 0) throw new UsageError('Put the goal in quotes: it is one argument.');
  return { goal, approve: values.yes === true, json: values.json === true, model: values.model };
}

export const benchUsage = `Usage: npm run bench -- [CASE...] [--rounds N] [--rows FILE] [--peer NAME]... [--engine NAME] [--adapter ID] [--chart FILE] [--json]

  CASE           which cases (default: all): a name, or how several begin, as in tool-call or vault; an unknown one is
                 answered with the list. Besides, "train" by itself: steps of training beside PyTorch's
  --rounds N     rounds that count, after one that warms up (default: 10)
  --rows FILE    rows of tool calls for the case "rows", one a round (default of --rounds: all of them); or marked texts
                 (see npm run eval -- pii) for the case "vault-masking"
  --peer NAME    what to compare with; may be repeated (default: wllama and transformers.js)
  --engine NAME  the engine that ours runs on (default: the one that the runtime chooses)
  --adapter ID   an adapter of the catalogue for all that are measured (default: none, the base model)
  --chart FILE   a picture of the medians beside each other (SVG)
  --json         one JSON object as the last line, or a list of them where there are several cases

Progress goes to standard error, a table to standard output. Times of one run can be compared with each other only.`;

/**
 * @typedef {object} BenchArguments
 * @property {readonly string[]} names
 * @property {number | undefined} rounds Undefined: as many as there are rows, or the default.
 * @property {string | undefined} rows
 * @property {readonly string[]} peers
 * @property {string | undefined} engine
 * @property {string | undefined} adapter
 * @property {string | undefined} chart
 * @property {boolean} json
 */

/**
 * @param {readonly string[]} typed
 * @returns {BenchArguments | 'help'}
 * @throws {UsageError}
 */
export function readBenchArguments(typed) {
  const { values, positionals } = parse({
    typed,
    options: {
      rounds: { type: 'string' },
      rows: { type: 'string' },
      peer: { type: 'string', multiple: true },
      engine: { type: 'string' },
      adapter: { type: 'string' },
      chart: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return 'help';
  return {
    names: positionals.length === 0 && values.rows !== undefined ? ['rows'] : positionals,
    rounds: readCount({ flag: '--rounds', text: values.rounds }),
    rows: values.rows,
    peers: values.peer ?? ['wllama', 'transformers.js'],
    engine: values.engine,
    adapter: values.adapter,
    chart: values.chart,
    json: values.json === true,
  };
}
