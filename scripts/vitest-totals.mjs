/**
 * A vitest reporter that writes what scripts/test.mjs counts: passed, failed, and every skip with its reason.
 * vitest's own JSON reporter leaves the reasons out. Writes to the path in SMALLWORKS_TOTALS.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Handed to vitest by path: `--reporter=./scripts/vitest-totals.mjs`. */
export default class VitestTotals {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<unknown>} errors Errors outside of any test.
   * @param {import('vitest/node').TestRunEndReason} reason
   */
  onTestRunEnd(modules, errors, reason) {
    const path = process.env['SMALLWORKS_TOTALS'];
    if (path === undefined) throw new Error('SMALLWORKS_TOTALS is not set.');
    let passed = 0;
    /** @type {string[]} */
    const failed = errors.map((_error, index) => `error outside of a test (${index + 1})`);
    /** @type {{ name: string, reason: string }[]} */
    const skipped = [];
    for (const module of modules) {
      // A file that cannot be loaded has no tests, only errors.
      if (module.errors().length > 0) failed.push(module.relativeModuleId);
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'skipped') skipped.push({ name, reason: result.note ?? '' });
        else failed.push(name);
      }
    }
    if (reason === 'interrupted') failed.push('the run was interrupted');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ passed, failed, skipped }, undefined, 2));
  }
}
