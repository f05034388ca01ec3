/**
 * The workflows of a page: what each does, a form for what it needs, and a button. Sends `workflow-run`. Knows schemas as
 * forms; nothing of what a workflow does.
 */
import { LitElement, css, html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { send } from './events.ts';
import { readFields, renderFields } from './schema-fields.ts';
import { base, controls } from './theme.ts';
import type { WorkflowView } from './workflow-view.ts';
import { followLanguage, msg } from './translate.ts';

export class WorkflowPanel extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.875rem;
      }
      .field > * + * {
        margin-top: 0.25rem;
      }
      label {
        display: block;
        font-weight: 600;
      }
      label::first-letter {
        text-transform: uppercase;
      }
      textarea,
      select,
      input:not([type='checkbox']) {
        width: 100%;
      }
      select,
      input:not([type='checkbox']) {
        font: inherit;
        color: var(--_text);
        background: var(--_surface);
        border: 1px solid var(--_edge);
        border-radius: 10px;
        padding: 0.5rem 0.75rem;
        min-height: 2.5rem;
      }
    `,
  ];

  static override properties = {
    workflows: { attribute: false },
    busy: { type: Boolean },
    chosen: { state: true },
  };

  declare workflows: readonly WorkflowView[];
  /** A run goes on: none can be begun. */
  declare busy: boolean;
  declare chosen: string | undefined;

  constructor() {
    super();
    followLanguage(this);
    this.workflows = [];
    this.busy = false;
    this.chosen = undefined;
  }

  protected override render() {
    const workflow = this.workflows.find(({ name }) => name === this.chosen) ?? this.workflows[0];
    if (workflow === undefined) return nothing;
    const { name, description, inputSchema } = workflow;
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('Workflows')}</h2>
        <div>
          <label for="which">${msg('Which one')}</label>
          <select id="which" @change=${(event: Event) => this.#choose(event)}>
            ${this.workflows.map(
              (each) =>
                html`<option value=${each.name} ?selected=${each.name === name}>${msg(each.title)}</option>`,
            )}
          </select>
        </div>
        <p class="small muted">${msg(description)}</p>
        ${keyed(
          name,
          html`
            <form @submit=${(event: SubmitEvent) => this.#submit(event, workflow)}>
              ${renderFields(inputSchema)}
              <div class="row">
                <button type="submit" class="primary" ?disabled=${this.busy}>
                  ${msg('Run the workflow')}
                </button>
              </div>
            </form>
          `,
        )}
      </section>
    `;
  }

  #choose(event: Event): void {
    if (event.target instanceof HTMLSelectElement) this.chosen = event.target.value;
  }

  #submit(event: SubmitEvent, { name, inputSchema }: WorkflowView): void {
    event.preventDefault();
    if (this.busy || !(event.target instanceof HTMLFormElement)) return;
    send(this, 'workflow-run', { name, input: readFields(inputSchema, event.target) });
  }
}
