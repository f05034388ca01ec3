/**
 * The models that could do a task on this device, best first, each with what is known of it and why it stands where it
 * does. Pure: the same facts give the same list, in whatever order they come. Filters only take away: what they leave
 * stands as it stood. The rule is docs/selection.md in numbers; its order is in `order`.
 */
import type { DeviceFacts } from '../../engine/choose-backend.ts';
import { inMegabytes } from '../../protocol/bytes.ts';
import type {
  Measurement,
  QualityVerdict,
  Selection,
  SelectionFilters,
  SelectionRow,
} from '../../protocol/selection.ts';
import { wilsonInterval } from '../wilson.ts';
import { candidatesOf } from './candidates.ts';
import type { Candidate, CandidateSources } from './candidates.ts';
import { callTokens, estimateSeconds, measuredSeconds } from './estimate-speed.ts';
import type { SpeedReference } from './estimate-speed.ts';
import { explainPlace } from './explain-place.ts';
import type { Explained } from './explain-place.ts';
import { findWay, measuredWay, sizesOf } from './find-way.ts';
import { orderStandings, tiersOf } from './order.ts';
import type { Standing, Tier } from './order.ts';

/** Fewer rows are shown, and not ranked by. */
const leastRowsToRank = 10;

/** Among models that were not measured, the figure that orders: the nearest that is published to calling tools. */
const defaultBenchmark = 'BFCL V4, overall accuracy';

/** The facts that the list is made from: models, device, measurements, filters. */
export interface SelectModelsOptions extends Omit<CandidateSources, 'measurements'> {
  readonly device: DeviceFacts;
  /** The rows that count; absent: no task yet, and every measurement serves for speeds only. */
  readonly taskId?: string | undefined;
  /** All that were made in this browser. */
  readonly measurements: readonly Measurement[];
  readonly filters: SelectionFilters;
  /** A `PublishedScore.benchmark`; absent: BFCL V4. */
  readonly benchmark?: string;
}

interface Judged extends Standing {
  readonly row: Explained;
}

/** Ranks what there is. */
export function selectModels(options: SelectModelsOptions): Selection {
  const { measurements, taskId, filters, benchmark = defaultBenchmark } = options;
  const ofTask = measurements.filter((measurement) => measurement.taskId === taskId);
  const candidates = candidatesOf({ ...options, measurements: ofTask });
  const neededTokens = ofTask.length === 0 ? undefined : Math.max(...ofTask.map((one) => one.longestTokens));
  const references = referencesOf(candidatesOf({ ...options, measurements }));
  const titles = new Map(candidates.map(({ id, title }) => [id, title]));
  const { device } = options;
  const facts = { device, neededTokens, references, tokens: callTokens(ofTask), benchmark };
  const judged = candidates.map((candidate) => judge(candidate, facts));
  const tiers = tiersOf(judged);
  const ordered = orderStandings(judged).map(({ id, row }) => ({
    row: withTier(row, tiers.get(id), titles),
    reason: whyLeftOut(row, filters),
  }));
  const left = ordered.flatMap(({ row, reason }) => (reason === undefined ? [row] : []));
  return {
    rows: left.map((row, index) => placed(row, { place: index + 1, below: left[index + 1], benchmark })),
    leftOut: ordered.flatMap(({ row, reason }) =>
      reason === undefined ? [] : [{ title: row.title, reason }],
    ),
    ...(neededTokens === undefined ? {} : { neededTokens }),
    benchmark,
  };
}

function withTier(row: Explained, tier: Tier | undefined, titles: ReadonlyMap<string, string>): Explained {
  const { quality } = row;
  if (quality.type !== 'measured' || tier === undefined) return row;
  return {
    ...row,
    quality: { ...quality, tier: tier.tier, leader: titles.get(tier.leader) ?? tier.leader },
  };
}

function placed(
  row: Explained,
  {
    place,
    below,
    benchmark,
  }: { readonly place: number; readonly below: Explained | undefined; readonly benchmark: string },
): SelectionRow {
  return { ...row, place, why: below === undefined ? '' : explainPlace({ above: row, below, benchmark }) };
}

interface JudgeOptions {
  readonly device: DeviceFacts;
  readonly neededTokens: number | undefined;
  readonly references: readonly SpeedReference[];
  readonly tokens: ReturnType<typeof callTokens>;
  readonly benchmark: string;
}

function judge(candidate: Candidate, options: JudgeOptions): Judged {
  const { device, neededTokens, references, tokens, benchmark } = options;
  const { id, title, origin, licence, contextWindow, measurement, parameters, url } = candidate;
  const found = findWay(candidate, { device, neededTokens });
  const way = found.type === 'way' ? found.way : undefined;
  const { download, memory } = way ?? sizesOf(candidate);
  const secondsPerCall =
    measurement === undefined
      ? way && estimateSeconds({ way, parameters, tokens, references })
      : measuredSeconds(measurement);
  const published = candidate.published.toSorted(
    (one, other) => Number(other.benchmark === benchmark) - Number(one.benchmark === benchmark),
  );
  const build = candidate.builds.find(({ engine }) => engine === way?.engine) ?? candidate.builds[0];
  const file = build?.engine === 'web-llm' ? undefined : build?.files[0];
  const row: Explained = {
    id,
    title,
    origin,
    run:
      found.type === 'way'
        ? { type: 'runs', engine: found.way.engine, backend: found.way.backend, reasons: found.way.reasons }
        : { type: 'does-not-run', reasons: found.reasons },
    quality: qualityOf(measurement),
    licence,
    published,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(download === undefined ? {} : { download }),
    ...(memory === undefined ? {} : { memory }),
    ...(secondsPerCall === undefined ? {} : { secondsPerCall }),
    ...(file === undefined ? {} : { file }),
    ...(url === undefined ? {} : { url }),
  };
  const { quality } = row;
  return {
    id,
    runs: way !== undefined,
    ...(quality.type === 'measured'
      ? { measured: { share: quality.exact / quality.rows, interval: quality.interval } }
      : {}),
    published: published.find((score) => score.benchmark === benchmark)?.value,
    secondsPerCall: secondsPerCall?.value,
    downloadBytes: download?.value,
    row,
  };
}

/** Tier and leader are not known before all are judged. */
function qualityOf(measurement: Measurement | undefined): QualityVerdict {
  if (measurement === undefined) return { type: 'not-measured' };
  const { rows, exact } = measurement;
  if (rows < leastRowsToRank) return { type: 'too-few', rows, exact };
  return {
    type: 'measured',
    rows,
    exact,
    interval: wilsonInterval({ n: rows, successes: exact }),
    tier: 0,
    leader: '',
  };
}

function referencesOf(candidates: readonly Candidate[]): readonly SpeedReference[] {
  return candidates.flatMap((candidate): SpeedReference[] => {
    const { measurement, title, parameters } = candidate;
    if (measurement === undefined) return [];
    const { weightBytes } = measuredWay(candidate, measurement);
    return weightBytes === undefined ? [] : [{ title, parameters, weightBytes, measurement }];
  });
}

/** Why a filter takes a row away, one sentence; undefined: it stays. What is not known does not pass a limit. */
function whyLeftOut(row: Explained, filters: SelectionFilters): string | undefined {
  const { licence, mostDownloadBytes, mostMemoryBytes } = filters;
  if (licence === 'permissive' && row.licence.terms !== 'permissive') {
    return `Its licence is ${row.licence.name}.`;
  }
  if (mostDownloadBytes !== undefined && (row.download?.value ?? Infinity) > mostDownloadBytes) {
    return row.download === undefined
      ? 'The size of its download is not known.'
      : `Its download is ${inMegabytes(row.download.value)}.`;
  }
  if (mostMemoryBytes !== undefined && (row.memory?.value ?? Infinity) > mostMemoryBytes) {
    return row.memory === undefined
      ? 'The memory that it needs is not known.'
      : `It needs ${inMegabytes(row.memory.value)} of memory.`;
  }
  return undefined;
}
