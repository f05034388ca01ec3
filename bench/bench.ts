/**
 * The page that is measured in, as `window.benchmark`: opens subjects, runs rounds. The command line decides which case, how
 * often and in which order. Plain data goes in and comes out.
 */
import { parseToolCallRow, readCatalogue, siteRoot } from '../src/index.ts';
import type { AdapterEntry, ToolCallRow } from '../src/index.ts';
import { toFault } from '../src/protocol/fault.ts';
import { fileRows } from './cases/file-rows.ts';
import { cases as plainCases } from './cases/index.ts';
import type { Case, Sample } from './cases/case.ts';
import type { Contest } from './cases/contest.ts';
import { masking } from './cases/masking.ts';
import type { Lines } from './cases/masking.ts';
import { vaultContests } from './cases/vault.ts';
import { bareKernel, transformersJs } from './subjects/in-worker.ts';
import { anyText, smallworks } from './subjects/smallworks.ts';
import type { Subject, Weights } from './subjects/subject.ts';
import { rawWllama } from './subjects/wllama.ts';

const modelsUrl = new URL('models/', siteRoot()).href;
const catalogue = await readCatalogue({ url: new URL('models.json', siteRoot()) });
const model = catalogue.models.find(({ id }) => id === catalogue.default);
if (model === undefined) throw new Error('The catalogue has no model of its default name.');

/** What everyone uses beside the model; undefined: nothing. */
let adapter: AdapterEntry | undefined;

/** Fetched once: afterwards every peer has its files at hand, as ours has. */
const kept = new Map<string, Promise<Blob>>();
function fileAt(url: string): Promise<Blob> {
  const file = kept.get(url) ?? fetch(url).then((response) => response.blob());
  kept.set(url, file);
  return file;
}

async function weights(): Promise<Weights> {
  const file = await fileAt(new URL(model?.file.name ?? '', modelsUrl).href);
  if (adapter === undefined) return { model: file };
  return { model: file, adapter: await fileAt(new URL(adapter.file.name, siteRoot()).href) };
}

function useAdapter(id: string): void {
  const known = catalogue.adapters ?? [];
  adapter = known.find((entry) => entry.id === id);
  if (adapter === undefined)
    throw new Error(
      `There is no adapter ${id}. There are: ${known.map((entry) => entry.id).join(', ') || 'none'}.`,
    );
}

const common = { model, modelsUrl, adaptersUrl: siteRoot().href, adapter: () => adapter };

/** The order counts: the first is ours. */
const subjects: ReadonlyMap<string, Subject> = new Map([
  ['smallworks', smallworks(common)],
  ['smallworks on transformers', smallworks({ ...common, engine: 'transformers' })],
  ['smallworks on wllama', smallworks({ ...common, engine: 'wllama' })],
  ['smallworks under a grammar', smallworks({ ...common, constraint: anyText })],
  ['wllama', rawWllama(weights)],
  ['transformers.js', transformersJs(weights)],
  ['bare kernel', bareKernel(weights)],
]);

let lines: Lines = [];
let rows: readonly ToolCallRow[] | undefined;
const cases = [...plainCases, fileRows(() => (rows ??= lines.map(readRow)))];
const contests: readonly Contest[] = [...vaultContests, masking(() => lines)];

function takeRows(taken: Lines): void {
  lines = taken;
  rows = undefined;
}

function readRow({ number, text }: Lines[number]): ToolCallRow {
  const parsed = parseToolCallRow(text, number);
  if (parsed.type === 'unreadable') throw new Error(parsed.reason);
  return parsed.row;
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
  cases: [
    ...cases.map(({ name, title, startsCold = false, needsRows = false }) => ({
      name,
      title,
      startsCold,
      needsRows,
      contenders: undefined,
    })),
    ...contests.map(({ name, title, needsRows = false, contenders }) => ({
      name,
      title,
      startsCold: true,
      needsRows,
      contenders: [...contenders.keys()],
    })),
  ],
  takeRows,
  useAdapter,
  subjects: [...subjects.keys()],
  open: (subject: string, name: string): Promise<string> =>
    plainly(subjectNamed(subject).open(caseNamed(name).opens)),
  round: (subject: string, name: string, number: number): Promise<Sample> => {
    const contender = contests.find((one) => one.name === name)?.contenders.get(subject);
    return plainly(contender?.(number) ?? caseNamed(name).round(subjectNamed(subject), number));
  },
  close: (subject: string): Promise<void> => plainly(subjectNamed(subject).close()),
};

declare global {
  interface Window {
    benchmark: typeof benchmark;
  }
}

window.benchmark = benchmark;
