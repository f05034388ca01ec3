/**
 * The way from a log to a better model, step by step, each done for real when its button is pressed. Knows the order of the
 * steps and what they show; what they do is the public API's work, and the lab's where a model is asked.
 */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import {
  builtinTools,
  DatasetDesk,
  defineDataset,
  downloadFiles,
  Fault,
  previewMasking,
  readCatalogue,
  siteRoot,
  startPage,
} from '../../src/index.ts';
import type { AdapterEntry } from '../../src/index.ts';
import { compareSides } from './compare-sides.ts';
import type { ComparedRow } from './compare-sides.ts';
import { personalRequests, sampleLog } from './sample-log.ts';
import { later, msg, str, whenTextsChange } from '../../src/ui/translate.ts';
import { formatCount, formatPercent, formatPlural } from '../../src/ui/format.ts';
import { stageNames } from '../../src/ui/dataset/dataset-workbench.ts';
import { pageTexts } from '../page-texts.ts';

/** The adapter that shows the end of the way: it was made on it, from far more rows. */
const adapterId = 'built-in-tools';

const desk = new DatasetDesk();
const log = sampleLog(builtinTools().map(({ spec }) => spec));

interface Step {
  readonly title: string;
  readonly about: string;
  readonly button: string;
  /** Does it; what came of it is drawn in the language that is shown then. */
  readonly work: () => Promise<() => TemplateResult>;
}

const steps: readonly Step[] = [
  {
    title: later('A log'),
    about: later(
      'Every run leaves a log: the request, the tools at hand, the call that was made. Here is a small one.',
    ),
    button: later('Open the sample log'),
    work: async () => {
      desk.addFiles([log]);
      const lines = (await log.text()).split('\n');
      const first = JSON.parse(lines[0] ?? '{}') as { messages: unknown };
      return () => html`
        <p>${msg(str`${formatPlural(lines.length, 'line|lines')}. The first, without its tools:`)}</p>
        <pre lang="en" dir="ltr">${JSON.stringify(first.messages, null, 2)}</pre>
      `;
    },
  },
  {
    title: later('Mask'),
    about: later(
      'Before anything is kept, people, numbers and addresses are replaced by made-up ones: the same person stays the same.',
    ),
    button: later('Mask three requests'),
    work: async () => {
      const masked = await previewMasking(personalRequests);
      return () =>
        table(
          [msg('As it was'), msg('As it is kept'), msg('Found')],
          masked.map(({ before, after, found }) => [
            english(before),
            english(after),
            found.length === 0 ? msg('nothing') : english(found.join(', ').toLowerCase()),
          ]),
        );
    },
  },
  {
    title: later('Curate'),
    about: later('Broken lines, duplicates and rows that teach nothing are left out, each with its reason.'),
    button: later('Look the log through'),
    work: async () => {
      await desk.read({ known: false, languages: [] });
      const { survey } = checked();
      if (survey === undefined) throw new Error('The log was not looked through.');
      return () => html`
        <p>
          ${msg(str`${formatPlural(survey.items, 'row|rows')} looked through, ${formatCount(survey.rows)} kept.`)}
        </p>
        ${table(
          [msg('Filter'), msg('Kept'), msg('Left out, and why')],
          survey.funnel
            .filter(({ in: before, out }) => before !== out)
            .map(({ filter, out, reasons }) => [
              english(filter),
              formatCount(out),
              english(
                Object.entries(reasons)
                  .map(([reason, count]) => `${count}: ${reason}`)
                  .join(' '),
              ),
            ]),
        )}
      `;
    },
  },
  {
    title: later('Map'),
    about: later(
      'A sentence encoder reads the requests, and what is alike becomes a task. So you see what people ask for, and what is rare.',
    ),
    button: later('Find the tasks'),
    work: async () => {
      await desk.discover({ size: 60, k: 'auto' });
      const { tasks } = checked();
      if (tasks === undefined) throw new Error('No tasks were found.');
      return () => html`
        <slm-task-scatter .view=${tasks}></slm-task-scatter>
        ${table(
          [msg('Task'), msg('Rows'), msg('For example')],
          tasks.tasks.map(({ name, items, examples }) => [
            english(name),
            formatCount(items),
            english(examples[0] ?? ''),
          ]),
        )}
      `;
    },
  },
  {
    title: later('Export'),
    about: later(
      'The rows are split so that nothing of what is tested was learned, and written as trainers read them, with a card and checksums. A log this small may go to learning whole.',
    ),
    button: later('Write the data set'),
    work: async () => {
      const archive = await desk.write({
        name: 'sample',
        licence: 'CC0-1.0',
        formats: ['trl', 'openai'],
        target: 'archive',
      });
      const { written } = checked();
      if (archive === undefined || written === undefined) throw new Error('Nothing was written.');
      const { train, validation, test } = written.rows;
      return () => html`
        <p>
          ${msg(str`${formatPlural(train, 'row|rows')} to learn, ${formatCount(validation)} to validate, ${formatCount(test)} to test.`)}
        </p>
        <p>
          <button type="button" @click=${() => downloadFiles([new File([archive], 'sample.zip')])}>
            ${msg('Save sample.zip')}
          </button>
        </p>
      `;
    },
  },
  {
    title: later('Adapter'),
    about: later(
      'A trainer makes an adapter of it: 10 MB beside the model. That takes hours, so here is one that went this way with more rows.',
    ),
    button: later('Show the adapter'),
    work: async () => {
      const adapter = await shippedAdapter();
      return () => html`
        <p lang="en" dir="auto"><strong>${adapter.title}</strong>. ${adapter.purpose ?? ''}</p>
        ${table(
          [msg('Measured'), msg('With it'), msg('Without')],
          (adapter.scores ?? []).map(({ name, value, base, rows }) => [
            html`${english(name)}${rows === undefined ? nothing : `, ${formatPlural(rows, 'row|rows')}`}`,
            formatPercent(value),
            base === undefined ? msg('not measured') : formatPercent(base),
          ]),
        )}
      `;
    },
  },
  {
    title: later('Before and after'),
    about: later(
      'The model answers requests that are not in the log, as it is and with the adapter. It is loaded once (98 MB); each side takes a while.',
    ),
    button: later('Compare the two'),
    work: async () => {
      const { id } = await shippedAdapter();
      const rows = await compareSides(id, (text) => say(text));
      const right = (side: 'before' | 'after'): number => rows.filter((row) => row[side].isRight).length;
      return () => html`
        <p>
          ${msg(str`Right: ${right('before')} of ${rows.length} before, ${right('after')} of ${rows.length} after.`)}
        </p>
        ${table([msg('Request'), msg('Before'), msg('After')], rows.map(comparedCells))}
      `;
    },
  },
];

const results = new Map<Step, () => TemplateResult>();
let working: Step | undefined;
let progress = '';
let problem: { readonly step: Step; readonly text: string } | undefined;

/** The desk's view; throws the fault that it shows instead. */
function checked() {
  const { view } = desk;
  if (view.fault !== undefined) throw new Fault(view.fault);
  return view;
}

async function shippedAdapter(): Promise<AdapterEntry> {
  const { adapters } = await readCatalogue({ url: new URL('models.json', siteRoot()) });
  const adapter = adapters?.find(({ id }) => id === adapterId);
  if (adapter === undefined)
    throw new Error('The catalogue of this site has no adapter for the built-in tools.');
  return adapter;
}

/** What is English in every language: data, names, and sentences that other parts of the runtime say. */
function english(text: string): TemplateResult {
  return html`<span lang="en" dir="auto">${text}</span>`;
}

function comparedCells({ request, before, after }: ComparedRow): readonly Cell[] {
  return [english(request), sideCell(before), sideCell(after)];
}

function sideCell({ text, isRight }: ComparedRow['before']): Cell {
  return english(`${isRight ? '✓' : '✗'} ${text}`);
}

type Cell = string | TemplateResult;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]) {
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${head.join(', ')}>
      <table>
        <thead>
          <tr>
            ${head.map((text) => html`<th scope="col">${text}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (cells) =>
              html`<tr>
                ${cells.map((text) => html`<td>${text}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}

function say(text: string): void {
  progress = text;
  show();
}

function show(): void {
  const place = document.querySelector<HTMLElement>('#steps');
  if (place !== null) render(steps.map(stepItem), place);
}

function stepItem(step: Step, index: number) {
  const before = steps[index - 1];
  const isOpen = before === undefined || results.has(before);
  const result = results.get(step);
  return html`
    <li class="panel">
      <h2>${formatCount(index + 1)}. ${msg(step.title)}</h2>
      <p class="small muted">${msg(step.about)}</p>
      <p class="row">
        <button
          type="button"
          class=${isOpen && result === undefined ? 'primary' : ''}
          ?disabled=${!isOpen || working !== undefined}
          @click=${() => void take(step)}
        >
          ${msg(step.button)}
        </button>
        <span role="status" class="small muted">${working === step ? progress : ''}</span>
      </p>
      ${problem?.step === step ? html`<p role="alert" class="problem" lang="en" dir="auto">${problem.text}</p>` : nothing}
      ${result?.() ?? nothing}
    </li>
  `;
}

async function take(step: Step): Promise<void> {
  working = step;
  problem = undefined;
  say(msg('Working…'));
  try {
    results.set(step, await step.work());
  } catch (error) {
    const remedy = error instanceof Fault ? (error.remedy ?? '') : '';
    problem = { step, text: `${error instanceof Error ? error.message : String(error)} ${remedy}`.trim() };
  } finally {
    working = undefined;
  }
  show();
}

startPage({
  texts: pageTexts('flywheel'),
  mayReload: () => results.size === 0 && working === undefined,
});
defineDataset();
desk.subscribe(({ work }) => {
  if (working !== undefined && work !== undefined) say(`${msg(stageNames[work.stage])}…`);
});
whenTextsChange(show);
show();
