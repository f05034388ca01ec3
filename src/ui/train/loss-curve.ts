/**
 * The loss of each step as a line, with its ends in words. Knows numbers; nothing of training.
 */
import { html, svg } from 'lit';
import { formatNumber, formatPlural } from '../format.ts';
import { msg, str } from '../translate.ts';

const width = 600;
const height = 160;
const edge = 4;

/** Points of the line; a step is as wide as all steps to come make it. */
function linePoints(losses: readonly number[], steps: number): string {
  const highest = Math.max(...losses, Number.MIN_VALUE);
  const across = (width - 2 * edge) / Math.max(1, steps - 1);
  return losses
    .map((loss, step) => {
      const down = edge + (1 - loss / highest) * (height - 2 * edge);
      return `${(edge + step * across).toFixed(1)},${down.toFixed(1)}`;
    })
    .join(' ');
}

/** The curve, from zero to the highest loss. */
export function lossCurve(losses: readonly number[], steps: number) {
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
      </svg>
      <figcaption class="facts">
        <span>${msg(str`Loss at first ${formatNumber(first, 2)}`)}</span>
        <span>${msg(str`now ${formatNumber(last, 2)}`)}</span>
      </figcaption>
    </figure>
  `;
}
