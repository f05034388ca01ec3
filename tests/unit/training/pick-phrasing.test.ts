import { describe, expect, test } from 'vitest';
import { pickPhrasing } from '../../../training/rows/built-in/pick-phrasing.ts';
import { groups } from '../../../training/rows/built-in/requests.ts';
import { Draw, phrasingsOf } from '../../../training/rows/draw.ts';

const phrasings = ['add {a}', 'sum {a}', 'total {a}', 'count {a}', 'put {a} together', 'What is {a} in all?'];
const wider = ['<what|how much> is {a} <in all|in total>?', '[please ]add up {a}'];

function picked(split: 'train' | 'test'): Set<string> {
  const draw = new Draw({ seed: 5, split });
  return new Set(Array.from({ length: 300 }, () => pickPhrasing({ draw, phrasings, wider })));
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z{}]/g, '');
}

describe('pickPhrasing', () => {
  test('the test has its own phrasings only', () => {
    expect(picked('test')).toEqual(new Set(['What is {a} in all?']));
  });

  test('to learn from, the templates are spelled out, but not as the test has it', () => {
    expect(picked('train')).toEqual(
      new Set([
        ...phrasings.slice(0, 5),
        'what is {a} in total?',
        'how much is {a} in all?',
        'how much is {a} in total?',
        'add up {a}',
        'please add up {a}',
      ]),
    );
  });

  test.each(groups.map((group, index) => [`${index} ${group.tool}`, group] as const))(
    '%s: nothing to learn from is a phrasing of the test',
    (_, group) => {
      const draw = new Draw({ seed: 9, split: 'train' });
      const kept = new Set(phrasingsOf(group.phrasings, 'test').map(letters));
      for (let number = 0; number < 300; number += 1)
        expect(kept).not.toContain(letters(pickPhrasing({ draw, ...group })));
    },
  );
});
