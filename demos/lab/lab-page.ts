/** The lab's markup by name, and what is written into it row by row. Knows the page; nothing of models. */
import { summariseGrades } from '../../src/index.ts';
import type { ScoredRow } from './score-row.ts';
import { msg } from '../../src/ui/translate.ts';
import { formatCount, formatDuration } from '../../src/ui/format.ts';

/** An element of the page. Throws where the markup has none of this kind. */
export function part<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no #${id}.`);
}

const rows = part('rows', HTMLTableSectionElement);
const totals = part('totals', HTMLDListElement);
const status = part('status', HTMLParagraphElement);

export function say(text: string, { bad = false }: { readonly bad?: boolean } = {}): void {
  status.textContent = text;
  status.classList.toggle('bad', bad);
}

export function clearRows(): void {
  rows.replaceChildren();
}

/** One more line in the table. `side` names the model where two are compared. */
export function addRow(row: ScoredRow, side = ''): void {
  const { text, tone } = verdictOf(row);
  const line = document.createElement('tr');
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = side === '' ? row.id : `${row.id} (${side})`;
  line.append(
    name,
    cell(text, `verdict ${tone}`),
    output(row.text),
    cell(`${row.usage.promptTokens} + ${row.usage.decodeTokens}`, 'number'),
    cell(formatDuration(row.durationMs), 'number'),
  );
  rows.append(line);
}

function verdictOf({ grade }: ScoredRow): { readonly text: string; readonly tone: string } {
  if (!grade.valid) return { text: msg('not valid'), tone: 'bad' };
  if (grade.exact) return { text: grade.refused ? msg('right: no call') : msg('exact'), tone: 'good' };
  if (grade.refused) return { text: msg('did not call'), tone: 'warn' };
  return grade.name
    ? { text: msg('right tool, wrong arguments'), tone: 'warn' }
    : { text: msg('wrong tool'), tone: 'bad' };
}

function cell(text: string, className: string): HTMLTableCellElement {
  const element = document.createElement('td');
  element.textContent = text;
  element.className = className;
  return element;
}

/** The model's own words, whichever way they are written. */
function output(text: string): HTMLTableCellElement {
  const element = cell(text, 'output');
  element.dir = 'auto';
  return element;
}

/** The counts so far. */
export function showTotals(scored: readonly ScoredRow[]): void {
  const { n, valid, name, exact, refused } = summariseGrades(scored.map(({ grade }) => grade));
  const facts: readonly (readonly [string, number])[] = [
    [msg('Rows'), n],
    [msg('Valid'), valid],
    [msg('Right tool'), name],
    [msg('Exact'), exact],
    [msg('No call'), refused],
  ];
  totals.replaceChildren(
    ...facts.map(([label, value]) => {
      const group = document.createElement('div');
      const term = document.createElement('dt');
      const detail = document.createElement('dd');
      term.textContent = label;
      detail.textContent = formatCount(value);
      group.append(term, detail);
      return group;
    }),
  );
}
