/** What is read of an adapter's own words: all of it where it is as it should be, nothing of what is not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adapterKeys, readAdapterFacts } from '../../../../src/engine/lora/adapter-metadata.ts';
import { checkBase } from '../../../../src/engine/lora/check-base.ts';
import { Fault } from '../../../../src/protocol/fault.ts';

const hash = 'AB'.repeat(32);

describe('metadata', () => {
  test('a whole card is read, and the hash in lower case', () => {
    const card = {
      purpose: ' Calls tools. ',
      scores: [{ name: 'SGD', value: 0.7, low: 0.6, high: 0.8, base: 0.1, rows: 500, extra: 1 }],
      data: { attribution: ['SGD'] },
    };
    const facts = readAdapterFacts(
      new Map<string, string | number>([
        [adapterKeys.name, 'Caller'],
        [adapterKeys.licence, 'Apache-2.0'],
        [adapterKeys.baseId, 'smollm2'],
        [adapterKeys.baseSha256, hash],
        [adapterKeys.promptVersion, 3],
        [adapterKeys.card, JSON.stringify(card)],
      ]),
    );
    expect(facts).toEqual({
      name: 'Caller',
      licence: 'Apache-2.0',
      baseId: 'smollm2',
      baseSha256: hash.toLowerCase(),
      promptVersion: 3,
      purpose: 'Calls tools.',
      scores: [{ name: 'SGD', value: 0.7, low: 0.6, high: 0.8, base: 0.1, rows: 500 }],
      attribution: ['SGD'],
    });
  });

  test('a card may be anything: what is read is short texts and finite numbers', () => {
    const cards = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ purpose: value, scores: [value], data: value })),
    );
    fc.assert(
      fc.property(cards, fc.oneof(fc.string(), fc.double()), (card, version) => {
        const facts = readAdapterFacts(
          new Map<string, string | number>([
            [adapterKeys.card, card],
            [adapterKeys.promptVersion, version],
            [adapterKeys.baseSha256, 'no hash'],
          ]),
        );
        expect(facts.baseSha256).toBeUndefined();
        expect((facts.purpose ?? '').length).toBeLessThanOrEqual(300);
        for (const { name, value } of facts.scores ?? []) {
          expect(name.length).toBeLessThanOrEqual(300);
          expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });
});

function model(id: string, title: string, sha256: string) {
  return { id, title, file: { name: `${id}.gguf`, bytes: 1, sha256, sources: [] } } as const;
}

describe('the base by its hash', () => {
  const [here, there] = [model('a', 'Model A', 'a'.repeat(64)), model('b', 'Model B', 'b'.repeat(64))];
  const adapter = { id: 'x', title: 'X' };

  function faultFor(facts: { readonly baseId?: string; readonly baseSha256?: string }): Fault | undefined {
    try {
      checkBase({ adapter, facts, base: here, known: [here, there] });
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
    return undefined;
  }

  test('the same weights, or none named, are let through', () => {
    expect(faultFor({ baseSha256: here.file.sha256 })).toBeUndefined();
    expect(faultFor({ baseId: 'b' })).toBeUndefined();
  });

  test('others are refused by the best name there is', () => {
    const known = faultFor({ baseSha256: there.file.sha256 });
    expect(known).toMatchObject({
      code: 'model-rejected',
      message: 'The adapter X is made for Model B; this is Model A.',
      remedy: 'Load Model B, or pick another adapter.',
      details: { adapter: 'x', wantedBase: 'b', base: 'a' },
    });
    expect(faultFor({ baseId: 'c', baseSha256: 'c'.repeat(64) })?.message).toMatch(
      /made for c; this is Model A/,
    );
    expect(faultFor({ baseSha256: 'c'.repeat(64) })?.message).toMatch(/another model/);
    expect(faultFor({ baseId: 'a', baseSha256: 'c'.repeat(64) })?.message).toMatch(/a in other weights/);
  });
});
