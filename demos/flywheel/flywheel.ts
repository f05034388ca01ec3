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

/** The adapter that shows the end of the way: it was made on it, from far more rows. */
const adapterId = 'built-in-tools';

const desk = new DatasetDesk();
const log = sampleLog(builtinTools().map(({ spec }) => spec));

interface Step {
  readonly title: string;
  readonly about: string;
  readonly button: string;
  /** Does it, and shows what came of it. */
  readonly work: () => Promise<TemplateResult>;
}

const steps: readonly Step[] = [
  {
    title: 'A log',
    about:
      'Every run leaves a log: the request, the tools at hand, the call that was made. Here is a small one.',
    button: 'Open the sample log',
    work: async () => {
      desk.addFiles([log]);
      const lines = (await log.text()).split('\n');
      const first = JSON.parse(lines[0] ?? '{}') as { messages: unknown };
      return html`<p>${lines.length} lines. The first, without its tools:</p>
        <pre>${JSON.stringify(first.messages, null, 2)}</pre>`;
    },
  },
  {
    title: 'Mask',
    about:
      'Before anything is kept, people, numbers and addresses are replaced by made-up ones: the same person stays the same.',
    button: 'Mask three requests',
    work: async () => {
      const masked = await previewMasking(personalRequests);
      return table(
        ['As it was', 'As it is kept', 'Found'],
        masked.map(({ before, after, found }) => [
          before,
          after,
          found.join(', ').toLowerCase() || 'nothing',
        ]),
      );
    },
  },
  {
    title: 'Curate',
    about: 'Broken lines, duplicates and rows that teach nothing are left out, each with its reason.',
    button: 'Look the log through',
    work: async () => {
      await desk.read({ known: false, languages: [] });
      const { survey } = checked();
      if (survey === undefined) throw new Error('The log was not looked through.');
      return html`<p>${survey.items} rows looked through, ${survey.rows} kept.</p>
        ${table(
          ['Filter', 'Kept', 'Left out, and why'],
          survey.funnel
            .filter(({ in: before, out }) => before !== out)
            .map(({ filter, out, reasons }) => [
              filter,
              String(out),
              Object.entries(reasons)
                .map(([reason, count]) => `${count}: ${reason}`)
                .join(' '),
            ]),
        )}`;
    },
  },
  {
    title: 'Map',
    about:
      'A sentence encoder reads the requests, and what is alike becomes a task. So you see what people ask for, and what is rare.',
    button: 'Find the tasks',
    work: async () => {
      await desk.discover({ size: 60, k: 'auto' });
      const { tasks } = checked();
      if (tasks === undefined) throw new Error('No tasks were found.');
      return html`<slm-task-scatter .view=${tasks}></slm-task-scatter> ${table(
          ['Task', 'Rows', 'For example'],
          tasks.tasks.map(({ name, items, examples }) => [name, String(items), examples[0] ?? '']),
        )}`;
    },
  },
  {
    title: 'Export',
    about:
      'The rows are split so that nothing of what is tested was learned, and written as trainers read them, with a card and checksums. A log this small may go to learning whole.',
    button: 'Write the data set',
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
      return html`<p>${train} rows to learn, ${validation} to validate, ${test} to test.</p>
        <p>
          <button type="button" @click=${() => downloadFiles([new File([archive], 'sample.zip')])}>
            Save sample.zip
          </button>
        </p>`;
    },
  },
  {
    title: 'Adapter',
    about:
      'A trainer makes an adapter of it: 10 MB beside the model. That takes hours, so here is one that went this way with more rows.',
    button: 'Show the adapter',
    work: async () => {
      const adapter = await shippedAdapter();
      return html`<p><strong>${adapter.title}</strong>. ${adapter.purpose ?? ''}</p>
        ${table(
          ['Measured', 'With it', 'Without'],
          (adapter.scores ?? []).map(({ name, value, base, rows }) => [
            rows === undefined ? name : `${name}, ${rows} rows`,
            percent(value),
            base === undefined ? 'not measured' : percent(base),
          ]),
        )}`;
    },
  },
  {
    title: 'Before and after',
    about:
      'The model answers requests that are not in the log, as it is and with the adapter. It is loaded once (98 MB); each side takes a while.',
    button: 'Compare the two',
    work: async () => {
      const { id } = await shippedAdapter();
      const rows = await compareSides(id, (text) => say(text));
      const right = (side: 'before' | 'after'): number => rows.filter((row) => row[side].isRight).length;
      return html`<p>
          Right: ${right('before')} of ${rows.length} before, ${right('after')} of ${rows.length} after.
        </p>
        ${table(['Request', 'Before', 'After'], rows.map(comparedCells))}`;
    },
  },
];

const results = new Map<Step, TemplateResult>();
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

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function comparedCells({ request, before, after }: ComparedRow): readonly string[] {
  return [request, sideCell(before), sideCell(after)];
}

function sideCell({ text, isRight }: ComparedRow['before']): string {
  return `${isRight ? '✓' : '✗'} ${text}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]) {
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
      <h2>${index + 1}. ${step.title}</h2>
      <p class="small muted">${step.about}</p>
      <p class="row">
        <button
          type="button"
          class=${isOpen && result === undefined ? 'primary' : ''}
          ?disabled=${!isOpen || working !== undefined}
          @click=${() => void take(step)}
        >
          ${step.button}
        </button>
        <span role="status" class="small muted">${working === step ? progress : ''}</span>
      </p>
      ${problem?.step === step ? html`<p role="alert" class="problem">${problem.text}</p>` : nothing}
      ${result ?? nothing}
    </li>
  `;
}

async function take(step: Step): Promise<void> {
  working = step;
  problem = undefined;
  say('Working…');
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

startPage({ texts: 'english', mayReload: () => results.size === 0 && working === undefined });
defineDataset();
desk.subscribe(({ work }) => {
  if (working !== undefined && work !== undefined) say(`Working: ${work.stage}…`);
});
show();
