/**
 * `npm run eval -- toolcall FILE`: how well a model calls tools, row by row, on the code and in the browser that users
 * have. `npm run eval -- schema FILE`: whether what a schema's grammar lets through is valid. `npm run eval -- pii FILE`:
 * how much personal data is found. `npm run eval -- cluster FILE`: how well tasks are found without labels. `npm run eval --
 * route FILE`: whether a wrong call can be foretold. `npm run eval -- help FILE`: what each test-time help is worth. `npm run eval -- arithmetic FILE`: what the
 * calculator is worth. Progress on standard error; the last line of standard output is one JSON object.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkNode } from './node-version.mjs';

checkNode();
const { runCommandLine } = await import('./command-line.mjs');
const { UsageError, evalUsage, readEvalArguments } = await import('./read-arguments.mjs');
const root = fileURLToPath(new URL('..', import.meta.url));
const print = console.error;

/**
 * Grammars of schemas, judged without a browser.
 * @param {readonly import('./read-lines.mjs').Line[]} lines
 * @returns {Promise<number>} The exit code: 1 where an output is invalid.
 */
async function evaluateSchemaFile(lines) {
  const { runnerImport } = await import('vite');
  /** @type {{ module: typeof import('../bench/schema/evaluate-schemas.ts') }} */
  const { module } = await runnerImport(join(root, 'bench/schema/evaluate-schemas.ts'), {
    configFile: false,
    root,
    logLevel: 'error',
  });
  const model = join(root, 'public', 'models', 'SmolLM2-135M-Instruct.Q4_1.gguf');
  const figures = await module.evaluateSchemas({ lines, model, print });
  console.log(JSON.stringify(figures));
  return figures.valid === figures.compiled ? 0 : 1;
}

/**
 * Personal data in marked texts, found without a browser and without a model.
 * @param {import('./read-arguments.mjs').EvalArguments} typed
 * @param {readonly import('./read-lines.mjs').Line[]} lines
 */
async function evaluatePersonalData({ file, types, without }, lines) {
  const { importBundled } = await import('./bundle-module.mjs');
  const module = /** @type {typeof import('../bench/mask/evaluate-file.ts')} */ (
    await importBundled({ root, entry: 'bench/mask/evaluate-file.ts', name: 'evaluate-file' })
  );
  try {
    console.log(JSON.stringify(module.evaluateFile({ lines, types, without, print })));
  } catch (error) {
    if (error instanceof module.RowError)
      throw new UsageError(`${file} cannot be read. ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * Tasks found in labelled texts, without a browser: the encoder runs on WebAssembly here too.
 * @param {import('./read-arguments.mjs').EvalArguments} typed
 * @param {readonly import('./read-lines.mjs').Line[]} lines
 */
async function evaluateClusterFile({ file, k }, lines) {
  const { importBundled } = await import('./bundle-module.mjs');
  const { ensureEmbedder } = await import('./get-model.mjs');
  const module = /** @type {typeof import('../bench/cluster/evaluate-clusters.ts')} */ (
    await importBundled({ root, entry: 'bench/cluster/evaluate-clusters.ts', name: 'evaluate-clusters' })
  );
  try {
    module.readLabelledTexts(lines);
    const { entry: embedder, weights, tokenizer } = await ensureEmbedder({ root, print });
    // Not bundled: it looks for its WebAssembly beside itself.
    const runtime = await import('onnxruntime-web/wasm');
    runtime.env.wasm.numThreads = 1;
    const figures = await module.evaluateClusters({
      lines,
      k,
      runtime,
      embedder,
      weights: new Blob([readFileSync(weights)]),
      tokenizer: readFileSync(tokenizer, 'utf8'),
      print,
    });
    console.log(JSON.stringify(figures));
  } catch (error) {
    if (error instanceof module.RowError)
      throw new UsageError(`${file} cannot be read. ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * Rows one after the other, each said when it is scored.
 * @param {import('playwright').Page} page
 * @param {{ lines: readonly import('./read-lines.mjs').Line[], copy: boolean, search: boolean,
 *   toolGiven?: boolean, onRow?: (row: import('../demos/lab/score-row.ts').ScoredRow) => void }} options
 */
async function scoreLines(page, { lines, copy, search, toolGiven = false, onRow }) {
  const { summariseEvaluation } = await import('./eval-summary.mjs');
  /** @type {import('../demos/lab/score-row.ts').ScoredRow[]} */
  const rows = [];
  for (const line of lines) {
    const scored = await page.evaluate((part) => window.lab.evaluate([part.line], part.watch), {
      line,
      watch: { copy, toolGiven, ...(search ? {} : { help: { search } }) },
    });
    rows.push(...scored);
    for (const row of scored) onRow?.(row);
    const { n, valid, name, exact, refused, p50_ms: p50 } = summariseEvaluation(rows);
    print(
      `${n}/${lines.length}  valid ${valid}  right tool ${name}  exact ${exact}  refused ${refused}  median ${p50} ms`,
    );
  }
  return rows;
}

/**
 * @param {import('./read-arguments.mjs').EvalArguments} typed
 * @param {readonly import('./read-lines.mjs').Line[]} lines
 */
async function evaluateToolCalls(typed, lines) {
  const { file, copy, search, toolGiven, out } = typed;
  if (out !== undefined) writeFileSync(out, '');
  const { bounds, summariseEvaluation } = await import('./eval-summary.mjs');
  const { openWithModel } = await import('./eval-page.mjs');
  const { page, close } = await openWithModel(typed, [{ file, lines }]);
  try {
    const rows = await scoreLines(page, {
      lines,
      copy,
      search,
      toolGiven,
      onRow: (row) => void (out !== undefined && appendFileSync(out, `${JSON.stringify(row)}\n`)),
    });
    const interval = await page.evaluate(
      (values) => window.lab.interval(values),
      rows.map(({ grade }) => grade.exact),
    );
    console.log(JSON.stringify({ ...summariseEvaluation(rows), exact_ci: bounds(interval) }));
  } finally {
    await close();
  }
}

/**
 * What each help is worth, row by row with and without; or once more from what was kept.
 * @param {import('./read-arguments.mjs').EvalArguments} typed
 * @param {readonly import('./read-lines.mjs').Line[]} lines
 */
async function evaluateHelps(typed, lines) {
  const { file, helps, learn, out } = typed;
  const { importBundled } = await import('./bundle-module.mjs');
  const module = /** @type {typeof import('../bench/help/evaluate-help.ts')} */ (
    await importBundled({ root, entry: 'bench/help/evaluate-help.ts', name: 'evaluate-help' })
  );
  /** @param {readonly import('../bench/help/evaluate-help.ts').HelpedRow[]} rows */
  const tell = (rows) => {
    const figures = module.evaluateHelp(rows);
    for (const line of module.helpTable(figures)) print(line);
    return figures;
  };
  if (isKept(lines)) {
    console.log(JSON.stringify(tell(lines.map(({ text }) => JSON.parse(text)))));
    return;
  }
  const { linesOf } = await import('./read-lines.mjs');
  if (out !== undefined) writeFileSync(out, '');
  const { openWithModel } = await import('./eval-page.mjs');
  const { page, close } = await openWithModel(typed, [{ file, lines }]);
  try {
    const names = await page.evaluate(() => window.lab.helpNames);
    const unknown = helps.find((help) => !names.some((name) => name === help));
    if (unknown !== undefined)
      throw new UsageError(`There is no help "${unknown}"; there are: ${names.join(', ')}.`);
    if (learn !== undefined) {
      print(`Reads ${learn} for examples.`);
      await page.evaluate((known) => window.lab.teach(known), await linesOf({ file: learn }));
    }
    const wanted = names.filter((name) =>
      helps.length === 0 ? name !== 'examples' || learn !== undefined : helps.includes(name),
    );
    /** @type {import('../demos/lab/help-row.ts').HelpedRow[]} */
    const rows = [];
    for (const line of lines) {
      const row = await page.evaluate((part) => window.lab.help(part.line, part.wanted), { line, wanted });
      rows.push(row);
      if (out !== undefined) appendFileSync(out, `${JSON.stringify(row)}\n`);
      print(`${rows.length}/${lines.length}  ${row.id}`);
    }
    console.log(JSON.stringify(tell(rows)));
  } finally {
    await close();
  }
}

/**
 * Questions about numbers, each asked with the calculator and without any tool.
 * @param {import('./read-arguments.mjs').EvalArguments} typed
 * @param {readonly import('./read-lines.mjs').Line[]} lines
 */
async function evaluateArithmetic(typed, lines) {
  const { file, out } = typed;
  const { openWithModel } = await import('./eval-page.mjs');
  const { summariseArithmetic } = await import('./eval-summary.mjs');
  if (out !== undefined) writeFileSync(out, '');
  const { page, close } = await openWithModel(typed, [{ file, lines }]);
  try {
    /** @type {import('../demos/lab/arithmetic-row.ts').AskedArithmetic[]} */
    const rows = [];
    for (const line of lines) {
      const row = await page.evaluate((part) => window.lab.arithmetic(part), line);
      rows.push(row);
      if (out !== undefined) appendFileSync(out, `${JSON.stringify(row)}\n`);
      print(
        `${rows.length}/${lines.length}  ${row.id}: ${row.answer}; with ${row.with.number ?? 'none'}, without ${row.without.number ?? 'none'}`,
      );
    }
    const intervals = await page.evaluate(
      ({ helped, plain }) => ({ with: window.lab.interval(helped), without: window.lab.interval(plain) }),
      { helped: rows.map((row) => row.with.right), plain: rows.map((row) => row.without.right) },
    );
    console.log(JSON.stringify(summariseArithmetic(rows, intervals)));
  } finally {
    await close();
  }
}

/**
 * Whether lines were written by `--out`, so that no model has to be asked again.
 * @param {readonly import('./read-lines.mjs').Line[]} lines
 */
function isKept(lines) {
  return lines.every(({ text }) => {
    try {
      const row = JSON.parse(text);
      return typeof row === 'object' && row !== null && ('grade' in row || 'plain' in row);
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  });
}

/**
 * Which of a model's calls are wrong, foretold by what other rows taught.
 * @param {import('./read-arguments.mjs').EvalArguments} typed
 * @param {readonly import('./read-lines.mjs').Line[]} lines
 */
async function evaluateRouting(typed, lines) {
  const { file, fit = '', fitLimit, copy, search } = typed;
  const { linesOf } = await import('./read-lines.mjs');
  const { importBundled } = await import('./bundle-module.mjs');
  const known = await linesOf({ file: fit, ...(fitLimit === undefined ? {} : { limit: fitLimit }) });
  const module = /** @type {typeof import('../bench/route/evaluate-route.ts')} */ (
    await importBundled({ root, entry: 'bench/route/evaluate-route.ts', name: 'evaluate-route' })
  );
  /** @param {readonly import('../demos/lab/score-row.ts').ScoredRow[]} learned @param {readonly import('../demos/lab/score-row.ts').ScoredRow[]} judged */
  const tell = (learned, judged) => {
    try {
      const figures = module.evaluateRoute({ fit: learned.map(answered), rows: judged.map(answered), print });
      console.log(JSON.stringify(figures));
    } catch (error) {
      if (error instanceof module.FewRows) throw new UsageError(error.message, { cause: error });
      throw error;
    }
  };
  if (isKept(known) && isKept(lines)) {
    tell(known.map(keptRow), lines.map(keptRow));
    return;
  }
  const { openWithModel } = await import('./eval-page.mjs');
  const { page, close } = await openWithModel(typed, [
    { file: fit, lines: known },
    { file, lines },
  ]);
  try {
    const learned = await scoreLines(page, { lines: known, copy, search });
    const judged = await scoreLines(page, { lines, copy, search });
    tell(learned, judged);
  } finally {
    await close();
  }
}

/**
 * A row that `toolcall` or `help` wrote down; of the latter, how far three decisions agreed counts with the first.
 * @param {import('./read-lines.mjs').Line} line
 * @returns {import('../demos/lab/score-row.ts').ScoredRow}
 */
function keptRow({ text }) {
  const row = JSON.parse(text);
  if (row.first === undefined) return row;
  return {
    ...row.first,
    agreement: row.helped['samples-3']?.agreement,
    objection: row.helped.judge?.objection,
  };
}

/**
 * @param {import('../demos/lab/score-row.ts').ScoredRow} row
 * @returns {import('../bench/route/evaluate-route.ts').AnsweredRow}
 */
function answered({ agreement, objection, grade, certainty, output, attempts, toolsOffered, request }) {
  return {
    exact: grade.exact,
    facts: {
      attempts,
      toolsOffered,
      request,
      ...(agreement === undefined ? {} : { agreement }),
      ...(objection === undefined ? {} : { objection }),
      ...(certainty === undefined ? {} : { certainty }),
      ...(output === undefined ? {} : { output }),
    },
  };
}

/** @param {import('./read-arguments.mjs').EvalArguments} typed */
async function evaluate(typed) {
  const { linesOf } = await import('./read-lines.mjs');
  const lines = await linesOf(typed);
  const { ensureDependencies } = await import('./dependencies.mjs');
  await ensureDependencies({ root, print });
  if (typed.kind === 'schema') return evaluateSchemaFile(lines);
  if (typed.kind === 'pii') return evaluatePersonalData(typed, lines);
  if (typed.kind === 'cluster') return evaluateClusterFile(typed, lines);
  if (typed.kind === 'route') return evaluateRouting(typed, lines);
  if (typed.kind === 'help') return evaluateHelps(typed, lines);
  if (typed.kind === 'arithmetic') return evaluateArithmetic(typed, lines);
  return evaluateToolCalls(typed, lines);
}

await runCommandLine({
  read: readEvalArguments,
  usage: evalUsage,
  run: evaluate,
  failed: 'The evaluation did not end:',
});
