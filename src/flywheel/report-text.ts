/**
 * An evaluation's report as Markdown, for a note or a pull request. Knows the report's shape; judges nothing.
 */
import { renderOutput } from '../decode/output.ts';
import { figureTitles } from '../protocol/evaluation.ts';
import type {
  Confusion,
  EvalReport,
  EvalSide,
  EvalSubject,
  Figure,
  FigureDifference,
  Interval,
  JudgedRow,
} from '../protocol/evaluation.ts';

/** Failures written out for each side; the JSON holds all. */
const mostFailures = 20;

/** The report as one Markdown text, which ends with a line feed. */
export function reportMarkdown(report: EvalReport): string {
  const { sides, differences, intervals } = report;
  const percent = (intervals.level * 100).toFixed(0);
  return [
    `# Tool calls: ${sides.map(({ subject }) => subjectTitle(subject)).join(' against ')}`,
    '',
    `${report.rows} rows of ${plain(report.source)}, ${new Date(report.at).toISOString().slice(0, 10)}, prompts of version ${report.promptVersion}. ` +
      `In brackets: ${percent} % percentile bootstrap (Efron 1979), ${intervals.resamples} resamples, seed \`${intervals.seed}\`.`,
    '',
    ...figureTable(sides, differences),
    ...sides.flatMap(sideText),
    '',
  ].join('\n');
}

function figureTable(sides: readonly EvalSide[], differences: readonly FigureDifference[] = []): string[] {
  const names = sides.map(({ subject }) => subjectTitle(subject));
  const heads = ['Figure', ...names, ...(differences.length === 0 ? [] : ['Difference, paired'])];
  const rows = (sides[0]?.figures ?? []).map(({ name }) =>
    [figureTitles[name]].concat(
      sides.map(({ figures }) => figureText(figures.find((figure) => figure.name === name))),
      differences.filter((difference) => difference.name === name).map(differenceText),
    ),
  );
  return [heads, heads.map(() => '---'), ...rows].map(line);
}

function sideText({ subject, confusion, failures, seconds }: EvalSide): string[] {
  return [
    '',
    `## ${subjectTitle(subject)}`,
    '',
    `${seconds.toFixed(1)} seconds.`,
    '',
    ...confusionTable(confusion),
    ...(failures.length === 0 ? [] : ['', `${failures.length} rows are not exact:`, '']),
    ...failures.slice(0, mostFailures).flatMap(failureLines),
    ...(failures.length > mostFailures ? [`- and ${failures.length - mostFailures} more`] : []),
  ];
}

function confusionTable({ tools, cells }: Confusion): string[] {
  const count = (expected: string, called: string): string =>
    String(cells.find((cell) => cell.expected === expected && cell.called === called)?.count ?? '');
  return [
    ['Expected, called', ...tools],
    ['---', ...tools.map(() => '---')],
    ...tools.map((expected) => [expected, ...tools.map((called) => count(expected, called))]),
  ].map(line);
}

function failureLines({ id, request, expected, output, text }: JudgedRow): string[] {
  const wanted = expected.length === 0 ? 'no call' : renderOutput({ type: 'calls', calls: expected });
  const given = output === undefined ? text : renderOutput(output);
  return [`- ${plain(id)}: ${plain(request)}`, `  - expected ${code(wanted)}`, `  - given ${code(given)}`];
}

function subjectTitle({ modelId, adapter, grammar }: EvalSubject): string {
  return `${modelId}${adapter === undefined ? '' : ` with ${adapter}`}${grammar ? '' : ', no grammar'}`;
}

function figureText(figure: Figure | undefined): string {
  if (figure === undefined || figure.n === 0) return 'no rows';
  const { count, n, share, interval } = figure;
  return `${count}/${n}, ${percentText(share)} ${intervalText(interval)}`;
}

function differenceText({ n, difference, interval }: FigureDifference): string {
  if (n === 0) return 'no rows';
  return `${difference > 0 ? '+' : ''}${percentText(difference)} ${intervalText(interval)}`;
}

function intervalText({ low, high }: Interval): string {
  return `(${percentText(low)} to ${percentText(high)})`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** On one line, and without Markdown's marks. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|#]/g, '\\$&');
}

/** As code, fenced by more backticks than the text has. */
function code(text: string): string {
  const single = text.replaceAll(/\s*\n\s*/g, ' ');
  const longest = Math.max(0, ...Array.from(single.matchAll(/`+/g), ([marks]) => marks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${single}${fence}` : `${fence} ${single} ${fence}`;
}
