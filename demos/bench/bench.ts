/**
 * The page of the benchmark: starts it, shows its figures, and hands them out as a file, a picture and a link. A link opened here
 * shows what it holds. Knows the report; how it is measured stands in measure-sides.
 */
import { html, nothing, render } from 'lit';
import { downloadFiles, Fault, startPage } from '../../src/index.ts';
import { fromFragment, toFragment, toPicture } from './bench-report.ts';
import type { BenchReport } from './bench-report.ts';
import { measureSides } from './measure-sides.ts';
import { formatLocale, msg, str, whenTextsChange } from '../../src/ui/translate.ts';
import { formatCount, formatNumber, formatPlural } from '../../src/ui/format.ts';
import { pageTexts } from '../page-texts.ts';

/** Before the report in a link. */
const prefix = '#result=';

let report: BenchReport | undefined;
/** The report came with the link: it tells of another device. */
let isShared = false;
let running: AbortController | undefined;
let said = '';

function show(): void {
  const place = document.querySelector<HTMLElement>('#bench');
  if (place === null) return;
  render(
    html`
      <section class="panel" aria-labelledby="measure">
        <h2 id="measure">${msg('Measure')}</h2>
        <p class="row">
          ${
            running === undefined
              ? html`<button type="button" class="primary" @click=${() => void measure()}>
                  ${msg('Measure this device')}
                </button>`
              : html`<button type="button" @click=${() => running?.abort()}>${msg('Stop')}</button>`
          }
          <span role="status" class="small">${said}</span>
        </p>
      </section>
      ${report === undefined ? nothing : renderReport(report)}
    `,
    place,
  );
}

function renderReport(given: BenchReport) {
  const { model, processors, rounds, at, sides } = given;
  return html`
    <section class="panel" aria-labelledby="result">
      <h2 id="result">${isShared ? msg('A result that was shared') : msg('This device')}</h2>
      <p class="small muted">
        ${msg(str`${model}, ${formatPlural(processors, 'processor|processors')}, median of ${formatPlural(rounds, 'round|rounds')}, ${new Date(at).toLocaleDateString(formatLocale())}.`)}
      </p>
      <div class="scroll" tabindex="0" role="region" aria-label=${msg('Figures')}>
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Run by')}</th>
              <th scope="col">${msg('Written, tokens/s')}</th>
              <th scope="col">${msg('Read, tokens/s')}</th>
              <th scope="col">${msg('First token, ms')}</th>
              <th scope="col">${msg('How')}</th>
            </tr>
          </thead>
          <tbody>
            ${sides.map(
              ({ name, writtenPerSecond, readPerSecond, firstTokenMs, how }) => html`
                <tr>
                  <th scope="row" lang="en" dir="auto">${name}</th>
                  <td>${formatNumber(writtenPerSecond, 1)}</td>
                  <td>${formatCount(readPerSecond)}</td>
                  <td>${formatCount(firstTokenMs)}</td>
                  <td lang="en" dir="auto">${how}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
      <p class="row">
        <button type="button" @click=${() => saveJson(given)}>${msg('Save JSON')}</button>
        <button type="button" @click=${() => void savePicture(given)}>${msg('Save picture')}</button>
        <button type="button" @click=${() => void copyLink(given)}>${msg('Copy link')}</button>
      </p>
    </section>
  `;
}

async function measure(): Promise<void> {
  running = new AbortController();
  try {
    report = await measureSides({ signal: running.signal, say });
    isShared = false;
    said = msg('Done.');
  } catch (error) {
    const remedy = error instanceof Fault ? (error.remedy ?? '') : '';
    said = `${error instanceof Error ? error.message : String(error)} ${remedy}`.trim();
  } finally {
    running = undefined;
  }
  show();
}

function say(text: string): void {
  said = text;
  show();
}

function saveJson(given: BenchReport): void {
  const text = `${JSON.stringify(given, null, 2)}\n`;
  downloadFiles([new File([text], 'smallworks-bench.json', { type: 'application/json' })]);
}

async function savePicture(given: BenchReport): Promise<void> {
  try {
    downloadFiles([new File([await toPicture(given)], 'smallworks-bench.png', { type: 'image/png' })]);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

async function copyLink(given: BenchReport): Promise<void> {
  const link = new URL(`${prefix}${toFragment(given)}`, location.href).href;
  // The address is the link too, for where nothing may be put on the clipboard.
  history.replaceState(null, '', link);
  try {
    await navigator.clipboard.writeText(link);
    say(msg('The link is on the clipboard. Whoever opens it sees these figures.'));
  } catch {
    say(msg('The address of this page is the link now: copy it from there.'));
  }
}

function readLink(): void {
  if (!location.hash.startsWith(prefix)) return;
  report = fromFragment(location.hash.slice(prefix.length));
  isShared = report !== undefined;
  said = report === undefined ? msg('The link holds no result that can be read.') : '';
  show();
}

startPage({
  texts: pageTexts('bench'),
  mayReload: () => running === undefined && report === undefined,
});
whenTextsChange(show);
window.addEventListener('hashchange', readLink);
readLink();
show();
