/**
 * Counts what a check came to. A check is one step of `npm test`; a runner's tests count one by one.
 * Strict on purpose: a runner without totals has failed, and so has a test that is skipped without a reason.
 */

/**
 * @typedef {object} Totals
 * @property {number} passed
 * @property {readonly string[]} failed Names.
 * @property {readonly { name: string, reason: string }[]} skipped
 */

/**
 * Totals of a step that has no tests of its own: it passes or fails as one.
 * @param {{ name: string, code: number }} step
 * @returns {Totals}
 */
export function totalsOfStep({ name, code }) {
  return code === 0
    ? { passed: 1, failed: [], skipped: [] }
    : { passed: 0, failed: [`${name} (code ${code})`], skipped: [] };
}

/**
 * Totals of a runner: what it wrote, held against its exit code.
 * @param {{ name: string, code: number, totals: Totals | undefined }} step
 * @returns {Totals}
 */
export function totalsOfRunner({ name, code, totals }) {
  if (totals === undefined) {
    return { passed: 0, failed: [`${name}: ended with code ${code} and left no totals`], skipped: [] };
  }
  const silent = totals.skipped
    .filter(({ reason }) => reason.trim() === '')
    .map((skip) => `${skip.name}: skipped without a reason`);
  const failed = [...totals.failed, ...silent];
  if (totals.passed + failed.length + totals.skipped.length === 0) failed.push(`${name}: ran no test`);
  else if (code !== 0 && failed.length === 0) failed.push(`${name}: ended with code ${code}`);
  return {
    passed: totals.passed,
    failed,
    skipped: totals.skipped.filter(({ reason }) => reason.trim() !== ''),
  };
}

/**
 * Totals of Playwright's JSON report.
 * @param {import('@playwright/test/reporter').JSONReport} report
 * @returns {Totals}
 */
export function totalsOfPlaywright(report) {
  let passed = 0;
  /** @type {string[]} */
  const failed = report.errors.map((error) => error.message ?? 'error outside of a test');
  /** @type {{ name: string, reason: string }[]} */
  const skipped = [];
  /** @param {{ suite: import('@playwright/test/reporter').JSONReportSuite, path: string }} place */
  function visit({ suite, path }) {
    for (const spec of suite.specs) {
      const name = `${path} > ${spec.title}`;
      for (const test of spec.tests) {
        if (test.status === 'expected' || test.status === 'flaky') passed += 1;
        else if (test.status === 'unexpected') failed.push(name);
        else {
          const note = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme');
          skipped.push({ name, reason: note?.description ?? '' });
        }
      }
    }
    for (const child of suite.suites ?? []) visit({ suite: child, path: `${path} > ${child.title}` });
  }
  for (const suite of report.suites) visit({ suite, path: suite.title });
  return { passed, failed, skipped };
}

/**
 * The last words of `npm test`: every failure and skip by name, then exactly one line of totals.
 * @param {readonly Totals[]} all
 * @returns {string}
 */
export function summarise(all) {
  const failed = all.flatMap((totals) => totals.failed);
  const skipped = all.flatMap((totals) => totals.skipped);
  const passed = all.reduce((sum, totals) => sum + totals.passed, 0);
  return [
    ...failed.map((name) => `failed: ${name.replaceAll('\n', ' ')}`),
    ...skipped.map(({ name, reason }) => `skipped: ${name}: ${reason}`.replaceAll('\n', ' ')),
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ].join('\n');
}
