import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateModelBytes, memoryBudget, planEngines } from '../../../src/bridge/memory-plan.ts';
import { planAdmission } from '../../../src/bridge/residency.ts';
import { makeLoad } from '../../fixtures/make-load.ts';

const file = { name: 'model.gguf', bytes: 98_362_432, sha256: 'abc', sources: [] };
const request = makeLoad({
  model: {
    parameters: 134_515_008,
    contextWindow: 8192,
    file,
    builds: [
      {
        engine: 'transformers',
        files: [
          { ...file, bytes: 540_000_000 },
          { ...file, bytes: 2_000_000 },
        ],
      },
    ],
  },
  slots: 2,
});

describe('the estimate of memory', () => {
  test('the KV cache of SmolLM2 is counted right to a few per cent', () => {
    const [short, long] = [1024, 2048].map((contextTokens) =>
      estimateModelBytes({ ...request, contextTokens }, 'quantised'),
    );
    // 30 layers, 3 heads of 64, keys and values, 2 bytes each.
    const exact = 1024 * 30 * 3 * 64 * 2 * 2;
    expect(((long ?? 0) - (short ?? 0)) / exact).toBeCloseTo(1, 1);
  });

  test('floats, adapters and the files of another engine count; context beyond the window does not', () => {
    const packed = estimateModelBytes(request, 'quantised');
    expect(estimateModelBytes(request, 'float32') - packed).toBe(4 * request.model.parameters - file.bytes);
    const adapters = [{ id: 'a', file: { ...file, bytes: 1000 } }];
    expect(estimateModelBytes({ ...request, adapters }, 'quantised') - packed).toBe(1000);
    expect(estimateModelBytes({ ...request, engine: 'transformers' }, 'quantised') - packed).toBe(
      542_000_000 - file.bytes,
    );
    expect(estimateModelBytes({ ...request, contextTokens: 1e9 }, 'quantised')).toBe(
      estimateModelBytes({ ...request, contextTokens: 8192 }, 'quantised'),
    );
  });
});

describe('the plan of engines', () => {
  test('never more than memory holds, or was asked for, and never none', () => {
    fc.assert(
      fc.property(
        fc.record({
          budgetBytes: fc.integer({ min: 0, max: 2 ** 40 }),
          modelBytes: fc.integer({ min: 1, max: 2 ** 36 }),
          processors: fc.integer({ min: 1, max: 256 }),
          wanted: fc.integer({ min: 1, max: 64 }),
        }),
        fc.boolean(),
        ({ wanted, ...facts }, free) => {
          const { engines, threads, reasons } = planEngines(free ? facts : { ...facts, wanted });
          if (threads !== undefined)
            expect(threads * engines).toBeLessThanOrEqual(Math.max(engines, facts.processors / 2));
          expect(engines).toBeGreaterThanOrEqual(1);
          if (engines > 1) expect(engines * facts.modelBytes).toBeLessThanOrEqual(facts.budgetBytes);
          if (free) expect(engines).toBeLessThanOrEqual(Math.max(1, facts.processors / 4));
          else expect(engines).toBeLessThanOrEqual(wanted);
          expect(reasons.every((reason) => reason.endsWith('.'))).toBe(true);
        },
      ),
    );
  });

  test('a laptop runs several engines, a phone one', () => {
    const modelBytes = estimateModelBytes(request, 'float32');
    expect(planEngines({ budgetBytes: memoryBudget(16), modelBytes, processors: 12 }).engines).toBe(3);
    expect(planEngines({ budgetBytes: memoryBudget(undefined), modelBytes, processors: 2 }).engines).toBe(1);
    expect(planEngines({ budgetBytes: memoryBudget(1), modelBytes, processors: 8 }).engines).toBe(1);
  });
});

const residents = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1 }),
    bytes: fc.integer({ min: 1, max: 100 }),
    lastUsedAt: fc.nat({ max: 1000 }),
    inUse: fc.boolean(),
  }),
  { selector: ({ id }) => id, maxLength: 8 },
);

describe('who leaves for a newcomer', () => {
  test('after they left there is room; none that is in use leaves at once; the oldest go first', () => {
    fc.assert(
      fc.property(
        residents,
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        (all, wantedBytes, budgetBytes) => {
          const admission = planAdmission({ wantedBytes, budgetBytes, residents: all });
          if (admission.type === 'never') {
            expect(wantedBytes).toBeGreaterThan(budgetBytes);
            return;
          }
          const leaving = all.filter(({ id }) => admission.leaving.includes(id));
          const staying = all.filter(({ id }) => !admission.leaving.includes(id));
          const used = staying.reduce((sum, { bytes }) => sum + bytes, 0);
          expect(used + wantedBytes).toBeLessThanOrEqual(budgetBytes);
          if (admission.type === 'fits') expect(leaving.some(({ inUse }) => inUse)).toBe(false);
          else expect(leaving.some(({ inUse }) => inUse)).toBe(true);
          for (const gone of leaving) {
            for (const kept of staying) {
              if (gone.inUse === kept.inUse) expect(gone.lastUsedAt).toBeLessThanOrEqual(kept.lastUsedAt);
              else expect(kept.inUse).toBe(true);
            }
          }
        },
      ),
    );
  });

  test('nobody leaves where there is room', () => {
    const idle = { id: 'a', bytes: 5, lastUsedAt: 1, inUse: false };
    expect(planAdmission({ wantedBytes: 5, budgetBytes: 10, residents: [idle] })).toEqual({
      type: 'fits',
      leaving: [],
    });
  });
});
