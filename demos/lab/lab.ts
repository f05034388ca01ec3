/**
 * The lab's page: rows in, a table and a report out. Knows the page's choices; what is done with a model is lab-api's
 * work, and how it looks is lab-page's.
 */
import { defineReport, downloadFiles, evalReport, reportMarkdown, startPage } from '../../src/index.ts';
import type { EvalReport, SideRows, ToolCallRow } from '../../src/index.ts';
import { Lab } from './lab-api.ts';
import type { ScoredRow, ScoreSide } from './score-row.ts';
import { addRow, clearRows, part, say, showTotals } from './lab-page.ts';
import { readFirstLines } from './read-first-lines.ts';
import { watchReview } from './watch-review.ts';
import { msg, str } from '../../src/ui/translate.ts';
import { formatCount, formatMegabytes } from '../../src/ui/format.ts';
import { pageTexts } from '../page-texts.ts';

const lab = new Lab();
Object.defineProperty(window, 'lab', { value: lab });
defineReport();

const form = part('form', HTMLFormElement);
const drop = part('drop', HTMLLabelElement);
const fileInput = part('file', HTMLInputElement);
const fileName = part('file-name', HTMLSpanElement);
const fromLog = part('from-log', HTMLInputElement);
const confirmed = part('confirmed', HTMLInputElement);
const teaching = part('teaching', HTMLButtonElement);
const limit = part('limit', HTMLInputElement);
const modelChooser = part('model', HTMLSelectElement);
const start = part('start', HTMLButtonElement);
const stop = part('stop', HTMLButtonElement);
const results = part('results', HTMLElement);
const report = part('report', HTMLElement);
const choose = part('choose', HTMLParagraphElement);
const review = part('review', HTMLElement);
const choosers = [
  part('first-adapter', HTMLSelectElement),
  part('second-adapter', HTMLSelectElement),
] as const;
const grammars = [part('first-grammar', HTMLInputElement), part('second-grammar', HTMLInputElement)] as const;

/** What the second chooser says where nothing is compared. */
const nothing = 'nothing';

let file: File | undefined;
let running: AbortController | undefined;
/** The report on the page, and the rows that it is about. */
let made: EvalReport | undefined;
let scoredRows: FoundRows | undefined;

startPage({ texts: pageTexts('lab'), mayReload: () => running === undefined && file === undefined });

function take(chosen: File | undefined): void {
  if (chosen === undefined) return;
  file = chosen;
  fileName.textContent = chosen.name;
}

interface FoundRows {
  readonly rows: readonly ToolCallRow[];
  readonly source: string;
}

/** The rows to score. Undefined: there are none, and the page says why. */
async function readRows(): Promise<FoundRows | undefined> {
  const most = limit.valueAsNumber || Number.POSITIVE_INFINITY;
  if (fromLog.checked) {
    const rows = await lab.ownRows({ limit: most, confirmed: confirmed.checked ? 'said' : 'all' });
    if (rows.length > 0) return { rows, source: "the user's own log" };
    say(msg('Your log has no such runs on its evaluation side yet: a fifth of all runs are kept for it.'), {
      bad: true,
    });
    return undefined;
  }
  if (file === undefined) {
    say(msg('Choose a file first.'), { bad: true });
    return undefined;
  }
  const lines = await readFirstLines({ file, limit: most });
  if (lines.length === 0) {
    say(msg('The file has no rows.'), { bad: true });
    return undefined;
  }
  const { rows, problems } = lab.read(lines);
  if (problems.length === 0) return { rows, source: file.name };
  say(`${msg('This is not a file of rows.')}\n${problems.slice(0, 3).join('\n')}`, { bad: true });
  return undefined;
}

function chosenSides(): readonly ScoreSide[] {
  return choosers.flatMap(({ value }, place): ScoreSide[] =>
    value === nothing
      ? []
      : [{ adapter: value === '' ? undefined : value, grammar: grammars[place]?.checked !== false }],
  );
}

async function score(signal: AbortSignal): Promise<void> {
  const found = await readRows();
  if (found === undefined) return;
  const { rows, source } = found;
  const sides = chosenSides();
  say(msg('Loading the model…'));
  const model = await lab.load(
    {
      model: modelChooser.value === '' ? undefined : modelChooser.value,
      engine: undefined,
      adapter: undefined,
    },
    {
      signal,
      besides: sides.flatMap(({ adapter }) => adapter ?? []),
      onProgress: (progress) => {
        if (progress.type !== 'download-progressed') return;
        const { receivedBytes, totalBytes } = progress;
        say(msg(str`Loading the model… ${formatMegabytes(receivedBytes)} of ${formatMegabytes(totalBytes)}`));
      },
    },
  );
  clearRows();
  results.hidden = false;
  Object.assign(report, { report: undefined });
  const judged: SideRows[] = [];
  let isKept = true;
  for (const [place, side] of sides.entries()) {
    const name = sides.length < 2 ? '' : place === 0 ? 'A' : 'B';
    const scored: ScoredRow[] = [];
    await lab.score(rows, {
      ...side,
      signal,
      onRow: (row) => {
        scored.push(row);
        addRow(row, name);
        showTotals(scored);
        const [done, all] = [formatCount(scored.length), formatCount(rows.length)];
        say(msg(str`${done} of ${all} rows ${name}, ${model.modelId} on ${model.backend}`));
      },
    });
    judged.push({ subject: lab.subject(side), rows: scored });
    isKept = (await lab.keep({ rows, scored, side, source })) && isKept;
  }
  const [first, second] = judged;
  if (first === undefined) return;
  made = evalReport({ at: Date.now(), source, sides: second === undefined ? [first] : [first, second] });
  scoredRows = { rows, source };
  Object.assign(report, { report: made });
  choose.hidden = !isKept;
}

/** What was wanted, in the middle of which the page must not change. */
async function run(): Promise<void> {
  if (running !== undefined) return;
  const controller = new AbortController();
  running = controller;
  start.disabled = true;
  stop.disabled = false;
  try {
    await score(controller.signal);
  } catch (error) {
    if (controller.signal.aborted) say(msg('Stopped.'));
    else say(error instanceof Error ? error.message : String(error), { bad: true });
  } finally {
    running = undefined;
    start.disabled = false;
    stop.disabled = true;
  }
}

function save(format: 'json' | 'markdown'): void {
  if (made === undefined) return;
  const name = `tool-calls-${new Date(made.at).toISOString().slice(0, 10)}`;
  downloadFiles([
    format === 'json'
      ? new File([`${JSON.stringify(made, null, 2)}\n`], `${name}.json`, { type: 'application/json' })
      : new File([reportMarkdown(made)], `${name}.md`, { type: 'text/markdown' }),
  ]);
}

async function saveTeaching(): Promise<void> {
  try {
    downloadFiles([await lab.teachingFile()]);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), { bad: true });
  }
}

/** The adapters of this browser and of the site for the chosen model, for both choosers. */
async function listAdapters(): Promise<void> {
  const adapters = await lab.adapters(modelChooser.value === '' ? undefined : modelChooser.value);
  for (const chooser of choosers) {
    for (const option of Array.from(chooser.options)) {
      if (option.value !== '' && option.value !== nothing) option.remove();
    }
    for (const { id, title } of adapters) chooser.append(named(title, id));
  }
}

/** A choice that is called the same in every language. */
function named(title: string, value: string): HTMLOptionElement {
  const option = new Option(title, value);
  option.translate = false;
  return option;
}

/** The models beside the site's own. */
async function listModels(): Promise<void> {
  for (const { id, title } of await lab.models()) modelChooser.append(named(title, id));
}

fileInput.addEventListener('change', () => take(fileInput.files?.[0]));
drop.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  take(event.dataTransfer?.files[0]);
});
for (const source of document.getElementsByName('source')) {
  source.addEventListener('change', () => {
    drop.hidden = fromLog.checked;
    confirmed.disabled = !fromLog.checked;
    teaching.hidden = !fromLog.checked;
  });
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void run();
});
stop.addEventListener('click', () => running?.abort());
teaching.addEventListener('click', () => void saveTeaching());
report.addEventListener('report-export', ({ detail }) => save(detail.format));
void watchReview({ report, review, rows: () => scoredRows }).catch(sayWhy);
/** Without the lists the site's own model can be scored all the same. */
function sayWhy(error: unknown): void {
  say(String(error), { bad: true });
}

modelChooser.addEventListener('change', () => void listAdapters().catch(sayWhy));
void listAdapters().catch(sayWhy);
void listModels().catch(sayWhy);
