/**
 * What the rounds of a case amount to: medians, how far they spread, and ratios. Knows numbers and names; measures
 * nothing.
 */

/**
 * @typedef {{ ms: number, figures: Readonly<Record<string, number>> }} Sample
 * @typedef {{ name: string, samples: readonly Sample[] }} Measured
 * @typedef {{ case: string, n: number, ours_ms: number, peers: Record<string, number>, ratio: Record<string, number>,
 *   spread: Record<string, [number, number]>, figures: Record<string, Record<string, number>> }} CaseSummary
 */

/**
 * The value below which a share of the others lies, between neighbours in proportion (R-7 of Hyndman and Fan 1996).
 * @param {readonly number[]} values at least one
 * @param {number} share 0 to 1
 * @returns {number}
 */
export function quantile(values, share) {
  const sorted = values.toSorted((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** @param {readonly number[]} values */
const median = (values) => quantile(values, 0.5);

/** @param {number} value */
const rounded = (value) => Number(value.toPrecision(4));

/** @param {Measured} measured */
const times = ({ samples }) => samples.map(({ ms }) => ms);

/**
 * One case in figures. A ratio is the median of ours over the peer's, round by round, because both were asked the same
 * in a round; below 1 we are faster. `spread` holds the quartiles of the milliseconds, and of each ratio under its name.
 * @param {{ name: string, measured: readonly Measured[] }} options The first is ours.
 * @returns {CaseSummary}
 * @throws {RangeError} where nothing was measured.
 */
export function summariseCase({ name, measured }) {
  const [ours, ...peers] = measured;
  if (ours === undefined || ours.samples.length === 0)
    throw new RangeError(`Nothing was measured of ${name}.`);
  /** @param {readonly number[]} values @returns {[number, number]} */
  const quartiles = (values) => [rounded(quantile(values, 0.25)), rounded(quantile(values, 0.75))];
  /** @param {Measured} peer */
  const ratios = (peer) => ours.samples.map(({ ms }, round) => ms / (peer.samples[round]?.ms ?? NaN));
  return {
    case: name,
    n: ours.samples.length,
    ours_ms: rounded(median(times(ours))),
    peers: Object.fromEntries(peers.map((peer) => [peer.name, rounded(median(times(peer)))])),
    ratio: Object.fromEntries(peers.map((peer) => [peer.name, rounded(median(ratios(peer)))])),
    spread: Object.fromEntries([
      ...measured.map((one) => /** @type {const} */ ([one.name, quartiles(times(one))])),
      ...peers.map((peer) => /** @type {const} */ ([`ratio to ${peer.name}`, quartiles(ratios(peer))])),
    ]),
    figures: Object.fromEntries(measured.map((one) => [one.name, medianFigures(one)])),
  };
}

/** @param {Measured} measured @returns {Record<string, number>} Shares (`right`) as means, the rest as medians. */
function medianFigures({ samples }) {
  const names = Object.keys(samples[0]?.figures ?? {});
  return Object.fromEntries(
    names.map((figure) => {
      const values = samples.map(({ figures }) => figures[figure] ?? NaN);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return [figure, rounded(figure === 'right' ? mean : median(values))];
    }),
  );
}

/**
 * A table of Markdown, one row a subject of a case.
 * @param {readonly { title: string, summary: CaseSummary }[]} cases
 * @returns {string}
 */
export function caseTable(cases) {
  const lines = cases.flatMap(({ title, summary }) =>
    Object.entries(summary.figures).map(([name, figures], place) => {
      const time = place === 0 ? summary.ours_ms : (summary.peers[name] ?? NaN);
      const [low, high] = summary.spread[name] ?? [NaN, NaN];
      const ratio = place === 0 ? '' : `${summary.ratio[name] ?? NaN} times`;
      const more = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
      return `| ${place === 0 ? title : ''} | ${name} | ${time} (${low} to ${high}) | ${ratio} | ${more.join(', ')} |`;
    }),
  );
  return [
    '| case | what | ms, median (quartiles) | ours takes | figures |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}
