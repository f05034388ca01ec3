/**
 * Gives every element its name. Apart from the classes, so that importing a class changes nothing,
 * and whoever waits for `agent-connect` can listen before the first element wakes.
 */
import { AdapterList } from './adapter-list.ts';
import { SlmAgent } from './agent-element.ts';
import { CallItem } from './call-item.ts';
import { FaultPanel } from './fault-panel.ts';
import { GoalForm } from './goal-form.ts';
import { LogPanel } from './log-panel.ts';
import { ChoiceList } from './choice-list.ts';
import { ModelCard } from './model-card.ts';
import { ModelShelf } from './model-shelf.ts';
import { OutsideCard } from './outside/outside-card.ts';
import { RunTimeline } from './run-timeline.ts';
import { StepItem } from './step-item.ts';
import { SupportPanel } from './support-panel.ts';
import { ToolList } from './tool-list.ts';

/** Parts before the whole: an element that wakes finds its parts awake. */
const elements = {
  'slm-fault-panel': FaultPanel,
  'slm-step-item': StepItem,
  'slm-call-item': CallItem,
  'slm-goal-form': GoalForm,
  'slm-adapter-list': AdapterList,
  'slm-choice-list': ChoiceList,
  'slm-model-card': ModelCard,
  'slm-model-shelf': ModelShelf,
  'slm-run-timeline': RunTimeline,
  'slm-log-panel': LogPanel,
  'slm-support-panel': SupportPanel,
  'slm-tool-list': ToolList,
  'slm-outside-card': OutsideCard,
  'slm-agent': SlmAgent,
} as const;

declare global {
  interface HTMLElementTagNameMap {
    'slm-agent': SlmAgent;
  }
}

/** Registers the elements. Idempotent. */
export function defineElements(): void {
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
}
