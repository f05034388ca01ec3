/** Asks a person what a workflow wants to know. Sends `question-answer`. Knows the question; nothing of what follows. */
import { LitElement, css, html, nothing } from 'lit';
import { send } from './events.ts';
import type { SubtaskView } from './task-view.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg } from './translate.ts';

export class QuestionCard extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .card {
        border-color: var(--_warn);
        background: var(--_warn-soft);
        box-shadow: none;
      }
      h2 {
        overflow-wrap: anywhere;
      }
      input {
        width: 100%;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
      }
    `,
  ];

  static override properties = { view: { attribute: false } };

  declare view: SubtaskView | undefined;

  constructor() {
    super();
    followLanguage(this);
    this.view = undefined;
  }

  protected override render() {
    if (this.view === undefined) return nothing;
    const { id, text, choices = 'any' } = this.view;
    return html`
      <section class="card stack" role="alertdialog" aria-labelledby="question">
        <h2 id="question" dir="auto">${text}</h2>
        ${
          choices === 'any'
            ? html`
                <form @submit=${(event: SubmitEvent) => this.#submit(event, id)}>
                  <input type="text" name="answer" aria-labelledby="question" required autocomplete="off" />
                  <div class="row"><button type="submit" class="primary">${msg('Answer')}</button></div>
                </form>
              `
            : html`
                <div class="row">
                  ${choices.map(
                    (choice) => html`
                      <button type="button" @click=${() => this.#answer(id, choice)}>${msg(choice)}</button>
                    `,
                  )}
                </div>
              `
        }
      </section>
    `;
  }

  #submit(event: SubmitEvent, spanId: string): void {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const answer = new FormData(event.target).get('answer');
    if (typeof answer === 'string') this.#answer(spanId, answer.trim());
  }

  #answer(spanId: string, answer: string): void {
    send(this, 'question-answer', { spanId, answer });
  }
}
