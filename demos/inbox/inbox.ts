/**
 * The inbox: mails, and what a workflow made of each. Knows the mails, the workflow of the page beside it and the public API;
 * what is asked and decided stands in the workflow.
 */
import { html, nothing, render } from 'lit';
import { attachAgent, createSession, defineElements, startPage } from '../../src/index.ts';
import { inboxTriage } from '../workflows/inbox-triage.ts';
import { mails } from './mails.ts';
import type { Mail } from './mails.ts';
import { addTexts, later, msg, str, whenTextsChange } from '../../src/ui/translate.ts';
import { pageTexts } from '../page-texts.ts';

const session = createSession({ workflows: [inboxTriage] });

/** What became of a mail: its topic, how soon, where it was put; or why it was not sorted. */
type Sorted =
  | { readonly type: 'working' }
  | {
      readonly type: 'sorted';
      readonly facts: readonly string[];
      readonly filed: string;
      readonly draft: string;
    }
  | { readonly type: 'not-sorted'; readonly reason: string };

const sorted = new Map<Mail, Sorted>();

function show(): void {
  const place = document.querySelector<HTMLElement>('#inbox');
  if (place === null) return;
  render(
    html`<ul class="cards">
      ${mails.map(card)}
    </ul>`,
    place,
  );
}

function card(mail: Mail) {
  const state = sorted.get(mail);
  return html`
    <li>
      <h3 lang="en" dir="auto">${mail.subject}</h3>
      <p class="small muted" lang="en" dir="auto">${mail.from}</p>
      <p class="small" lang="en" dir="auto">${mail.text}</p>
      <p class="row" role="status">
        ${
          state?.type === 'sorted'
            ? [...state.facts.map((fact) => msg(fact)), msg(str`filed: ${msg(state.filed)}`)].map(
                (fact) => html`<span class="badge">${fact}</span>`,
              )
            : nothing
        }
        ${state?.type === 'not-sorted' ? html`<span class="small problem">${msg(state.reason)}</span>` : nothing}
        ${state?.type === 'working' ? html`<span class="small muted">${msg('Being read; what it asks stands below.')}</span>` : nothing}
      </p>
      ${state?.type === 'sorted' && state.draft !== '' ? html`<p class="small" lang="en" dir="auto"><q>${state.draft}</q></p>` : nothing}
      <div>
        <button
          type="button"
          aria-label=${msg(str`Sort: ${mail.subject}`)}
          ?disabled=${session.state.running}
          @click=${() => void sort(mail)}
        >
          ${msg('Sort')}
        </button>
      </div>
    </li>
  `;
}

async function sort(mail: Mail): Promise<void> {
  sorted.set(mail, { type: 'working' });
  show();
  try {
    const text = `From: ${mail.from}\nSubject: ${mail.subject}\n\n${mail.text}`;
    const outcome = await session.workflows.run(inboxTriage.name, { mail: text });
    sorted.set(mail, outcome.type === 'answered' ? resultOf(outcome.value) : notSorted(outcome.type));
  } catch (error) {
    sorted.set(mail, notSorted('failed'));
    session.report(error);
  }
  show();
}

function notSorted(outcome: 'refused' | 'failed' | 'stopped'): Sorted {
  const reason = outcome === 'stopped' ? later('Stopped.') : later('Not sorted; why stands below.');
  return { type: 'not-sorted', reason };
}

/** The workflow's result, which is JSON. */
function resultOf(value: unknown): Sorted {
  const result = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const text = (name: string): string => (typeof result[name] === 'string' ? result[name] : '');
  return {
    type: 'sorted',
    facts: [text('topic'), text('urgency')],
    filed: text('filed'),
    draft: text('draft'),
  };
}

void addTexts(pageTexts('workflows'));
startPage({ texts: pageTexts('inbox'), mayReload: () => !session.state.running });
defineElements();
const agent = document.querySelector('slm-agent');
if (agent !== null) {
  agent.examples = [];
  attachAgent(agent, session);
}
whenTextsChange(show);
session.subscribe(show);
