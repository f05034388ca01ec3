/**
 * The page that is measured in, as `window.benchmark`: opens subjects, runs rounds. The command line decides which case, how
 * often and in which order. Plain data goes in and comes out.
 */
import { parseToolCallRow, readCatalogue, siteRoot } from '../src/index.ts';
import type { ToolCallRow } from '../src/index.ts';
import { toFault } from '../src/protocol/fault.ts';
import { fileRows } from './cases/file-rows.ts';
import { cases as plainCases } from './cases/index.ts';
import type { Case, Sample } from './cases/case.ts';
import { smallworks } from './subjects/smallworks.ts';
import type { Subject } from './subjects/subject.ts';
import { transformersJs } from './subjects/transformers.ts';
import { rawWllama } from './subjects/wllama.ts';

const modelsUrl = new URL('models/', siteRoot()).href;
const catalogue = await readCatalogue({ url: new URL('models.json', siteRoot()) });
const model = catalogue.models.find(({ id }) => id === catalogue.default);
if (model === undefined) throw new Error('The catalogue has no model of its default name.');

/** Fetched once: afterwards every peer has its file at hand, as ours has. */
let kept: Promise<Blob> | undefined;
function weights(): Promise<Blob> {
  kept ??= fetch(new URL(model?.file.name ?? '', modelsUrl)).then((response) => response.blob());
  return kept;
}

/** The order counts: the first is ours. */
const subjects: ReadonlyMap<string, Subject> = new Map([
  ['smallworks', smallworks({ model, modelsUrl })],
  ['smallworks on transformers', smallworks({ model, modelsUrl, engine: 'transformers' })],
  ['smallworks on wllama', smallworks({ model, modelsUrl, engine: 'wllama' })],
  ['wllama', rawWllama(weights)],
  ['transformers.js', transformersJs(weights)],
]);

let rows: readonly ToolCallRow[] = [];
const cases = [...plainCases, fileRows(() => rows)];

function takeRows(lines: readonly { readonly number: number; readonly text: string }[]): void {
  rows = lines.map(({ number, text }) => {
    const parsed = parseToolCallRow(text, number);
    if (parsed.type === 'unreadable') throw new Error(parsed.reason);
    return parsed.row;
  });
}

function caseNamed(name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no case ${name}.`);
  return found;
}

function subjectNamed(name: string): Subject {
  const found = subjects.get(name);
  if (found === undefined) throw new Error(`There is nothing to measure of the name ${name}.`);
  return found;
}

/** What a Fault has to say crosses to the command line in its message only. */
async function plainly<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const { message, reason = '' } = toFault(error).toData();
    throw new Error(`${message} ${reason}`.trim(), { cause: error });
  }
}

const benchmark = {
  cases: cases.map(({ name, title, startsCold = false }) => ({ name, title, startsCold })),
  takeRows,
  subjects: [...subjects.keys()],
  open: (subject: string, name: string): Promise<string> =>
    plainly(subjectNamed(subject).open(caseNamed(name).opens)),
  round: (subject: string, name: string, number: number): Promise<Sample> =>
    plainly(caseNamed(name).round(subjectNamed(subject), number)),
  close: (subject: string): Promise<void> => plainly(subjectNamed(subject).close()),
};

declare global {
  interface Window {
    benchmark: typeof benchmark;
  }
}

window.benchmark = benchmark;
