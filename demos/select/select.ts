/**
 * The page that chooses a model: what is known is gathered once, and ranked anew whenever the user changes something.
 * Knows the page; the ranking is the public API's work, and the table the element's.
 */
import { defineSelection, ModelChoice, startPage } from '../../src/index.ts';
import type { SelectionFilters } from '../../src/index.ts';
import { pageTexts } from '../page-texts.ts';

startPage({ texts: pageTexts('select') });
defineSelection();

const choice = new ModelChoice();
const status = document.querySelector('#status');
const panel = document.querySelector('slm-selection');

let taskId: string | undefined;
let filters: SelectionFilters = { licence: 'any' };

function show(): void {
  const view = { selection: choice.select(taskId, filters), tasks: choice.tasks, taskId, filters };
  if (panel !== null) Object.assign(panel, { view });
}

function report(error: unknown): void {
  if (status === null) return;
  status.textContent = error instanceof Error ? error.message : String(error);
  status.classList.add('bad');
}

async function open(): Promise<void> {
  await choice.open();
  taskId = choice.tasks[0]?.id;
  show();
}

async function forget(id: string): Promise<void> {
  await choice.forget(id);
  taskId = choice.tasks[0]?.id;
  show();
}

panel?.addEventListener('selection-change', ({ detail }) => {
  ({ taskId, filters } = detail);
  show();
});
panel?.addEventListener('selection-forget', ({ detail }) => void forget(detail.taskId).catch(report));
void open().catch(report);
