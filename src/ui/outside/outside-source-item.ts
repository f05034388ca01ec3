/**
 * One source of tools: what it is, where its calls go, how the connection stands, which of its tools runs may use and what
 * each may do, its resources and prompts. Sends `outside-ask`. Knows nothing of protocols.
 */
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { send } from '../events.ts';
import { formatCount, formatPlural } from '../format.ts';
import { base, controls } from '../theme.ts';
import { followLanguage, msg, str } from '../translate.ts';
import { wordsOfFailure } from './failure-words.ts';
import { outsideStyle } from './outside-style.ts';
import type { OutsideFailure, OutsideSource, OutsideTool } from './outside-view.ts';

function wordsOfStage({ type }: OutsideSource['stage']): { readonly text: string; readonly tone: string } {
  switch (type) {
    case 'connecting':
      return { text: msg('connecting'), tone: 'live' };
    case 'connected':
      return { text: msg('ready'), tone: 'good' };
    case 'offline':
      return { text: msg('offline'), tone: 'warn' };
    case 'failed':
      return { text: msg('not connected'), tone: 'bad' };
    default:
      return type satisfies never;
  }
}

function wordsOfApproval(approval: OutsideTool['approval']): {
  readonly text: string;
  readonly tone: string;
} {
  switch (approval) {
    case 'runs':
      return { text: msg('runs unasked'), tone: '' };
    case 'asks':
      return { text: msg('asks first'), tone: 'warn' };
    case 'denied':
      return { text: msg('forbidden here'), tone: 'bad' };
    default:
      return approval satisfies never;
  }
}

export class OutsideSourceItem extends LitElement {
  static override styles = [
    base,
    controls,
    outsideStyle,
    css`
      .tools li {
        padding: 0.5rem 0;
        overflow-wrap: anywhere;
      }
      .tools li + li {
        border-top: 1px solid var(--_line);
      }
      .about {
        padding-inline-start: 1.5rem;
      }
      .list li {
        overflow-wrap: anywhere;
      }
      progress {
        width: 100%;
        accent-color: var(--_accent);
      }
    `,
  ];

  static override properties = { source: { attribute: false }, doomed: { state: true } };

  declare source: OutsideSource | undefined;
  /** Its removal waits for a second word. */
  declare doomed: boolean;

  constructor() {
    super();
    followLanguage(this);
    this.source = undefined;
    this.doomed = false;
  }

  protected override render() {
    const { source } = this;
    if (source === undefined) return nothing;
    const { text, tone } = source.isBlocked ? wordsOfApproval('denied') : wordsOfStage(source.stage);
    return html`
      <section class="stack" aria-labelledby="name">
        <div class="row between">
          <h3 id="name" class="small words" dir="auto">
            ${nameOf(source)} <span class="muted">${source.version}</span>
          </h3>
          <span class="badge ${tone}" role="status">${text}</span>
        </div>
        ${renderPlace(source)}
        ${
          source.stage.type === 'connecting'
            ? html`<progress aria-label=${msg(str`Connecting to ${nameOf(source)}`)}></progress>`
            : nothing
        }
        ${source.stage.type === 'failed' ? this.#renderFailure(source.stage.failure) : nothing}
        ${source.isBlocked ? renderBlocked(source) : nothing} ${this.#renderServers(source)}
        ${source.stage.type === 'connected' ? this.#renderOffers(source) : nothing}
        ${this.#renderButtons(source)}
      </section>
    `;
  }

  #renderFailure(failure: OutsideFailure) {
    const { kind } = failure;
    return html`
      ${renderFailure(failure)}
      ${kind === 'needs-token' || kind === 'token-refused' ? this.#renderToken() : nothing}
    `;
  }

  #renderToken() {
    return html`
      <form
        class="stack"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          this.#connect(this.#take('token'));
        }}
      >
        <label class="field">
          ${msg('Token')}
          <input type="password" name="token" autocomplete="off" required dir="ltr" />
        </label>
        <div class="row"><button class="compact primary">${msg('Connect with it')}</button></div>
      </form>
    `;
  }

  /** Where a document's calls go: chosen among its servers, or given where it names none. */
  #renderServers({ kind, id, servers, server, stage }: OutsideSource) {
    if (kind !== 'open-api') return nothing;
    if (servers.length > 1) {
      return html`
        <label class="field">
          ${msg('Calls go to')}
          <select @change=${({ target }: Event) => this.#chooseServer(id, target)}>
            ${servers.map((one) => html`<option value=${one} ?selected=${one === server}>${one}</option>`)}
          </select>
        </label>
      `;
    }
    if (stage.type !== 'failed') return nothing;
    return html`
      <form
        class="stack"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          send(this, 'outside-ask', { type: 'server-choose', id, server: this.#take('server') });
        }}
      >
        <label class="field">
          ${msg('Address of the server')}
          <input type="text" name="server" inputmode="url" required dir="ltr" .value=${server} />
        </label>
        <div class="row"><button class="compact">${msg('Use this server')}</button></div>
      </form>
    `;
  }

  #renderOffers(source: OutsideSource) {
    const { id, tools, skipped, resources, prompts, isTrusted } = source;
    const used = tools.filter(({ isOn }) => isOn).length;
    const asks = tools.some(({ permission, approval }) => permission === 'read' && approval === 'asks');
    return html`
      ${
        tools.length === 0
          ? html`<p class="small muted">${msg('It offers no tools.')}</p>`
          : html`<details>
              <summary>
                ${msg(str`${formatCount(used)} of ${formatPlural(tools.length, 'tool|tools')} in use`)}
              </summary>
              ${this.#renderTools(source)}
            </details>`
      }
      ${
        asks || isTrusted
          ? html`<label class="tick small">
              <input
                type="checkbox"
                name="trust"
                .checked=${live(isTrusted)}
                @change=${({ target }: Event) =>
                  send(this, 'outside-ask', { type: 'source-trust', id, isTrusted: isChecked(target) })}
              />
              ${msg('Let what says that it only reads run without asking')}
            </label>`
          : nothing
      }
      ${renderList(formatPlural(resources.length, 'resource|resources'), resources)}
      ${renderList(formatPlural(prompts.length, 'prompt|prompts'), prompts)}
      ${renderList(
        msg(str`${formatPlural(skipped.length, 'tool|tools')} cannot be used`),
        skipped.map(({ name, reason }) => `${name}: ${reason}`),
      )}
    `;
  }

  #renderTools({ id, tools }: OutsideSource) {
    const names = tools.map(({ name }) => name);
    return html`
      <fieldset>
        <legend class="small muted">${msg('Runs may use')}</legend>
        <div class="row">
          ${[true, false].map(
            (isOn) => html`
              <button
                type="button"
                class="quiet compact"
                @click=${() => send(this, 'outside-ask', { type: 'tools-use', id, names, isOn })}
              >
                ${isOn ? msg('All') : msg('None')}
              </button>
            `,
          )}
        </div>
        <ul class="tools">
          ${repeat(
            tools,
            ({ name }) => name,
            (tool) => this.#renderTool(id, tool),
          )}
        </ul>
      </fieldset>
    `;
  }

  #renderTool(id: string, { name, description, request, permission, approval, isOn }: OutsideTool) {
    const { text, tone } = wordsOfApproval(approval);
    return html`
      <li class="small">
        <label class="tick">
          <input
            type="checkbox"
            .checked=${live(isOn)}
            @change=${({ target }: Event) =>
              send(this, 'outside-ask', { type: 'tools-use', id, names: [name], isOn: isChecked(target) })}
          />
          <code>${name}</code>
        </label>
        <div class="about">
          <span class="badge">${permission === 'read' ? msg('reads') : msg('writes')}</span>
          <span class="badge ${tone}">${text}</span>
          ${request === undefined ? nothing : html`<code class="muted" dir="ltr">${request}</code>`}
          <p class="muted" dir="auto">${description}</p>
        </div>
      </li>
    `;
  }

  #renderButtons(source: OutsideSource) {
    const { id, kind } = source;
    if (kind === 'page') return nothing;
    const name = nameOf(source);
    if (this.doomed) {
      return html`
        <div class="row">
          <button
            type="button"
            class="compact danger"
            data-sure
            @click=${() => send(this, 'outside-ask', { type: 'source-remove', id })}
          >
            ${msg('Remove it')}
          </button>
          <button type="button" class="compact" @click=${() => (this.doomed = false)}>${msg('Keep')}</button>
        </div>
      `;
    }
    return html`
      <div class="row">
        ${
          kind === 'mcp'
            ? html`<button
                type="button"
                class="compact"
                aria-label=${msg(str`Connect to ${name} again`)}
                @click=${() => this.#connect('')}
              >
                ${msg('Connect again')}
              </button>`
            : nothing
        }
        <button
          type="button"
          class="quiet compact danger"
          data-remove
          aria-label=${msg(str`Remove ${name}…`)}
          @click=${() => (this.doomed = true)}
        >
          ${msg('Remove…')}
        </button>
      </div>
    `;
  }

  /** The button that was pressed is gone: who uses the keyboard goes on where they were. */
  protected override updated(changed: PropertyValues<{ doomed: boolean }>): void {
    if (changed.get('doomed') === undefined) return;
    const next = this.doomed ? 'button[data-sure]' : 'button[data-remove]';
    this.renderRoot.querySelector<HTMLButtonElement>(next)?.focus();
  }

  #connect(token: string): void {
    if (this.source === undefined) return;
    send(this, 'outside-ask', { type: 'source-connect', id: this.source.id, token });
  }

  #chooseServer(id: string, target: EventTarget | null): void {
    if (target instanceof HTMLSelectElement)
      send(this, 'outside-ask', { type: 'server-choose', id, server: target.value });
  }

  /** What was typed into a field, which is empty afterwards. */
  #take(name: string): string {
    const input = this.renderRoot.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    const { value = '' } = input ?? {};
    if (input !== null) input.value = '';
    return value;
  }
}

function isChecked(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.checked;
}

function nameOf({ kind, title, address }: OutsideSource): string {
  if (kind === 'page') return msg('This page');
  return title === '' ? address : title;
}

function renderPlace({ kind, address, origin }: OutsideSource) {
  if (kind === 'page')
    return html`<p class="small muted">${msg('Tools that this page offers to agents by WebMCP.')}</p>`;
  return html`
    <p class="small muted words">
      ${kind === 'mcp' ? msg('MCP server') : msg('OpenAPI document')} <bdi dir="ltr">${address}</bdi><br />
      ${origin === '' ? nothing : msg(str`Its calls go to ${origin}.`)}
    </p>
  `;
}

function renderBlocked({ origin }: OutsideSource) {
  return renderFailure({ kind: 'policy', origin, fault: { code: 'remote-unreachable', message: '' } });
}

function renderList(title: string, items: readonly string[]) {
  if (items.length === 0) return nothing;
  return html`
    <details>
      <summary>${title}</summary>
      <ul class="list small muted">
        ${items.map((item) => html`<li dir="auto">${item}</li>`)}
      </ul>
    </details>
  `;
}

/** A failure as people read it, with the fault's own words folded up. */
export function renderFailure(failure: OutsideFailure) {
  const { what, remedy } = wordsOfFailure(failure);
  const { code, message, reason } = failure.fault;
  return html`
    <div class="failure small" role="alert" dir="auto">
      <p class="what">${what}</p>
      <p>${remedy}</p>
      ${
        message === ''
          ? nothing
          : html`<details>
              <summary>${msg('Details:')} <code>${code}</code></summary>
              <p lang="en" dir="auto">${message} ${reason}</p>
            </details>`
      }
    </div>
  `;
}
