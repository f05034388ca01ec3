/**
 * The loss of each step as a line, with its ends in words, and what trials of the adapter came to as another. Knows numbers;
 * nothing of training.
 */
import { html, nothing, svg } from 'lit';
import { formatCount, formatNumber, formatPercent, formatPlural } from '../format.ts';
import { msg, str } from '../translate.ts';
import type { ShownTrial } from './training-view.ts';

const width = 600;
const height = 160;
const edge = 4;

/** A place in the picture: steps from the left as wide as all steps to come make them, and a share of the height. */
function point(step: number, share: number, steps: number): string {
  const across = (width - 2 * edge) / Math.max(1, steps - 1);
  const down = edge + (1 - share) * (height - 2 * edge);
  return `${(edge + step * across).toFixed(1)},${down.toFixed(1)}`;
}

function linePoints(losses: readonly number[], steps: number): string {
  const highest = Math.max(...losses, Number.MIN_VALUE);
  return losses.map((loss, step) => point(step, loss / highest, steps)).join(' ');
}

function trialPoints(trials: readonly ShownTrial[], steps: number): string {
  return trials.map(({ step, exact, n }) => point(step - 1, exact / Math.max(1, n), steps)).join(' ');
}

/** One trial in words, with the interval that so few rows leave. */
function sayTrial({ exact, n, step, interval: { low, high } }: ShownTrial): string {
  const [right, all, after] = [formatCount(exact), formatCount(n), formatPlural(step, 'step|steps')];
  return msg(
    str`Right in the last trial: ${right} of ${all} (${formatPercent(low)} to ${formatPercent(high)}), after ${after}`,
  );
}

/** The curves: the loss from zero to the highest, and the share of exact answers from none to all. */
export function lossCurve(losses: readonly number[], trials: readonly ShownTrial[], steps: number) {
  const tried = trials.at(-1);
  const [first = 0, last = 0] = [losses[0], losses.at(-1)];
  return html`
    <figure class="curve">
      <svg
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label=${msg(str`Loss of ${formatPlural(losses.length, 'step|steps')}, from ${formatNumber(first, 2)} to ${formatNumber(last, 2)}`)}
      >
        ${svg`<line x1=${edge} y1=${height - edge} x2=${width - edge} y2=${height - edge} />`}
        ${svg`<polyline points=${linePoints(losses, steps)} />`}
        ${tried === undefined ? nothing : svg`<polyline class="trials" points=${trialPoints(trials, steps)} />`}
      </svg>
      <figcaption class="facts">
        <span>${msg(str`Loss at first ${formatNumber(first, 2)}`)}</span>
        <span>${msg(str`now ${formatNumber(last, 2)}`)}</span>
        ${tried === undefined ? nothing : html`<span>${sayTrial(tried)}</span>`}
      </figcaption>
    </figure>
  `;
}
