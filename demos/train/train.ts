/**
 * The page that trains an adapter: ties the element to the desk. Knows the element's events and the public API; trains
 * nothing itself. Command lines reach the desk as `window.trainingDesk`.
 */
import { defineTraining, downloadFiles, openJournal, TrainingDesk, startPage } from '../../src/index.ts';
import { pageTexts } from '../page-texts.ts';

declare global {
  interface Window {
    trainingDesk: TrainingDesk;
  }
}

startPage({ texts: pageTexts('train') });
defineTraining();

const desk = new TrainingDesk({ openLog: () => openJournal() });
window.trainingDesk = desk;
const panel = document.querySelector('slm-training');

desk.onChange((view) => {
  if (panel !== null) panel.view = view;
});

panel?.addEventListener('training-file', ({ detail }) => void desk.takeFile(detail.file));
panel?.addEventListener('training-log', () => void desk.takeLog());
panel?.addEventListener('training-start', ({ detail }) => void desk.train(detail));
panel?.addEventListener('training-pause', () => desk.pause());
panel?.addEventListener('training-forget', () => void desk.forget());
panel?.addEventListener('training-shelve', () => void desk.shelve());
panel?.addEventListener('training-save', () => {
  const file = desk.adapterFile();
  if (file !== undefined) downloadFiles([file]);
});
