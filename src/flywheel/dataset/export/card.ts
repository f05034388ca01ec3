/**
 * The data set card: a README with the front matter that the Hugging Face hub reads
 * (https://huggingface.co/docs/hub/datasets-cards) and what a person should know before training on it. Made of the
 * manifest alone. Knows wording.
 */
import { datasetSplits } from '../../../protocol/dataset.ts';
import { groupBy } from '../../../protocol/group-by.ts';
import { formatPurposes } from './formats.ts';
import type { FileFormat } from './formats.ts';
import type { DatasetManifest, ExportedFile } from './manifest.ts';

/** Tasks that the card lists; a data set with more tells how many are left out. */
const mostTasks = 50;

export function datasetCard(manifest: DatasetManifest): string {
  const { about, plan, files } = manifest;
  return `${[
    frontMatter(manifest),
    `# ${about.name}`,
    about.description ??
      'Tool calls from the log of an agent, filtered by success, deduplicated, and split so that the test is honest.',
    about.createdAt === undefined ? '' : `Made on ${about.createdAt}.`,
    '## Files',
    table(
      ['Folder', 'For', 'train', 'validation', 'test'],
      [...groupBy(files, ({ format }) => format)].map(([format, own]) =>
        [`\`${format}/\``, formatPurposes[format]].concat(
          datasetSplits.map((split) => number(own.find((file) => file.split === split)?.rows ?? 0)),
        ),
      ),
    ),
    'Every file is made of `records/`; `manifest.json` says how, and `SHA256SUMS` holds the checksums (`sha256sum -c SHA256SUMS`).',
    '## Where the rows come from',
    'Each line of `records/` names its source, the run or conversation it is a step of (`lineage.episode`), the ids in the log that it was made of (`lineage.records`) and, for a variant, the row that it varies (`lineage.parent`).',
    '## Funnel',
    table(
      ['Filter', 'In', 'Out', 'Dropped because'],
      plan.funnel.map(({ filter, in: before, out, reasons }) => [
        filter,
        number(before),
        number(out),
        Object.entries(reasons)
          .map(([reason, count]) => `${cell(reason)} (${number(count)})`)
          .join(' '),
      ]),
    ),
    '## Splits',
    `Seed \`${plan.seed}\`; ${percent(plan.shares.validation)} validation and ${percent(plan.shares.test)} test were asked for${plan.cap === undefined ? '' : `, and at most ${number(plan.cap)} rows of a task`}. A run, its duplicates and its template stand on one side: ${number(plan.families.count)} families, the largest with ${number(plan.families.largest)} rows.`,
    table(
      ['Overlap with train', 'Compared', 'Twins', 'Share', 'Limit'],
      plan.overlap.figures.map(({ kind, checked, overlapping, share, limit }) => [
        kind,
        number(checked),
        number(overlapping),
        percent(share),
        percent(limit),
      ]),
    ),
    '## Tasks',
    table(
      ['Task', 'Class', 'train', 'validation', 'test'],
      plan.tasks
        .slice(0, mostTasks)
        .map(({ task, class: kind, train, validation, test }) => [
          cell(task),
          kind,
          number(train),
          number(validation),
          number(test),
        ]),
    ),
    plan.tasks.length > mostTasks
      ? `${number(plan.tasks.length - mostTasks)} more are in \`manifest.json\`.`
      : '',
    '## Personal data',
    maskingText(manifest),
    about.paraphrase === undefined ? '' : `Variants: ${about.paraphrase}`,
    plan.guidance.length === 0 ? '' : '## Before training',
    plan.guidance.map((advice) => `- ${advice}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function frontMatter({ about, files }: DatasetManifest): string {
  const rows = files.filter(({ format }) => format === 'records').reduce((sum, file) => sum + file.rows, 0);
  // The canonical records hold arguments of any type under one key, which a table cannot; and one card's configurations
  // are all read by one loader, so Parquet is loaded by its files.
  const loaded = files.filter(({ format }) => format !== 'records' && format !== 'parquet');
  const configs = [...groupBy(loaded, ({ format }) => format)].flatMap(([format, own]) =>
    configOf(format, own),
  );
  return [
    '---',
    `pretty_name: ${JSON.stringify(about.name)}`,
    `license: ${JSON.stringify(about.licence)}`,
    ...(about.languages.length === 0
      ? []
      : ['language:', ...about.languages.map((language) => `  - ${JSON.stringify(language)}`)]),
    'task_categories:',
    '  - text-generation',
    'tags:',
    '  - function-calling',
    '  - tool-use',
    '  - agent',
    'size_categories:',
    `  - ${sizeCategory(rows)}`,
    'configs:',
    ...configs,
    '---',
  ].join('\n');
}

/** Each folder is a configuration of its own: `load_dataset(folder, 'trl')`. */
function configOf(format: FileFormat, files: readonly ExportedFile[]): string[] {
  return [
    `  - config_name: ${format}`,
    ...(format === 'trl' ? ['    default: true'] : []),
    '    data_files:',
    ...files.flatMap(({ split, path }) => [`      - split: ${split}`, `        path: ${path}`]),
  ];
}

function sizeCategory(rows: number): string {
  if (rows < 1000) return 'n<1K';
  if (rows < 10_000) return '1K<n<10K';
  if (rows < 100_000) return '10K<n<100K';
  return rows < 1_000_000 ? '100K<n<1M' : '1M<n<10M';
}

function maskingText({ about: { masking } }: DatasetManifest): string {
  if (masking === undefined) return 'Nothing was masked: the rows hold what was said.';
  const recall =
    masking.recall === undefined
      ? 'its recall was not measured'
      : `measured recall ${percent(masking.recall)}${masking.measuredOn === undefined ? '' : ` on ${masking.measuredOn}`}`;
  return `Masked by ${masking.method}; ${recall}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A text from outside within a cell: it opens no other cell, no line and no markup. */
function cell(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/[|<>[\]`*_\\]/g, String.raw`\$&`);
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function percent(share: number): string {
  return `${(share * 100).toLocaleString('en', { maximumFractionDigits: 2 })} %`;
}
