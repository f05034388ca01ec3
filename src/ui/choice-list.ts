/**
 * The ways to run a model on this device, best first, each with its reasons; one can be taken. Sends `choices-open`
 * when it is first unfolded, and `choice-use`. Knows nothing of how a way is judged.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { EngineBackend, RankedChoice } from '../protocol/engine.ts';
import { send } from './events.ts';
import { formatMegabytes, formatPlural } from './format.ts';
import { base, controls } from './theme.ts';
import { followLanguage, msg, str } from './translate.ts';

const backendNames = {
  webgpu: 'WebGPU',
  'wasm-threads': 'WebAssembly',
  'wasm-single': 'WebAssembly',
} as const;

/** What runs a model, as people say it. */
export function backendName(backend: EngineBackend): string {
  switch (backend) {
    case 'built-in':
      return msg('Built into the browser');
    case 'remote':
      return msg('Remote server');
    case 'scripted':
      return msg('Scripted, no model');
    default:
      return backendNames[backend];
  }
}

export class ChoiceList extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      ol {
        list-style: none;
        padding: 0;
        margin: 0.5rem 0 0;
      }
      li {
        padding: 0.625rem 0;
      }
      li + li {
        border-top: 1px solid var(--_line);
      }
      li p {
        margin: 0.25rem 0 0;
      }
    `,
  ];

  static override properties = {
    choices: { attribute: false },
    busy: { type: Boolean },
  };

  /** Undefined until they were judged. */
  declare choices: readonly RankedChoice[] | undefined;
  /** A run goes on: nothing can be changed. */
  declare busy: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.choices = undefined;
    this.busy = false;
  }

  protected override render() {
    return html`
      <details @toggle=${(event: Event) => this.#open(event)}>
        <summary>${msg('Ways to run it here')}</summary>
        ${
          this.choices === undefined
            ? html`<p class="small muted" role="status">${msg('Looking at this device…')}</p>`
            : html`<ol>
                ${this.choices.map((choice, index) => this.#renderChoice(choice, index))}
              </ol>`
        }
      </details>
    `;
  }

  #open(event: Event): void {
    if ((event.target as HTMLDetailsElement).open) send(this, 'choices-open', undefined);
  }

  #renderChoice(choice: RankedChoice, index: number) {
    const { title, engine, plan, reasons } = choice;
    const name = msg(str`${title} on ${engine}`);
    return html`
      <li>
        <div class="row between">
          <strong class="small">${name}</strong>
          ${
            plan === undefined
              ? html`<span class="badge">${msg('Not here')}</span>`
              : html`<button
                  type="button"
                  class="compact"
                  aria-describedby="way-${index}"
                  ?disabled=${this.busy}
                  @click=${() => send(this, 'choice-use', { choice })}
                >
                  ${msg('Use')}
                </button>`
          }
        </div>
        <p class="small muted" id="way-${index}">
          ${plan === undefined ? nothing : html`${describePlan(plan)}<br />`} ${reasons.join(' ')}
        </p>
      </li>
    `;
  }
}

function describePlan({ backend, weights, threads, memoryBytes }: NonNullable<RankedChoice['plan']>): string {
  const form = weights === 'float32' ? msg('32-bit floats') : msg('packed weights');
  return msg(
    str`${backendName(backend)}, ${formatPlural(threads, 'thread|threads')}, ${form}, about ${formatMegabytes(memoryBytes)} of memory.`,
  );
}
