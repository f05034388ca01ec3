/**
 * Names the elements for workflows and for runs that go on. Fetched when the first of them is to be shown: most pages show
 * none.
 */
import { QuestionCard } from './question-card.ts';
import { ResumeCard } from './resume-card.ts';
import { WorkflowPanel } from './workflow-panel.ts';

const elements = {
  'slm-workflow-panel': WorkflowPanel,
  'slm-question-card': QuestionCard,
  'slm-resume-card': ResumeCard,
} as const;

/** Registers the elements. Idempotent. */
export function defineWorkflowElements(): void {
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
}
