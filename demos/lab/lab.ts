/**
 * The lab's page: a file of rows in, a table out. Knows its own markup; what it does with a model is lab-api's work.
 */
import { summariseGrades } from '../../src/index.ts';
import { Lab } from './lab-api.ts';
import type { RowLine, ScoredRow } from './lab-api.ts';
import { readFirstLines } from './read-first-lines.ts';

const lab = new Lab();
Object.defineProperty(window, 'lab', { value: lab });

function part<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no #${id}.`);
}

const form = part('form', HTMLFormElement);
const drop = part('drop', HTMLLabelElement);
const fileInput = part('file', HTMLInputElement);
const fileName = part('file-name', HTMLSpanElement);
const limit = part('limit', HTMLInputElement);
const start = part('start', HTMLButtonElement);
const stop = part('stop', HTMLButtonElement);
const status = part('status', HTMLParagraphElement);
const results = part('results', HTMLElement);
const totals = part('totals', HTMLDListElement);
const rows = part('rows', HTMLTableSectionElement);

let file: File | undefined;
let running: AbortController | undefined;

function say(text: string, { bad = false }: { readonly bad?: boolean } = {}): void {
  status.textContent = text;
  status.classList.toggle('bad', bad);
}

function choose(chosen: File | undefined): void {
  if (chosen === undefined) return;
  file = chosen;
  fileName.textContent = chosen.name;
}

function verdictOf({ grade }: ScoredRow): { readonly text: string; readonly tone: string } {
  if (!grade.valid) return { text: 'not valid', tone: 'bad' };
  if (grade.exact) return { text: grade.refused ? 'right: no call' : 'exact', tone: 'good' };
  if (grade.refused) return { text: 'did not call', tone: 'warn' };
  return grade.name
    ? { text: 'right tool, wrong arguments', tone: 'warn' }
    : { text: 'wrong tool', tone: 'bad' };
}

function cell(text: string, className = ''): HTMLTableCellElement {
  const element = document.createElement('td');
  element.textContent = text;
  element.className = className;
  return element;
}

function addRow(row: ScoredRow): void {
  const { text, tone } = verdictOf(row);
  const line = document.createElement('tr');
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = row.id;
  line.append(
    name,
    cell(text, `verdict ${tone}`),
    cell(row.text, 'output'),
    cell(`${row.usage.promptTokens} + ${row.usage.decodeTokens}`, 'number'),
    cell(`${(row.durationMs / 1000).toFixed(1)} s`, 'number'),
  );
  rows.append(line);
}

function showTotals(scored: readonly ScoredRow[]): void {
  const { n, valid, name, exact, refused } = summariseGrades(scored.map(({ grade }) => grade));
  const facts: readonly (readonly [string, number])[] = [
    ['Rows', n],
    ['Valid', valid],
    ['Right tool', name],
    ['Exact', exact],
    ['No call', refused],
  ];
  totals.replaceChildren(
    ...facts.map(([label, value]) => {
      const group = document.createElement('div');
      const term = document.createElement('dt');
      const detail = document.createElement('dd');
      term.textContent = label;
      detail.textContent = String(value);
      group.append(term, detail);
      return group;
    }),
  );
}

async function score(lines: readonly RowLine[], signal: AbortSignal): Promise<void> {
  const problems = lab.check(lines);
  if (problems.length > 0) {
    say(`This is not a file of rows.\n${problems.slice(0, 3).join('\n')}`, { bad: true });
    return;
  }
  say('Loading the model…');
  const model = await lab.load(
    { model: undefined, engine: undefined, adapter: undefined },
    {
      signal,
      onProgress: (progress) => {
        if (progress.type !== 'download-progressed') return;
        const done = (progress.receivedBytes / 1e6).toFixed(0);
        say(`Loading the model… ${done} of ${(progress.totalBytes / 1e6).toFixed(0)} MB`);
      },
    },
  );
  rows.replaceChildren();
  results.hidden = false;
  const scored: ScoredRow[] = [];
  await lab.evaluate(lines, {
    signal,
    onRow: (row) => {
      scored.push(row);
      addRow(row);
      showTotals(scored);
      say(`${scored.length} of ${lines.length} rows, ${model.modelId} on ${model.backend}`);
    },
  });
}

async function run(): Promise<void> {
  if (running !== undefined) return;
  if (file === undefined) {
    say('Choose a file first.', { bad: true });
    return;
  }
  const controller = new AbortController();
  running = controller;
  start.disabled = true;
  stop.disabled = false;
  try {
    const lines = await readFirstLines({ file, limit: limit.valueAsNumber || undefined });
    if (lines.length === 0) say('The file has no rows.', { bad: true });
    else await score(lines, controller.signal);
  } catch (error) {
    if (controller.signal.aborted) say('Stopped.');
    else say(error instanceof Error ? error.message : String(error), { bad: true });
  } finally {
    running = undefined;
    start.disabled = false;
    stop.disabled = true;
  }
}

fileInput.addEventListener('change', () => choose(fileInput.files?.[0]));
drop.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  choose(event.dataTransfer?.files[0]);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void run();
});
stop.addEventListener('click', () => running?.abort());
