/** The choice of a model from the lists that ship, on several devices: who runs, who stands where, why, and what is left out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceFacts } from '../../../../src/engine/choose-backend.ts';
import { selectModels } from '../../../../src/flywheel/select/select-models.ts';
import type { SelectModelsOptions } from '../../../../src/flywheel/select/select-models.ts';
import type { SelectionFilters, SelectionRow } from '../../../../src/protocol/selection.ts';
import { makeMeasurement, siteModelId } from '../../../fixtures/measurement.ts';
import { shippedCatalogue, shippedKnownModels } from '../../../fixtures/shipped-lists.ts';

const { models: known } = shippedKnownModels;
const { models: catalogue } = shippedCatalogue;

const processorOnly: DeviceFacts = {
  webgpu: 'none',
  gpu: '',
  crossOriginIsolated: true,
  memory64: true,
  hardwareConcurrency: 4,
  deviceMemory: 8,
};
const any: SelectionFilters = { licence: 'any' };

function select(change: Partial<SelectModelsOptions> = {}) {
  return selectModels({
    catalogue,
    imported: [],
    known,
    measurements: [],
    device: processorOnly,
    filters: any,
    ...change,
  });
}

function rowOf(rows: readonly SelectionRow[], id: string): SelectionRow {
  const row = rows.find((one) => one.id === id);
  if (row === undefined) throw new Error(`No row ${id}.`);
  return row;
}

const task = { taskId: 'task-1', measurements: [makeMeasurement()] };

describe('who runs', () => {
  test('every known model is listed once, and those without an engine or a chat format say why', () => {
    const { rows } = select();
    expect(rows).toHaveLength(known.length);
    expect(rowOf(rows, 'qwen3-0.6b').run).toMatchObject({ type: 'runs', engine: 'wllama' });
    expect(rowOf(rows, siteModelId).origin).toBe('site');
    const reasons = (id: string): string => rowOf(rows, id).run.reasons.join(' ');
    expect(reasons('llama-3.2-1b-instruct')).toMatch(/chat format llama-3/);
    expect(reasons('hymba-1.5b-instruct')).toMatch(/no architecture/);
    expect(reasons('nemotron-h-4b-instruct-128k')).toMatch(/no GGUF/);
    expect(reasons('gemma-3-270m')).toMatch(/no chat format.*base for fine-tuning/);
  });

  test('what needs more memory than the device tells of does not run, and says both figures', () => {
    const { rows } = select({ device: { ...processorOnly, deviceMemory: 1 } });
    expect(rowOf(rows, 'qwen3-1.7b').run).toEqual({
      type: 'does-not-run',
      reasons: expect.arrayContaining([
        expect.stringMatching(/would take 1384 MB, and this device has 1074 MB/),
      ]) as never,
    });
    expect(rowOf(rows, siteModelId).run.type).toBe('runs');
  });

  test('8 gibibytes may be more: nothing is refused for it', () => {
    expect(rowOf(select().rows, 'qwen3-1.7b').run.type).toBe('runs');
  });

  test('without 64-bit memory wllama is out, and a GPU lets web-llm in', () => {
    const { rows } = select({ device: { ...processorOnly, memory64: false, webgpu: 'shader-f16' } });
    expect(rowOf(rows, 'qwen3-0.6b').run).toMatchObject({
      type: 'runs',
      engine: 'web-llm',
      backend: 'webgpu',
    });
  });

  test('a context that is too small for the rows is no way to run, and the row says both numbers', () => {
    const long = makeMeasurement({ longestTokens: 9000 });
    const { rows, neededTokens } = select({ taskId: 'task-1', measurements: [long] });
    expect(neededTokens).toBe(9000);
    expect(rowOf(rows, 'smollm2-360m-instruct').run.reasons).toEqual([
      'The task needs 9000 tokens, and its context holds 8192.',
    ]);
    expect(rowOf(rows, 'qwen3-0.6b').run.type).toBe('runs');
  });
});

describe('what is known of each', () => {
  test('on a processor an unmeasured model gets its time by the number of weights, and packed ones are slower', () => {
    const { rows } = select(task);
    expect(rowOf(rows, siteModelId).secondsPerCall).toEqual({ value: 2, basis: 'measured' });
    const estimate = rowOf(rows, 'qwen3-0.6b').secondsPerCall;
    const ratio = 134515008 / 596049920;
    expect(estimate?.basis).toBe('estimated');
    expect(estimate?.value).toBeCloseTo(300 / (120 * ratio * 0.22) + 30 / (25 * ratio * 0.5), 6);
    expect(estimate?.from).toMatch(/^From SmolLM2 135M Instruct, .* packed ones as the slower/);
    const packed = select({ ...task, measurements: [makeMeasurement({ weights: 'quantised' })] });
    const same = rowOf(packed.rows, 'qwen3-0.6b').secondsPerCall?.value;
    expect(same).toBeCloseTo(300 / (120 * ratio) + 30 / (25 * ratio), 6);
  });

  test('on a GPU it writes by the bytes of the weights', () => {
    const measurements = [makeMeasurement({ backend: 'webgpu', weights: 'quantised' })];
    const device = { ...processorOnly, webgpu: 'shader-f16' } as const;
    const estimate = rowOf(select({ ...task, measurements, device }).rows, 'qwen3-0.6b').secondsPerCall;
    const prefill = (120 * 134515008) / 596049920;
    const decode = (25 * 98362432) / 396705472;
    expect(estimate?.value).toBeCloseTo(300 / prefill + 30 / decode, 6);
  });

  test('a measurement on a GPU says nothing of a processor', () => {
    const { rows } = select({ ...task, measurements: [makeMeasurement({ backend: 'webgpu' })] });
    expect(rowOf(rows, 'qwen3-0.6b').secondsPerCall).toBeUndefined();
  });

  test('without any task the measurements of others serve for time, and not for quality', () => {
    const { rows } = select({ measurements: [makeMeasurement()] });
    expect(rowOf(rows, siteModelId).quality).toEqual({ type: 'not-measured' });
    expect(rowOf(rows, siteModelId).secondsPerCall?.basis).toBe('estimated');
  });

  test('a file that nobody here hashed is not verified, and its size is what others state, run it or not', () => {
    const { rows } = select();
    expect(rowOf(rows, 'llama-3.2-1b-instruct').download).toEqual({ value: 807694464, basis: 'stated' });
    expect(rowOf(rows, siteModelId).download).toEqual({ value: 98362432, basis: 'measured' });
    expect(rowOf(rows, 'hymba-1.5b-instruct').download).toBeUndefined();
    expect(rowOf(rows, 'qwen3-0.6b').file).toMatchObject({ name: 'Qwen3-0.6B-Q4_K_M.gguf', verified: false });
    expect(rowOf(rows, siteModelId).file?.verified).toBe(true);
    expect(rowOf(rows, 'gemma-3-270m').file?.verified).toBe(true);
  });
});

describe('what counts as measured', () => {
  test('the newest of a model, with the grammar, of the weights that are here', () => {
    const measurements = [
      makeMeasurement({ id: 'old', at: 1, exact: 1 }),
      makeMeasurement({ id: 'new', at: 3, exact: 20 }),
      makeMeasurement({ id: 'free', at: 4, exact: 40, subject: { modelId: siteModelId, grammar: false } }),
      makeMeasurement({ id: 'other', at: 5, exact: 40, weightsHash: 'f'.repeat(64) }),
      makeMeasurement({ id: 'task', at: 6, exact: 40, taskId: 'task-2' }),
    ];
    expect(rowOf(select({ taskId: 'task-1', measurements }).rows, siteModelId).quality).toMatchObject({
      exact: 20,
    });
  });

  test('an adapter that was scored is a candidate of its own', () => {
    const measurements = [
      makeMeasurement(),
      makeMeasurement({
        id: 'measurement-2',
        exact: 36,
        seconds: 200,
        subject: { modelId: siteModelId, adapter: 'caller', grammar: true },
      }),
    ];
    const { rows } = select({ taskId: 'task-1', measurements });
    expect(rows.slice(0, 2).map(({ id }) => id)).toEqual([`${siteModelId} + caller`, siteModelId]);
    expect(rows[0]?.why).toMatch(
      /^Before SmolLM2 135M Instruct: 36 of 40 exact .* do not meet, so this is not chance\.$/,
    );
  });

  test('few rows are shown and not ranked by', () => {
    const { rows } = select({ taskId: 'task-1', measurements: [makeMeasurement({ rows: 9, exact: 9 })] });
    expect(rowOf(rows, siteModelId).quality).toEqual({ type: 'too-few', rows: 9, exact: 9 });
    expect(rows[0]?.published[0]?.benchmark).toBe('BFCL V4, overall accuracy');
  });

  test('a model that the user brought is found by its hash, with the licence that is known of it', () => {
    const sha256 = 'ac2d97712095a558e31573f62f466a3f9d93990898b0ec79d7c974c1780d524a';
    const [site] = catalogue;
    if (site === undefined) throw new Error('The catalogue is empty.');
    const imported = {
      ...site,
      id: 'imported-ac2d97712095a558',
      title: 'Qwen3 0.6B',
      licence: 'unknown',
      unverified: true as const,
      file: { name: 'imported/ac2d97712095a558.gguf', bytes: 396705472, sha256, sources: [] },
    };
    const { rows } = select({ imported: [imported] });
    expect(rows).toHaveLength(known.length);
    expect(rowOf(rows, imported.id)).toMatchObject({ origin: 'browser', licence: { name: 'Apache-2.0' } });
  });
});

describe('order and filters', () => {
  test('without measurement the published figure orders what runs, and every row says why it stands there', () => {
    const { rows } = select();
    expect(rows.slice(0, 2).map(({ id }) => id)).toEqual(['qwen3-1.7b', 'qwen3-0.6b']);
    expect(rows[0]?.why).toMatch(/published for BFCL V4, overall accuracy: 28.4 % against 23.9 %/);
    expect(rows.map(({ place }) => place)).toEqual(rows.map((_, index) => index + 1));
    for (const { why } of rows.slice(0, -1)) expect(why).toMatch(/^Before .+: .+\.$/);
    expect(rows.at(-1)?.why).toBe('');
  });

  test('a measured model stands before all others, however little it got right', () => {
    const { rows } = select({ taskId: 'task-1', measurements: [makeMeasurement({ exact: 0 })] });
    expect(rows[0]?.id).toBe(siteModelId);
    expect(rows[0]?.why).toMatch(/measured on your rows, the other was not/);
  });

  const filtersOf = fc.record(
    {
      licence: fc.constantFrom('any' as const, 'permissive' as const),
      mostDownloadBytes: fc.integer({ min: 0, max: 3e9 }),
      mostMemoryBytes: fc.integer({ min: 0, max: 6e9 }),
    },
    { requiredKeys: ['licence'] },
  );

  test('filters leave nothing in that they exclude, and move nothing that they leave', () => {
    fc.assert(
      fc.property(filtersOf, (filters) => {
        const all = select(task).rows.map(({ id }) => id);
        const { rows, leftOut } = select({ ...task, filters });
        const kept = new Set(rows.map(({ id }) => id));
        expect(rows.map(({ id }) => id)).toEqual(all.filter((id) => kept.has(id)));
        expect(rows.length + leftOut.length).toBe(all.length);
        for (const { licence, download, memory } of rows) {
          if (filters.licence === 'permissive') expect(licence.terms).toBe('permissive');
          const { mostDownloadBytes = Infinity, mostMemoryBytes = Infinity } = filters;
          if (filters.mostDownloadBytes !== undefined)
            expect(download?.value ?? Infinity).toBeLessThanOrEqual(mostDownloadBytes);
          if (filters.mostMemoryBytes !== undefined)
            expect(memory?.value ?? Infinity).toBeLessThanOrEqual(mostMemoryBytes);
        }
      }),
    );
  });

  const anyMeasurements = fc
    .array(
      fc.record({
        adapter: fc.constantFrom(undefined, 'caller', 'planner'),
        rows: fc.integer({ min: 1, max: 60 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        seconds: fc.integer({ min: 0, max: 300 }),
        longestTokens: fc.integer({ min: 1, max: 40_000 }),
        backend: fc.constantFrom('webgpu' as const, 'wasm-threads' as const),
        decodePerSecond: fc.constantFrom(0, 25),
      }),
      { maxLength: 4 },
    )
    .map((list) =>
      list.map(({ adapter, share, ...rest }, index) =>
        makeMeasurement({
          ...rest,
          id: String(index),
          at: index,
          exact: Math.floor(share * rest.rows),
          subject: { modelId: siteModelId, grammar: true, ...(adapter === undefined ? {} : { adapter }) },
        }),
      ),
    );
  const anyDevice = fc.record({
    webgpu: fc.constantFrom(
      'none' as const,
      'fallback' as const,
      'no-shader-f16' as const,
      'shader-f16' as const,
    ),
    gpu: fc.constant(''),
    crossOriginIsolated: fc.boolean(),
    memory64: fc.boolean(),
    hardwareConcurrency: fc.integer({ min: 1, max: 16 }),
    deviceMemory: fc.constantFrom(0.5, 2, 4, 8),
  });

  test('on any device, with anything measured: who runs first, then who was measured, each with a reason', () => {
    fc.assert(
      fc.property(anyMeasurements, anyDevice, (measurements, device) => {
        const { rows } = select({ taskId: 'task-1', measurements, device });
        const classes = rows.map(({ run, quality }) =>
          run.type === 'does-not-run' ? 2 : quality.type === 'measured' ? 0 : 1,
        );
        expect(classes).toEqual(classes.toSorted((one, other) => one - other));
        expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
        for (const { run, why, place, secondsPerCall } of rows) {
          if (run.type === 'does-not-run') expect(run.reasons.join(' ')).toMatch(/\.$/);
          if (place < rows.length) expect(why).toMatch(/^Before .+: .+\.$/);
          if (secondsPerCall !== undefined) expect(Number.isFinite(secondsPerCall.value)).toBe(true);
        }
      }),
    );
  });

  test('the lists may come in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...known], { minLength: known.length }), (shuffled) => {
        expect(select({ ...task, known: shuffled })).toEqual(select(task));
      }),
      { numRuns: 20 },
    );
  });
});
