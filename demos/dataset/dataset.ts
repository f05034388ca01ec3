/**
 * The page that makes data sets: ties the workbench to the desk, and the list of corrections to its queue. Knows the elements' events
 * and the public API; makes nothing itself. Command lines reach the desk as `window.datasetDesk`.
 */
import {
  canPickFolder,
  createRuntime,
  DatasetDesk,
  defineDataset,
  defineReport,
  downloadFiles,
  openJournal,
  pickFolder,
  ReviewQueue,
  startPage,
} from '../../src/index.ts';
import type { AgentEventDetails, AgentEventName } from '../../src/index.ts';
import { pageTexts } from '../page-texts.ts';

declare global {
  interface Window {
    datasetDesk: DatasetDesk;
  }
}

startPage({ texts: pageTexts('dataset') });
defineDataset();
defineReport();

const workbench = document.querySelector('slm-dataset-workbench');
const review = document.querySelector('slm-review-queue');
const corrections = document.querySelector<HTMLElement>('#corrections');

const desk = new DatasetDesk({ openLog: () => openJournal(), openModel: () => createRuntime() });
const queue = new ReviewQueue();
const mistakes = new Map<string, string>();
window.datasetDesk = desk;

function on<Name extends AgentEventName>(
  name: Name,
  handle: (detail: AgentEventDetails[Name]) => Promise<unknown> | void,
): void {
  document.addEventListener(name, (event) => {
    void handle((event as CustomEvent<AgentEventDetails[Name]>).detail);
  });
}

async function write(settings: AgentEventDetails['dataset-write']): Promise<void> {
  const folder = settings.target === 'folder' ? await pickFolder() : undefined;
  if (settings.target === 'folder' && folder === undefined) return;
  const archive = await desk.write(settings, folder);
  if (archive !== undefined) downloadFiles([new File([archive], `${settings.name}.zip`)]);
}

function showQueue(): void {
  if (review !== null) Object.assign(review, { items: queue.items, mistakes: new Map(mistakes) });
  if (corrections !== null) corrections.hidden = queue.items.length === 0;
}

async function changed(work: Promise<unknown>): Promise<void> {
  await work;
  showQueue();
}

async function correct({ id, calls }: AgentEventDetails['review-correct']): Promise<void> {
  const mistake = await queue.correct(id, calls);
  if (mistake === undefined) mistakes.delete(id);
  else mistakes.set(id, mistake);
}

on('dataset-files', ({ files }) => desk.addFiles(files));
on('dataset-log', () => desk.addLog());
on('dataset-source-remove', ({ name }) => desk.removeSource(name));
on('dataset-read', (settings) => desk.read(settings));
on('dataset-stop', () => desk.stop());
on('dataset-discover', (draw) => desk.discover(draw));
on('dataset-edit', (edit) => desk.edit(edit));
on('dataset-name', () => desk.nameTasks());
on('dataset-split', (settings) => desk.plan(settings));
on('dataset-write', (settings) => write(settings));
on('dataset-forget', () => desk.forget());
on('review-correct', (detail) => changed(correct(detail)));
on('review-state', ({ id, state }) => changed(queue.setState(id, state)));
on('review-note', ({ id, note }) => changed(queue.setNote(id, note)));
on('review-remove', ({ id }) => changed(queue.remove(id)));
on('review-export', () => saveCorrections((file) => downloadFiles([file])));

function saveCorrections(use: (file: File) => void): void {
  const file = queue.file();
  if (file !== undefined) use(file);
}

document.querySelector('#use-corrections')?.addEventListener('click', () => {
  saveCorrections((file) => desk.addFiles([file]));
});
desk.subscribe((view) => {
  if (workbench !== null) Object.assign(workbench, { view, canPickFolder: canPickFolder() });
});
void changed(queue.open());
