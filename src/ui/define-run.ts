/** Names the elements that ask about calls and show an outcome. Apart from the others: they are needed once there is a run. */
import { AnswerPanel } from './answer-panel.ts';
import { ApprovalCard } from './approval-card.ts';
import { CallEditor } from './call-editor.ts';

/** Parts before the whole: an element that wakes finds its parts awake. */
const elements = {
  'slm-call-editor': CallEditor,
  'slm-approval-card': ApprovalCard,
  'slm-answer-panel': AnswerPanel,
} as const;

/** Registers the elements. Idempotent. */
export function defineRun(): void {
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
}
