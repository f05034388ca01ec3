/** Gives the dataset workbench and its parts their names. Apart from the others: pages that make no data set need not carry it. */
import { FaultPanel } from '../fault-panel.ts';
import { DatasetExport } from './dataset-export.ts';
import { DatasetFunnel } from './dataset-funnel.ts';
import { DatasetSources } from './dataset-sources.ts';
import { DatasetSplits } from './dataset-splits.ts';
import { DatasetTasks } from './dataset-tasks.ts';
import { DatasetWorkbench } from './dataset-workbench.ts';
import { TaskScatter } from './task-scatter.ts';
import { addTexts } from '../translate.ts';
import type { TextSource } from '../translate.ts';

const texts: TextSource = {
  de: () => import('../locales/dataset/de.json'),
  fr: () => import('../locales/dataset/fr.json'),
  es: () => import('../locales/dataset/es.json'),
  ar: () => import('../locales/dataset/ar.json'),
};

/** Parts before the whole: an element that wakes finds its parts awake. */
const elements = {
  'slm-fault-panel': FaultPanel,
  'slm-task-scatter': TaskScatter,
  'slm-dataset-sources': DatasetSources,
  'slm-dataset-funnel': DatasetFunnel,
  'slm-dataset-tasks': DatasetTasks,
  'slm-dataset-splits': DatasetSplits,
  'slm-dataset-export': DatasetExport,
  'slm-dataset-workbench': DatasetWorkbench,
} as const;

declare global {
  interface HTMLElementTagNameMap {
    'slm-dataset-workbench': DatasetWorkbench;
  }
}

/** Registers `slm-dataset-workbench` and its parts. Idempotent. */
export function defineDataset(): void {
  void addTexts(texts);
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
}
