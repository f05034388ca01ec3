/**
 * A map of items in the plane, each in the colour of its task, on a canvas: thousands of points cost one drawing. A press tells which
 * task is nearest. Who does not see it has the list beside it. Knows places and colours; nothing of tasks but their ids.
 */
import { LitElement, css, html } from 'lit';
import type { PropertyValues } from 'lit';
import { formatPlural } from '../format.ts';
import type { FoundTask, TasksView } from './dataset-view.ts';
import { followLanguage, msg, str } from '../translate.ts';

/** A hue of its own for each id, far from those of its neighbours: steps of the golden angle. */
export function hueOf(id: number): number {
  return Math.round((id * 137.508) % 360);
}

/** How far from a point a press may be, in CSS pixels. */
const reach = 24;

export class TaskScatter extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }
    canvas {
      display: block;
      width: 100%;
      aspect-ratio: 4 / 3;
      max-height: 32rem;
      background: var(--_sunken);
      border-radius: 10px;
      cursor: crosshair;
    }
  `;

  static override properties = { view: { attribute: false }, selected: { attribute: false } };

  declare view: TasksView | undefined;
  /** Ids of tasks that stand out. */
  declare selected: ReadonlySet<number>;
  /** Told of the task that was pressed. */
  onPick: (task: FoundTask) => void = () => undefined;

  readonly #resized = new ResizeObserver(() => this.#draw());
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #redraw = (): void => this.#draw();

  constructor() {
    super();
    followLanguage(this);
    this.view = undefined;
    this.selected = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
    this.#scheme.addEventListener('change', this.#redraw);
  }

  override disconnectedCallback(): void {
    this.#resized.disconnect();
    this.#scheme.removeEventListener('change', this.#redraw);
    super.disconnectedCallback();
  }

  protected override render() {
    const { tasks = [], taskOf = [] } = this.view ?? {};
    return html`
      <canvas
        role="img"
        aria-label=${msg(str`Map of ${formatPlural(taskOf.length, 'request|requests')} in ${formatPlural(tasks.length, 'task|tasks')}: what is said alike stands near. The list tells the same.`)}
        @click=${(event: MouseEvent) => this.#picked(event)}
      ></canvas>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.size > 0) this.#draw();
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined || this.view === undefined) return;
    const { width, height } = canvas.getBoundingClientRect();
    const scale = devicePixelRatio;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    const isDark = this.#scheme.matches;
    const { taskOf } = this.view;
    for (const [item, task] of taskOf.entries()) {
      const [x, y] = this.#placeOf(item, width, height);
      const stands = this.selected.has(task);
      const isFaded = this.selected.size > 0 && !stands;
      context.globalAlpha = isFaded ? 0.2 : 0.85;
      context.fillStyle =
        task < 0 ? (isDark ? '#6d7480' : '#8b8f97') : `oklch(${isDark ? 0.78 : 0.55} 0.15 ${hueOf(task)})`;
      context.beginPath();
      context.arc(x, y, stands ? 4.5 : task < 0 ? 2 : 3, 0, Math.PI * 2);
      context.fill();
    }
  }

  #placeOf(item: number, width: number, height: number): [x: number, y: number] {
    const { places } = this.view ?? { places: new Float32Array() };
    const margin = 12;
    return [
      margin + (((places[item * 2] ?? 0) + 1) / 2) * (width - 2 * margin),
      margin + ((1 - (places[item * 2 + 1] ?? 0)) / 2) * (height - 2 * margin),
    ];
  }

  #picked(event: MouseEvent): void {
    if (this.view === undefined || !(event.target instanceof HTMLCanvasElement)) return;
    const { width, height } = event.target.getBoundingClientRect();
    let [nearest, least] = [-1, reach];
    for (const [item, task] of this.view.taskOf.entries()) {
      const [x, y] = this.#placeOf(item, width, height);
      const distance = Math.hypot(x - event.offsetX, y - event.offsetY);
      if (task >= 0 && distance < least) [nearest, least] = [task, distance];
    }
    const task = this.view.tasks.find(({ id }) => id === nearest);
    if (task !== undefined) this.onPick(task);
  }
}
