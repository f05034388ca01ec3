import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Draw, partOf, phrasingsOf } from '../../../training/rows/draw.ts';
import { inWords, sayNumber } from '../../../training/rows/number-words.ts';
import { listInWords, render, slotNames } from '../../../training/rows/template.ts';
import type { Slot } from '../../../training/rows/template.ts';
import { dress, join } from '../../../training/rows/wording.ts';

const train = (seed = 1): Draw => new Draw({ seed, split: 'train' });

function stream(draw: Draw): number[] {
  return Array.from({ length: 20 }, () => draw.integer(0, 1000));
}

const slot = (key: string): Slot => ({ text: `<${key}>`, value: key });

function every(count: number, make: (draw: Draw) => string): Set<string> {
  return new Set(Array.from({ length: count }, (_, seed) => make(train(seed + 1))));
}

describe('draw', () => {
  test('the same seed gives the same stream, another one another', () => {
    expect(stream(train(5))).toEqual(stream(train(5)));
    expect(stream(train(5))).not.toEqual(stream(train(6)));
  });

  test('integers stay in their range and reach both ends', () => {
    const draw = train();
    const seen = new Set(Array.from({ length: 300 }, () => draw.integer(3, 6)));
    expect([...seen].toSorted((one, other) => one - other)).toEqual([3, 4, 5, 6]);
  });

  test('no open value and no phrasing is in both splits, and none is lost', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 60 }), (pool) => {
        const both = [...partOf(pool, 'train'), ...partOf(pool, 'test')];
        expect(both.toSorted()).toEqual(pool.toSorted());
        const phrasings = [...phrasingsOf(pool, 'train'), ...phrasingsOf(pool, 'test')];
        expect(phrasings.toSorted()).toEqual(pool.toSorted());
      }),
    );
  });

  test('a number from 13 on belongs to one split', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 2 }), (seed, decimals) => {
        const of = (split: 'train' | 'test'): number[] => {
          const draw = new Draw({ seed, split });
          return Array.from({ length: 30 }, () => draw.number(20, 400, decimals));
        };
        const learned = new Set(of('train'));
        expect(of('test').filter((value) => learned.has(value))).toEqual([]);
      }),
    );
  });
});

describe('templates', () => {
  test('slots are said and kept', () => {
    const { text, slots } = render('find {thing} in {place.name}', train(), slot);
    expect(text).toBe('find <thing> in <place.name>');
    expect([...slots].map(([key, { value }]) => [key, value])).toEqual([
      ['thing', 'thing'],
      ['place.name', 'place.name'],
    ]);
  });

  test('a part in brackets comes with its value or not at all', () => {
    const seen = Array.from({ length: 40 }, (_, seed) => render('go[ to {place}] now', train(seed), slot));
    expect(new Set(seen.map(({ text }) => text))).toEqual(new Set(['go now', 'go to <place> now']));
    for (const { text, slots } of seen) expect(slots.has('place')).toBe(text.includes('place'));
  });

  test('a boolean is what its words say', () => {
    for (let seed = 0; seed < 30; seed += 1) {
      const { text, slots } = render('turn it {on:on|off}', train(seed), slot);
      expect(slots.get('on')?.value).toBe(text === 'turn it on');
    }
  });

  test('a silent value is given and not said', () => {
    const { text, slots } = render('darker{on=false}, please', train(), slot);
    expect(text).toBe('darker, please');
    expect(slots.get('on')?.value).toBe(false);
  });

  test('a spread slot gives values of their own', () => {
    let count = 0;
    const { text, spread } = render('weather in {city+}', train(), () => {
      count += 1;
      return { text: `city ${count}`, value: count };
    });
    expect(spread?.slots.length).toBeGreaterThanOrEqual(2);
    expect(text).toBe(`weather in ${listInWords(spread?.slots.map((one) => one.text) ?? [])}`);
  });

  test('the names of a template tell which of them may be left out', () => {
    expect(slotNames('{a} and {b:x|y}[ with {c.d}]')).toEqual({ always: ['a', 'b'], sometimes: ['c.d'] });
  });
});

describe('wording', () => {
  test('only a command is asked politely', () => {
    const polite = [...every(60, (draw) => dress('open the door', draw))];
    expect(polite.some((text) => /^(?:Can|Could|can|could) you (?:please )?open the door/.test(text))).toBe(
      true,
    );
    const plain = [...every(60, (draw) => dress('my order is late', draw))];
    for (const text of plain) expect(text).toMatch(/^[Mm]y order is late[.!]?$/);
  });

  test('a final exclamation mark can be part of what is asked', () => {
    for (const text of every(60, (draw) => dress('compute 6!', draw))) expect(text).toContain('6!');
  });

  test('joined requests keep all words of each', () => {
    for (const text of every(60, (draw) => join(['call Ann', 'What is 3 + 4?', 'play Echo'], draw))) {
      const lower = text.toLowerCase();
      for (const part of ['call ann', 'what is 3 + 4', 'play echo']) expect(lower).toContain(part);
    }
  });

  test('numbers in words', () => {
    expect([0, 7, 13, 20, 42, 99, 100, 2.5].map(inWords)).toEqual([
      'zero',
      'seven',
      'thirteen',
      'twenty',
      'forty-two',
      'ninety-nine',
      '100',
      '2.5',
    ]);
    for (const text of every(40, (draw) => sayNumber(12_500, draw)))
      expect(['12500', '12,500']).toContain(text);
  });
});
