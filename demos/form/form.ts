/**
 * The form filler: a message, the form that a model fills in from it, and what the user sets right. Knows the page's schemas
 * and the public API; a correction is feedback like any other, and the log keeps it.
 */
import { html, nothing, render } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import {
  attachAgent,
  createSession,
  defineElements,
  defineWorkflow,
  downloadFiles,
  startPage,
} from '../../src/index.ts';
import type { Json, JsonObject, JsonSchema } from '../../src/index.ts';
import { readFields, renderFields } from '../../src/ui/schema-fields.ts';
import { forms } from './forms.ts';
import type { SampleForm } from './forms.ts';
import { later, msg, str, whenTextsChange } from '../../src/ui/translate.ts';
import { pageTexts } from '../page-texts.ts';

/** One workflow a form: a single step that fills it in. */
const workflows = forms.map((form) =>
  defineWorkflow(
    {
      name: `fill_${form.name}`,
      title: form.title,
      description: form.about,
      inputSchema: {
        type: 'object',
        properties: {
          [later('message')]: { type: 'string', minLength: 1, maxLength: 1500, default: form.message },
        },
        required: ['message'],
      },
    },
    ({ input, extract }) => extract({ text: input.message, about: form.about, schema: form.schema }),
  ),
);
const session = createSession({ workflows });

/** A form that was filled in: whose step it was, and what the model wrote. */
interface Filled {
  readonly runId: string;
  readonly stepId: string;
  readonly call: string;
  readonly values: JsonObject;
}

let chosen: SampleForm = forms[0];
let message: string = chosen.message;
let filled: Filled | undefined;
let said = '';

function show(): void {
  const place = document.querySelector<HTMLElement>('#form');
  if (place === null) return;
  const isBusy = session.state.running;
  render(
    html`
      <div class="columns">
        <section class="panel" aria-labelledby="from">
          <h2 id="from">${msg('1. A message')}</h2>
          <div class="field">
            <label for="which">${msg('Form')}</label>
            <select id="which" ?disabled=${isBusy} @change=${(event: Event) => choose(event)}>
              ${forms.map(({ name, title }) => html`<option value=${name} ?selected=${name === chosen.name}>${msg(title)}</option>`)}
            </select>
          </div>
          <div class="field">
            <label for="message">${msg('Message')}</label>
            <textarea
              id="message"
              rows="7"
              dir="auto"
              maxlength="1500"
              .value=${message}
              @input=${(event: Event) => (message = (event.target as HTMLTextAreaElement).value)}
            ></textarea>
          </div>
          <p>
            <button type="button" class="primary" ?disabled=${isBusy} @click=${() => void fillIn()}>
              ${msg('Fill in the form')}
            </button>
          </p>
        </section>
        <section class="panel" aria-labelledby="to">
          <h2 id="to">${msg('2. The form')}</h2>
          ${filled === undefined ? html`<p class="muted">${isBusy ? msg('The model reads the message…') : msg('Empty until the model has read the message.')}</p>` : renderForm(filled)}
          <p role="status">${said}</p>
          ${said === '' ? nothing : html`<p><button type="button" @click=${() => void saveRows()}>${msg('Save training data')}</button></p>`}
        </section>
      </div>
    `,
    place,
  );
}

function renderForm(given: Filled) {
  return keyed(
    given.stepId,
    html`
      <form @submit=${(event: SubmitEvent) => void save(event, given)}>
        ${renderFields(withDefaults(chosen.schema, given.values))}
        <p><button type="submit">${msg('Save the form')}</button></p>
      </form>
    `,
  );
}

/** The schema with the values as what its fields begin with. */
function withDefaults(schema: JsonSchema, values: JsonObject): JsonSchema {
  const properties = schema['properties'] as Readonly<Record<string, JsonObject>>;
  const entries = Object.entries(properties).map(([name, part]): [string, Json] => {
    const value = values[name];
    return [name, value === undefined ? part : { ...part, default: value }];
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}

function choose(event: Event): void {
  const { value } = event.target as HTMLSelectElement;
  chosen = forms.find(({ name }) => name === value) ?? forms[0];
  message = chosen.message;
  filled = undefined;
  said = '';
  show();
}

async function fillIn(): Promise<void> {
  filled = undefined;
  said = '';
  const text = message.trim();
  if (text === '') {
    said = msg('Write a message first.');
    return show();
  }
  try {
    await session.workflows.run(`fill_${chosen.name}`, { message: text });
    filled = filledBy();
    said = filled === undefined ? msg('It was not filled in; why stands below.') : '';
  } catch (error) {
    session.report(error);
  }
  return show();
}

/** The step of the run on the screen that filled the form in. */
function filledBy(): Filled | undefined {
  const { task } = session.state;
  for (const { items } of task.subtasks) {
    for (const item of items) {
      if (item.type !== 'step' || item.verdict?.type !== 'accepted' || item.output?.type !== 'calls')
        continue;
      const [call] = item.output.calls;
      if (call === undefined || task.runId === undefined) continue;
      return { runId: task.runId, stepId: item.id, call: call.name, values: call.arguments };
    }
  }
  return undefined;
}

async function save(event: SubmitEvent, { runId, stepId, call, values }: Filled): Promise<void> {
  event.preventDefault();
  if (!(event.target instanceof HTMLFormElement)) return;
  const right = readFields(chosen.schema, event.target);
  const names = Object.keys({ ...values, ...right });
  const changed = names.filter((name) => JSON.stringify(values[name]) !== JSON.stringify(right[name]));
  const correction = { stepId, calls: [{ name: call, arguments: right }] };
  await session.giveFeedback(
    changed.length === 0 ? { runId, verdict: 'good' } : { runId, verdict: 'bad', correction },
  );
  said =
    changed.length === 0
      ? msg('Saved. Nothing was changed, so the call counts as right.')
      : msg(
          str`Saved. Set right: ${changed.map((name) => titleOf(name)).join(', ')}. The correction is in the log.`,
        );
  show();
}

/** What the form calls a field. */
function titleOf(name: string): string {
  const fields = chosen.schema['properties'] as Readonly<Record<string, JsonObject>>;
  const title = fields[name]?.['title'];
  return typeof title === 'string' ? msg(title) : name;
}

/** The whole log as rows to learn from: what was set right stands there as you wrote it. */
async function saveRows(): Promise<void> {
  try {
    const blob = await new Response(session.exportLog('openai')).blob();
    downloadFiles([new File([blob], 'forms.openai.jsonl', { type: 'application/jsonl' })]);
  } catch (error) {
    session.report(error);
  }
}

startPage({ texts: pageTexts('form'), mayReload: () => !session.state.running });
defineElements();
const agent = document.querySelector('slm-agent');
if (agent !== null) {
  agent.examples = [];
  attachAgent(agent, session);
}
whenTextsChange(show);
session.subscribe(show);
