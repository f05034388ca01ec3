/**
 * Why one row of a selection stands before the next, in one sentence. Follows the order's rule key by key (order): the
 * sentence names the first thing that tells the two apart. Pure.
 */
import { inMegabytes } from '../../protocol/bytes.ts';
import type { QualityVerdict, SelectionFigure, SelectionRow } from '../../protocol/selection.ts';

export type Explained = Omit<SelectionRow, 'place' | 'why'>;

/** `benchmark` names the published figure that counts. */
export function explainPlace({
  above,
  below,
  benchmark,
}: {
  readonly above: Explained;
  readonly below: Explained;
  readonly benchmark: string;
}): string {
  const before = `Before ${below.title}: `;
  if (above.run.type !== below.run.type) return `${before}it runs here, and ${below.title} does not.`;
  const [mine, its] = [above.quality, below.quality];
  const runs = above.run.type === 'runs';
  if (runs && mine.type === 'measured') {
    if (its.type === 'too-few') return `${before}the other was measured on ${its.rows} rows only.`;
    if (its.type === 'not-measured') return `${before}it was measured on your rows, the other was not.`;
    if (mine.tier !== its.tier) return `${before}${apart(above, mine, below, its)}`;
    return `${before}${shareText(mine)} and ${shareText(its)} cannot be told apart by ${mine.rows} rows, and ${costText(above, below)}`;
  }
  const [score, other] = [scoreOf(above, benchmark), scoreOf(below, benchmark)];
  const known = runs ? 'neither was measured on enough of your rows' : 'neither runs here';
  if (score !== undefined && score !== other) {
    return other === undefined
      ? `${before}${known}, and it has a published figure for ${benchmark} (${score} %), the other has none.`
      : `${before}${known}; published for ${benchmark}: ${score} % against ${other} %.`;
  }
  return `${before}${known}, no published figure tells them apart, and ${costText(above, below)}`;
}

type Measured = Extract<QualityVerdict, { readonly type: 'measured' }>;

function apart(above: Explained, mine: Measured, below: Explained, its: Measured): string {
  if (mine.leader === above.title) {
    return `${shareText(mine)} against ${shareText(its)}: their intervals do not meet, so this is not chance.`;
  }
  return `it may be as good as ${mine.leader}, the best measured, as far as these rows tell; ${below.title} (${shareText(its)}) is not.`;
}

function shareText({ exact, rows, interval }: Measured): string {
  return `${exact} of ${rows} exact (${percent(interval.low)} to ${percent(interval.high)}\u00a0%)`;
}

function percent(share: number): string {
  return (share * 100).toFixed(0);
}

function scoreOf({ published }: Explained, benchmark: string): number | undefined {
  return published.find((score) => score.benchmark === benchmark)?.value;
}

function costText(above: Explained, below: Explained): string {
  const [mine, its] = [above.secondsPerCall, below.secondsPerCall];
  if (mine?.value !== its?.value) {
    if (mine === undefined || its === undefined) return 'only of one is the time for a row known.';
    return `it takes ${secondsText(mine)} a row, the other ${secondsText(its)}.`;
  }
  const [small, large] = [above.download?.value, below.download?.value];
  if (small !== large) {
    if (small === undefined || large === undefined) return 'only of one is the size of the download known.';
    return `it is the smaller download: ${inMegabytes(small)} against ${inMegabytes(large)}.`;
  }
  return 'nothing else does either: their names decide.';
}

function secondsText({ value, basis }: SelectionFigure): string {
  return `${basis === 'estimated' ? 'about ' : ''}${value.toFixed(1)} s`;
}
