/**
 * What the rounds of some cases amount to, as a picture: for each case a bar a subject, as long as its median beside the slowest of
 * the case. Knows summaries; draws SVG that needs nothing else, in light and dark.
 */
import { escapeHtml } from './docs/highlight.mjs';

const width = 720;
const labelWidth = 150;
const timeWidth = 90;
const barHeight = 16;
const gap = 6;
const titleHeight = 30;

/** @param {number} milliseconds */
function duration(milliseconds) {
  return milliseconds < 1000
    ? `${milliseconds.toPrecision(3)} ms`
    : `${(milliseconds / 1000).toPrecision(3)} s`;
}

/**
 * @param {readonly { title: string, summary: import('./bench-summary.mjs').CaseSummary }[]} cases
 * @param {string} title what the picture is of, for who cannot see it
 * @returns {string} A whole SVG file.
 */
export function benchChart(cases, title) {
  /** @type {string[]} */
  const shapes = [];
  /** @type {string[]} */
  const said = [];
  const room = width - labelWidth - timeWidth;
  let y = 0;
  for (const { title: of, summary } of cases) {
    shapes.push(`<text class="title" x="0" y="${y + 20}">${escapeHtml(of)}</text>`);
    y += titleHeight;
    const subjects = Object.keys(summary.figures);
    const times = subjects.map((name, place) => (place === 0 ? summary.ours_ms : (summary.peers[name] ?? 0)));
    const slowest = Math.max(...times);
    for (const [place, name] of subjects.entries()) {
      const time = times[place] ?? 0;
      const length = Math.max(1, Math.round((time / slowest) * room));
      const middle = y + barHeight - 4;
      shapes.push(
        `<text x="${labelWidth - 8}" y="${middle}" text-anchor="end">${escapeHtml(name)}</text>`,
        `<rect class="${place === 0 ? 'ours' : 'peer'}" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="3"/>`,
        `<text x="${labelWidth + length + 8}" y="${middle}">${duration(time)}</text>`,
      );
      said.push(`${of}, ${name}: ${duration(time)}.`);
      y += barHeight + gap;
    }
    y += gap;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-labelledby="title description">
<title id="title">${escapeHtml(title)}</title>
<desc id="description">${escapeHtml(said.join(' '))}</desc>
<style>
text { font: 13px system-ui, sans-serif; fill: #1c1e26; }
.title { font-weight: 650; }
.ours { fill: #2450c8; }
.peer { fill: #9aa3b5; }
@media (prefers-color-scheme: dark) { text { fill: #e8eaf0; } .ours { fill: #9db8ff; } .peer { fill: #666f82; } }
</style>
${shapes.join('\n')}
</svg>
`;
}
