/**
 * The dataset workbench: sources, funnel, tasks, split and export, one below the other, and what goes on above them. Shows a
 * `DatasetView`; sends `dataset-stop`, and lets the events of its parts pass.
 */
import { LitElement, css, html, nothing } from 'lit';
import { send } from '../events.ts';
import { formatCount, formatPercent } from '../format.ts';
import { base, controls, tokens } from '../theme.ts';
import { datasetStyle } from './dataset-style.ts';
import { emptyDatasetView } from './dataset-view.ts';
import type { DatasetView, DatasetWork } from './dataset-view.ts';
import { followLanguage, later, msg } from '../translate.ts';

/** What each stage of the work is called. */
export const stageNames: Readonly<Record<DatasetWork['stage'], string>> = {
  reading: later('Looking through the sources'),
  sampling: later('Drawing a sample'),
  embedding: later('Turning texts into vectors'),
  grouping: later('Grouping what is alike'),
  mapping: later('Drawing the map'),
  loading: later('Loading the model'),
  naming: later('Naming the tasks'),
  planning: later('Splitting'),
  records: later('Writing the records'),
  formats: later('Writing the formats'),
  packing: later('Packing the archive'),
};

export class DatasetWorkbench extends LitElement {
  static override styles = [
    tokens,
    base,
    controls,
    datasetStyle,
    css`
      .parts {
        display: grid;
        gap: 1rem;
        grid-template-columns: minmax(0, 1fr);
      }
      .work {
        position: sticky;
        top: 0.5rem;
        z-index: 1;
        background: var(--_accent-soft);
      }
      progress {
        width: 100%;
        height: 0.5rem;
        accent-color: var(--_accent);
      }
    `,
  ];

  static override properties = { view: { attribute: false }, canPickFolder: { type: Boolean } };

  declare view: DatasetView;
  declare canPickFolder: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.view = emptyDatasetView;
    this.canPickFolder = false;
  }

  protected override render() {
    const { sources, masking, read, split, work, fault, survey, tasks, plan, written } = this.view;
    const busy = work !== undefined;
    return html`
      <div class="parts">
        <div aria-live="polite">${work === undefined ? nothing : this.#renderWork(work)}</div>
        <slm-fault-panel .fault=${fault} ?hidden=${fault === undefined}></slm-fault-panel>
        <slm-dataset-sources .sources=${sources} .settings=${read} .busy=${busy}></slm-dataset-sources>
        <slm-dataset-funnel
          .survey=${survey}
          .funnel=${plan?.funnel ?? []}
          .variants=${written?.variants}
          ?hidden=${survey === undefined}
        ></slm-dataset-funnel>
        <slm-dataset-tasks
          .view=${tasks}
          .rows=${survey?.rows ?? 0}
          .busy=${busy}
          ?hidden=${(survey?.rows ?? 0) < 2}
        ></slm-dataset-tasks>
        <slm-dataset-splits
          .plan=${plan}
          .settings=${split}
          .busy=${busy}
          ?hidden=${plan === undefined}
        ></slm-dataset-splits>
        <slm-dataset-export
          .plan=${plan}
          .written=${written}
          .masking=${masking}
          .busy=${busy}
          .canPickFolder=${this.canPickFolder}
          ?hidden=${plan === undefined}
        ></slm-dataset-export>
      </div>
    `;
  }

  #renderWork({ stage, done, share }: DatasetWork) {
    return html`
      <div class="card work stack">
        <div class="row between">
          <p class="small" id="work">${msg(stageNames[stage])}…</p>
          <span class="facts" aria-live="off">
            <span>${done === 0 ? nothing : formatCount(done)}</span>
            <span>${share === undefined ? nothing : formatPercent(share)}</span>
          </span>
          <button type="button" class="compact" @click=${() => send(this, 'dataset-stop', undefined)}>
            ${msg('Stop')}
          </button>
        </div>
        ${
          share === undefined
            ? html`<progress aria-labelledby="work"></progress>`
            : html`<progress aria-labelledby="work" max="1" .value=${share}></progress>`
        }
      </div>
    `;
  }
}
