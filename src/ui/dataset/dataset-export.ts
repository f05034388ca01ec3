/**
 * The last step: the data set's name, licence and formats, and where it goes. Sends `dataset-write` and, after a second word,
 * `dataset-forget`. Writes nothing itself.
 */
import { LitElement, css, html, nothing } from 'lit';
import { exportFormats } from '../../protocol/dataset.ts';
import type { ExportFormat, MaskingAbout, PlanView, WrittenView } from '../../protocol/dataset.ts';
import { send } from '../events.ts';
import { formatCount, formatDuration, formatMegabytes, formatPercent, formatPlural } from '../format.ts';
import { takeForm, textIn } from '../read-form.ts';
import { base, controls } from '../theme.ts';
import { datasetStyle } from './dataset-style.ts';
import { followLanguage, later, msg, str } from '../translate.ts';

const formatNames: Readonly<Record<ExportFormat, string>> = {
  trl: later('TRL prompt-completion'),
  preference: later('TRL preference pairs'),
  openai: later('OpenAI fine-tuning'),
  hermes: 'Hermes / ShareGPT',
  'data-flywheel': 'NVIDIA data flywheel',
  parquet: 'Parquet',
  rendered: later('Rendered as prompted here'),
};

export class DatasetExport extends LitElement {
  static override styles = [
    base,
    controls,
    datasetStyle,
    css`
      fieldset {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr));
        gap: 0.375rem 0.75rem;
      }
      legend {
        font-size: 0.875rem;
        color: var(--_muted);
        padding: 0 0 0.375rem;
      }
      .written {
        background: var(--_good-soft);
        border-radius: 10px;
        padding: 0.625rem 0.75rem;
      }
    `,
  ];

  static override properties = {
    plan: { attribute: false },
    written: { attribute: false },
    masking: { attribute: false },
    canPickFolder: { type: Boolean },
    busy: { type: Boolean },
    isSure: { state: true },
  };

  declare plan: PlanView | undefined;
  declare written: Omit<WrittenView, 'archive'> | undefined;
  /** What the card says of masking; undefined: that nothing was masked. */
  declare masking: MaskingAbout | undefined;
  /** Whether this browser can write into a folder of the user's. */
  declare canPickFolder: boolean;
  declare busy: boolean;
  declare isSure: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.plan = undefined;
    this.written = undefined;
    this.masking = undefined;
    this.canPickFolder = false;
    this.busy = false;
    this.isSure = false;
  }

  protected override render() {
    if (this.plan === undefined) return nothing;
    const isRefused = this.busy || !this.plan.overlap.clean;
    return html`
      <section class="card stack" aria-labelledby="title">
        <h2 id="title">${msg('5. Export')}</h2>
        <form
          class="stack"
          aria-label=${msg('Export')}
          @submit=${(event: SubmitEvent) => this.#submit(event)}
        >
          <div class="fields">
            <label class="field">
              ${msg('Name')}
              <input
                name="name"
                required
                pattern="[A-Za-z0-9._\\-]+"
                maxlength="80"
                .defaultValue=${'my-log'}
              />
            </label>
            <label class="field">
              ${msg('Licence, as the hub names it')}
              <input name="licence" required maxlength="60" .defaultValue=${'unknown'} />
            </label>
          </div>
          <fieldset>
            <legend>${msg('Formats, beside the records themselves')}</legend>
            ${exportFormats.map(
              (format) => html`
                <label class="check">
                  <input type="checkbox" name="format" value=${format} .defaultChecked=${true} />
                  ${msg(formatNames[format])}
                </label>
              `,
            )}
          </fieldset>
          <div class="fields">
            <label class="field">
              ${msg('Variants of each row (0: none)')}
              <input type="number" name="variants" min="0" max="5" required .defaultValue=${'0'} />
            </label>
            <label class="check">
              <input type="checkbox" name="replace" />
              ${msg('In the rows’ place')}
            </label>
          </div>
          <p class="small muted">
            ${msg('A variant has other numbers, dates, names and words in the request and, alike, in the call. It is checked against the schema, or dropped.')}
            ${renderMasking(this.masking)}
          </p>
          <div class="row">
            ${
              this.canPickFolder
                ? html`<button type="submit" class="primary" value="folder" ?disabled=${isRefused}>
                    ${msg('Export to a folder…')}
                  </button>`
                : nothing
            }
            <button
              type="submit"
              class=${this.canPickFolder ? '' : 'primary'}
              value="archive"
              ?disabled=${isRefused}
            >
              ${msg('Save as zip')}
            </button>
          </div>
        </form>
        <div role="status">${this.written === undefined ? nothing : renderWritten(this.written)}</div>
        ${this.#renderForget()}
      </section>
    `;
  }

  #renderForget() {
    return this.isSure
      ? html`
          <div class="stack" role="alert">
            <p class="small">
              ${msg('Checkpoints, vectors and the last archive are deleted from this browser. Sources and exported files stay.')}
            </p>
            <div class="row">
              <button type="button" class="compact danger" @click=${() => this.#forget()}>
                ${msg('Delete')}
              </button>
              <button type="button" class="compact" @click=${() => (this.isSure = false)}>
                ${msg('Keep')}
              </button>
            </div>
          </div>
        `
      : html`
          <div>
            <button type="button" class="quiet compact danger" @click=${() => (this.isSure = true)}>
              ${msg('Delete what is kept of data sets…')}
            </button>
          </div>
        `;
  }

  #forget(): void {
    this.isSure = false;
    send(this, 'dataset-forget', undefined);
  }

  #submit(event: SubmitEvent): void {
    const data = takeForm(event);
    const chosen = new Set(data.getAll('format'));
    const textOf = (name: string): string => textIn(data, name).trim();
    const { submitter } = event;
    const count = Number(data.get('variants'));
    const mode = data.has('replace') ? 'replace' : 'add';
    send(this, 'dataset-write', {
      name: textOf('name'),
      licence: textOf('licence'),
      formats: exportFormats.filter((format) => chosen.has(format)),
      ...(count > 0 ? { variants: { count, mode } } : {}),
      target: submitter instanceof HTMLButtonElement && submitter.value === 'folder' ? 'folder' : 'archive',
    });
  }
}

function renderMasking(masking: MaskingAbout | undefined) {
  if (masking === undefined) return msg('Nothing is masked: the rows hold what was said.');
  const { method, recall, measuredOn } = masking;
  return html`${msg('Personal data was masked. How:')} <span lang="en" dir="auto">${method}</span>${
      recall === undefined
        ? nothing
        : html`; ${msg(str`measured recall ${formatPercent(recall)}`)}
            <span lang="en" dir="auto">(${measuredOn})</span>`
    }.`;
}

function renderWritten({ rows, bytes, tookMs }: Omit<WrittenView, 'archive'>) {
  return html`
    <p class="small written">
      ${msg(str`Written: ${formatPlural(rows.train, 'row|rows')} to learn, ${formatCount(rows.validation)} to validate, ${formatCount(rows.test)} to test; ${formatMegabytes(bytes)} in ${formatDuration(tookMs)}.`)}
    </p>
  `;
}
