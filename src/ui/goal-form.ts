/**
 * Where a goal is typed: text, examples, run and stop. Sends `goal-submit` and `run-stop`.
 * Knows nothing of what a run does; it is told only whether one goes on.
 */
import { LitElement, css, html, nothing } from 'lit';
import { send } from './events.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg } from './translate.ts';

export class GoalForm extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      label {
        display: block;
        font-size: 1.25rem;
        font-weight: 640;
        letter-spacing: -0.015em;
        line-height: 1.3;
        margin-bottom: 0.75rem;
      }
      .actions {
        margin-top: 0.75rem;
      }
      .hint {
        flex: 1 1 12rem;
      }
      .chips {
        margin-top: 1rem;
        padding-top: 1rem;
        border-top: 1px solid var(--_line);
      }
      .chips ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .chips button {
        font-weight: 450;
        border-color: var(--_line);
        background: var(--_sunken);
        border-radius: 99px;
        text-align: start;
      }
      .chips button:hover {
        border-color: var(--_edge);
      }
    `,
  ];

  static override properties = {
    examples: { attribute: false },
    running: { type: Boolean },
    disabled: { type: Boolean },
    hint: { type: String },
    goal: { state: true },
  };

  declare examples: readonly string[];
  declare running: boolean;
  declare disabled: boolean;
  /** One sentence under the box, e.g. what the first run will load. */
  declare hint: string;
  declare goal: string;

  constructor() {
    super();
    followLanguage(this);
    this.examples = [];
    this.running = false;
    this.disabled = false;
    this.hint = '';
    this.goal = '';
  }

  protected override render() {
    return html`
      <form class="card" @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <label for="goal">${msg('What should be done?')}</label>
        <textarea
          id="goal"
          name="goal"
          dir=${this.goal === '' ? nothing : 'auto'}
          rows="3"
          placeholder=${msg('Ask for something the tools can do, in a sentence or two.')}
          .value=${this.goal}
          aria-describedby="hint"
          @input=${(event: InputEvent) => this.#typed(event)}
          @keydown=${(event: KeyboardEvent) => this.#pressed(event)}
        ></textarea>
        <div class="row between actions">
          <p id="hint" class="hint small muted">${this.hint}</p>
          ${
            this.running
              ? html`<button type="button" class="danger" @click=${() => send(this, 'run-stop', undefined)}>
                  ${msg('Stop')}
                </button>`
              : html`<button type="submit" class="primary" ?disabled=${this.disabled}>${msg('Run')}</button>`
          }
        </div>
        ${this.examples.length === 0 ? nothing : this.#renderExamples()}
      </form>
    `;
  }

  #renderExamples() {
    return html`
      <div class="chips stack">
        <p class="small muted" id="examples">${msg('Try one of these')}</p>
        <ul aria-labelledby="examples">
          ${this.examples.map(
            (example) => html`
              <li>
                <button
                  type="button"
                  class="compact"
                  lang="en"
                  dir="auto"
                  @click=${() => this.#choose(example)}
                >
                  ${example}
                </button>
              </li>
            `,
          )}
        </ul>
      </div>
    `;
  }

  #choose(example: string): void {
    this.goal = example;
    this.renderRoot.querySelector('textarea')?.focus();
  }

  #typed(event: InputEvent): void {
    if (event.target instanceof HTMLTextAreaElement) this.goal = event.target.value;
  }

  /** Enter runs, as in every chat box; Shift and Enter make a new line. */
  #pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event: Event): void {
    event.preventDefault();
    const goal = this.goal.trim();
    if (goal === '' || this.running || this.disabled) return;
    send(this, 'goal-submit', { goal });
  }
}
