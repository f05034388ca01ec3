/**
 * The training of an adapter, from rows to a file: what it learns from, how long it takes, how the loss falls, and what
 * can be done next. Sends `training-file`, `training-log`, `training-start`, `training-pause`, `training-forget`,
 * `training-save` and `training-shelve`. Trains nothing.
 */
import { LitElement, css, html, nothing } from 'lit';
import { send } from '../events.ts';
import { formatCount, formatDuration, formatPercent, formatPlural } from '../format.ts';
import { base, controls, filePick, tokens } from '../theme.ts';
import { lossCurve } from './loss-curve.ts';
import { emptyTrainingView } from './training-view.ts';
import type { TrainingSettings, TrainingView } from './training-view.ts';
import { followLanguage, later, msg, str } from '../translate.ts';

const layerChoices = [
  { value: '4', text: later('The last 4 (quickest)') },
  { value: '10', text: later('The last 10') },
  { value: 'all', text: later('All (learns most)') },
] as const;

/** What canaries tell, for who is about to hand the adapter on. */
function sayRemembered({ share, byChance }: { readonly share: number; readonly byChance: number }): string {
  return msg(
    str`Made-up codes were hidden among the rows; it gives away ${formatPercent(share)} of them. By chance it would be some ${formatPercent(byChance)}; at ${formatPercent(1)} it writes them down: then keep it to yourself.`,
  );
}

/** A training is under way, or about to be. */
const busyStages: ReadonlySet<TrainingView['stage']> = new Set(['loading', 'training', 'waiting']);

/** Rows that are kept aside, and what for. */
function sayTrialRows(count: number): string {
  return count === 0
    ? ''
    : msg(
        str`It is tried on ${formatPlural(count, 'other row|other rows')} meanwhile, and the best is kept.`,
      );
}

/** What was made, and whether more steps would have made it worse. */
function sayMade({ madeBy, losses, trials }: TrainingView): string {
  const best = trials.find(({ step }) => step === madeBy);
  if (best === undefined) return msg('The adapter is made.');
  const [right, all] = [formatCount(best.exact), formatCount(best.n)];
  const said = msg(
    str`The adapter is made, by ${formatPlural(best.step, 'step|steps')}: ${right} of ${all} trials are right.`,
  );
  return best.step === losses.length ? said : `${said} ${msg('More steps made it no better.')}`;
}

export class TrainingPanel extends LitElement {
  static override styles = [
    tokens,
    base,
    controls,
    filePick,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem;
      }
      label.choice {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        min-height: 2.75rem;
        font-size: 0.875rem;
      }
      label:not(.pick, .choice) {
        display: grid;
        gap: 0.25rem;
        font-size: 0.875rem;
      }
      select,
      input[type='number'] {
        font: 400 1rem/1.4 var(--_font);
        color: var(--_text);
        background: var(--_surface);
        border: 1px solid var(--_edge);
        border-radius: 10px;
        padding: 0.5rem 0.625rem;
        max-width: 100%;
      }
      progress {
        width: 100%;
        accent-color: var(--_accent);
      }
      .curve svg {
        display: block;
        width: 100%;
        height: auto;
      }
      .curve line {
        stroke: var(--_line);
      }
      .curve polyline {
        fill: none;
        stroke: var(--_accent);
        stroke-width: 2.5;
        stroke-linejoin: round;
      }
      .curve polyline.trials {
        stroke: var(--_good);
        stroke-dasharray: 6 4;
      }
      .trouble {
        color: var(--_bad);
        white-space: pre-line;
        overflow-wrap: anywhere;
      }
    `,
  ];

  static override properties = { view: { attribute: false } };

  declare view: TrainingView;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyTrainingView;
  }

  protected override render() {
    const { stage, losses, trials, steps, trouble } = this.view;
    return html`
      <section class="card stack" aria-label=${msg('Training')}>
        ${this.#renderSource()} ${stage === 'empty' ? nothing : this.#renderSettings()}
        ${this.#renderProgress()} ${losses.length === 0 ? nothing : lossCurve(losses, trials, steps)}
        ${trouble === undefined ? nothing : html`<p class="trouble" role="alert" lang="en" dir="auto">${trouble}</p>`}
        ${this.#renderNext()}
      </section>
    `;
  }

  get #isBusy(): boolean {
    return busyStages.has(this.view.stage);
  }

  #renderSource() {
    const { source, leftOut = 0 } = this.view;
    return html`
      <h2>${msg('What it learns from')}</h2>
      ${
        source === undefined
          ? html`<p class="muted">
              ${msg('No rows yet. Choose a file of the export format "rendered" (one object with prompt and completion a line), or take the runs of your own log that went well.')}
            </p>`
          : html`<p>
              <span translate="no">${msg(source.name)}</span>:
              ${leftOut === 0 ? formatPlural(source.rows, 'row|rows') : msg(str`${formatPlural(source.rows, 'row|rows')}, ${formatCount(leftOut)} too long`)}.
              ${sayTrialRows(source.trialRows ?? 0)}
            </p>`
      }
      <div class="row">
        <label class="button pick">
          ${msg('Choose a file')}<input
            type="file"
            accept=".jsonl,.gz"
            ?disabled=${this.#isBusy}
            @change=${(event: Event) => this.#chosen(event)}
          />
        </label>
        <button
          type="button"
          class="compact"
          ?disabled=${this.#isBusy}
          @click=${() => send(this, 'training-log', undefined)}
        >
          ${msg('Take my own log')}
        </button>
      </div>
    `;
  }

  #renderSettings() {
    return html`
      <form aria-label=${msg('How it is trained')} @submit=${(event: SubmitEvent) => this.#submit(event)}>
        <label>
          ${msg('Layers that are trained')}
          <select name="layers" ?disabled=${this.#isBusy}>
            ${layerChoices.map(({ value, text }) => html`<option value=${value}>${msg(text)}</option>`)}
          </select>
        </label>
        <label>
          ${msg('Steps')}
          <input
            name="steps"
            type="number"
            min="1"
            max="100000"
            value="200"
            required
            ?disabled=${this.#isBusy}
          />
        </label>
        <label class="choice">
          <input name="mains" type="checkbox" ?disabled=${this.#isBusy} />
          ${msg('Only while plugged in')}
        </label>
        <button class="primary" ?disabled=${this.#isBusy}>
          ${this.view.stage === 'paused' ? msg('Go on') : msg('Train')}
        </button>
      </form>
    `;
  }

  #renderProgress() {
    const { stage, loaded = 0, losses, steps, secondsLeft } = this.view;
    if (stage === 'loading') {
      return html`<p role="status">${msg(str`Loading the model: ${formatPercent(loaded)}`)}</p>`;
    }
    if (stage === 'waiting') {
      return html`<p role="status">${msg('On battery. It goes on when the device is plugged in.')}</p>`;
    }
    if (stage !== 'training') return nothing;
    const [done, all] = [formatCount(losses.length), formatCount(steps)];
    const said =
      secondsLeft === undefined
        ? msg(str`Step ${done} of ${all}`)
        : msg(str`Step ${done} of ${all}, about ${formatDuration(secondsLeft * 1000)} left`);
    return html`
      <p role="status">${said}</p>
      <progress aria-label=${msg('Steps done')} max=${steps} value=${losses.length}></progress>
    `;
  }

  #renderNext() {
    const { stage, isKept, remembered, shelved = false } = this.view;
    switch (stage) {
      case 'loading':
      case 'training':
      case 'waiting':
        return html`
          <div class="row">
            <button type="button" @click=${() => send(this, 'training-pause', undefined)}>
              ${isKept ? msg('Pause') : msg('Stop')}
            </button>
            ${isKept ? nothing : html`<p class="small muted">${msg('This browser keeps nothing: a stop loses the run.')}</p>`}
          </div>
        `;
      case 'paused':
        return html`
          <p role="status">
            ${msg('Paused. It goes on with the same rows and settings, also after a reload.')}
          </p>
          <div class="row">
            <button
              type="button"
              class="compact danger"
              @click=${() => send(this, 'training-forget', undefined)}
            >
              ${msg('Forget what was trained')}
            </button>
          </div>
        `;
      case 'done':
        return html`
          <p role="status">
            ${
              shelved
                ? msg(
                    'The adapter is on the shelf of its model. Measure it in the lab, or let it prove itself in steps.',
                  )
                : sayMade(this.view)
            }
          </p>
          ${remembered === undefined ? nothing : html`<p class="small muted">${sayRemembered(remembered)}</p>`}
          <div class="row">
            <button
              type="button"
              class="primary"
              ?disabled=${shelved}
              @click=${() => send(this, 'training-shelve', undefined)}
            >
              ${msg('Put it on the shelf')}
            </button>
            <button type="button" @click=${() => send(this, 'training-save', undefined)}>
              ${msg('Save the file')}
            </button>
          </div>
        `;
      case 'empty':
      case 'ready':
        return nothing;
      default:
        return stage satisfies never;
    }
  }

  #chosen(event: Event): void {
    const { target } = event;
    if (!(target instanceof HTMLInputElement)) return;
    const file = target.files?.[0];
    if (file !== undefined) send(this, 'training-file', { file });
    target.value = '';
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const form = new FormData(event.target);
    const layers = Number(form.get('layers'));
    const settings: TrainingSettings = {
      layers: Number.isInteger(layers) ? layers : 'all',
      steps: Number(form.get('steps')),
      onMains: form.has('mains'),
    };
    send(this, 'training-start', settings);
  }
}
