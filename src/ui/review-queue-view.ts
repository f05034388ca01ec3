/**
 * Failures that a person took out of evaluations: each with what was expected and what came, a note, and the calls that
 * are right, as JSON. Sends `review-correct`, `review-note`, `review-state`, `review-remove` and `review-export`.
 * Knows the shape of calls (read-calls); whether they fit the tools' schemas is told from outside, in `mistakes`.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { ReviewItem, ReviewState } from '../protocol/review.ts';
import { send } from './events.ts';
import { formatCalls, formatPlural } from './format.ts';
import { readCalls } from './read-calls.ts';
import { base, controls, tokens } from './theme.ts';
import { followLanguage, later, msg, str } from './translate.ts';

const stateBadges = {
  open: 'badge warn',
  corrected: 'badge good',
  dismissed: 'badge',
} as const satisfies Record<ReviewState, string>;

/** What the states are called. */
const stateNames: Readonly<Record<ReviewState, string>> = {
  open: later('open'),
  corrected: later('corrected'),
  dismissed: later('dismissed'),
};

/** Characters of a request that its line shows. */
const mostOfHead = 70;

export class ReviewQueueView extends LitElement {
  static override styles = [
    tokens,
    base,
    controls,
    css`
      .items > li + li {
        border-top: 1px solid var(--_line);
        padding-top: 0.625rem;
        margin-top: 0.625rem;
      }
      .items summary {
        width: auto;
        overflow-wrap: anywhere;
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr));
        gap: 0.75rem;
      }
      form {
        display: grid;
        gap: 0.5rem;
      }
      textarea.note {
        font-size: 0.9375rem;
      }
      .mistake {
        color: var(--_bad);
        overflow-wrap: anywhere;
      }
    `,
  ];

  static override properties = {
    items: { attribute: false },
    mistakes: { attribute: false },
    unread: { state: true },
  };

  /** Newest first. */
  declare items: readonly ReviewItem[];
  /** What is wrong with the last correction of an item, by its id. */
  declare mistakes: ReadonlyMap<string, string>;
  /** The same for text that is no list of calls. */
  declare unread: ReadonlyMap<string, string>;

  constructor() {
    super();
    followLanguage(this);
    this.items = [];
    this.mistakes = new Map();
    this.unread = new Map();
  }

  protected override render() {
    const { items } = this;
    if (items.length === 0) return nothing;
    const corrected = items.filter(({ state }) => state === 'corrected').length;
    return html`
      <section class="card stack" aria-labelledby="title">
        <div class="row between">
          <h2 id="title">${msg(str`To look at: ${formatPlural(items.length, 'row|rows')}`)}</h2>
          <button
            type="button"
            class="compact"
            ?disabled=${corrected === 0}
            @click=${() => send(this, 'review-export', undefined)}
          >
            ${msg(str`Save ${formatPlural(corrected, 'corrected row|corrected rows')}`)}
          </button>
        </div>
        <p class="small muted">
          ${msg('Kept in this browser. Corrected rows are saved in the form that scoring and training read.')}
        </p>
        <ul class="items">
          ${items.map((item) => this.#renderItem(item))}
        </ul>
      </section>
    `;
  }

  #renderItem(item: ReviewItem) {
    const { id, rowId, request, state, source, subject, given, expected, note, correction } = item;
    const { modelId, adapter } = subject;
    const model = adapter === undefined ? modelId : msg(str`${modelId} with ${adapter}`);
    const mistake = this.unread.get(id) ?? this.mistakes.get(id) ?? '';
    return html`
      <li data-id=${id}>
        <details>
          <summary>
            <span class=${stateBadges[state]}>${msg(stateNames[state])}</span> ${rowId}: ${headOf(request)}
          </summary>
          <div class="stack">
            <p class="small" dir="auto">${request}</p>
            <p class="small muted">${source}, ${model}</p>
            <div class="pair">
              <div>
                <h3>${msg('Expected')}</h3>
                <pre>${formatCalls(expected)}</pre>
              </div>
              <div>
                <h3>${msg('Given')}</h3>
                <pre>${given}</pre>
              </div>
            </div>
            <form
              aria-label=${msg(str`Correct ${rowId}`)}
              @submit=${(event: SubmitEvent) => this.#submit(event, item)}
            >
              <label class="small">
                ${msg('Calls that are right, as JSON ([] for none)')}
                <textarea
                  class="code"
                  name="calls"
                  rows="5"
                  spellcheck="false"
                  aria-invalid=${mistake === '' ? 'false' : 'true'}
                  .defaultValue=${JSON.stringify(correction ?? expected, null, 2)}
                ></textarea>
              </label>
              <p class="small mistake" role="alert" dir="auto">${mistake}</p>
              <label class="small">
                ${msg('Note')}
                <textarea
                  class="note"
                  name="note"
                  rows="2"
                  .defaultValue=${note}
                  @change=${(event: Event) => this.#noted(event, id)}
                ></textarea>
              </label>
              <div class="row">
                <button type="submit" class="compact">${msg('Save correction')}</button>
                ${
                  state === 'open'
                    ? html`<button type="button" class="compact" @click=${() => this.#set(id, 'dismissed')}>
                        ${msg('Dismiss')}
                      </button>`
                    : html`<button type="button" class="compact" @click=${() => this.#set(id, 'open')}>
                        ${msg('Open again')}
                      </button>`
                }
                <button
                  type="button"
                  class="quiet compact danger"
                  @click=${() => send(this, 'review-remove', { id })}
                >
                  ${msg('Remove')}
                </button>
              </div>
            </form>
          </div>
        </details>
      </li>
    `;
  }

  #set(id: string, state: 'open' | 'dismissed'): void {
    send(this, 'review-state', { id, state });
  }

  #noted(event: Event, id: string): void {
    if (event.target instanceof HTMLTextAreaElement)
      send(this, 'review-note', { id, note: event.target.value });
  }

  #submit(event: SubmitEvent, { id, tools }: ReviewItem): void {
    event.preventDefault();
    const { target } = event;
    if (!(target instanceof HTMLFormElement)) return;
    const text = target.querySelector<HTMLTextAreaElement>('[name="calls"]')?.value ?? '';
    const names = tools.map(({ name }) => name);
    const read = readCalls(text, names);
    const unread = new Map(this.unread);
    unread.delete(id);
    if (read.type === 'mistake') unread.set(id, read.message);
    else send(this, 'review-correct', { id, calls: read.calls });
    this.unread = unread;
  }
}

/** The whole request stands below. */
function headOf(request: string): string {
  return request.length <= mostOfHead ? request : `${request.slice(0, mostOfHead)}…`;
}
