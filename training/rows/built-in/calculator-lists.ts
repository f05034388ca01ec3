/** Requests for the tool `calculator` about lists of numbers: their mean, median, largest and smallest. */
import type { Draw } from '../draw.ts';
import { listInWords } from '../template.ts';
import type { NamedSum } from './calculator-named.ts';
import { expression } from './calculator-values.ts';
import type { Case } from './group.ts';
import { wider } from './wider-phrasings.ts';

const list =
  (
    name: string,
    value: (numbers: readonly number[]) => number,
    also: (list: string, numbers: readonly number[]) => readonly string[] = () => [],
  ) =>
  (draw: Draw): Case => {
    const numbers = Array.from({ length: draw.integer(2, 5) }, () => draw.number(2, 400));
    const inside = numbers.join(', ');
    return expression(
      `${name}(${inside})`,
      value(numbers),
      { l: draw.chance(0.7) ? listInWords(numbers.map(String)) : inside },
      also(inside, numbers),
    );
  };

const total = (numbers: readonly number[]): number => numbers.reduce((sum, item) => sum + item, 0);

export const listSums: readonly NamedSum[] = [
  [
    [
      'What is the average of {l}?',
      'Average of {l}',
      'calculate the mean of {l}',
      'find the average of {l}',
      'My grades are {l}. What is the average?',
      'mean of {l}',
      'work out the average of {l}',
      'What do {l} average to?',
      'get the average of {l}',
      'the mean of {l}?',
      'I scored {l}. What is my average?',
      'compute the average of {l}',
      'what is the mean of {l}?',
      'average {l}',
      'how much is the average of {l}?',
      'We measured {l}; what is the mean?',
      'tell me the average of {l}',
      'on average, what are {l}?',
    ],
    list(
      'mean',
      (numbers) => total(numbers) / numbers.length,
      (inside, numbers) => [`average(${inside})`, `(${numbers.join(' + ')}) / ${numbers.length}`],
    ),
    3,
    wider.mean,
  ],
  [
    [
      'What is the median of {l}?',
      'median of {l}',
      'find the median of {l}',
      'calculate the median of {l}',
      'tell me the median of {l}',
      'Which value is the median of {l}?',
      'get the median of {l}',
      'the median of {l}, please',
      'compute the median for {l}',
      'work out the median of {l}',
      'what value is in the middle of {l}?',
      'how much is the median of {l}?',
    ],
    list('median', (numbers) => {
      const sorted = numbers.toSorted((a, b) => a - b);
      const middle = Math.floor(sorted.length / 2);
      return sorted.length % 2 === 1
        ? (sorted[middle] ?? 0)
        : ((sorted[middle] ?? 0) + (sorted[middle - 1] ?? 0)) / 2;
    }),
    1,
  ],
  [
    [
      'Which is the largest of {l}?',
      'What is the maximum of {l}?',
      'biggest of {l}',
      'find the highest of {l}',
      'max of {l}',
      'tell me the largest number of {l}',
      'largest of {l}?',
      'which number is biggest: {l}?',
      'get the maximum of {l}',
      'what is the highest of {l}?',
      'of {l}, which is the largest?',
      'work out the max of {l}',
    ],
    list('max', (numbers) => Math.max(...numbers)),
    1,
  ],
  [
    [
      'Which is the smallest of {l}?',
      'What is the minimum of {l}?',
      'lowest of {l}',
      'find the smallest of {l}',
      'min of {l}',
      'tell me the lowest number of {l}',
      'smallest of {l}?',
      'which number is smallest: {l}?',
      'get the minimum of {l}',
      'what is the lowest of {l}?',
      'of {l}, which is the smallest?',
      'work out the min of {l}',
    ],
    list('min', (numbers) => Math.min(...numbers)),
    1,
  ],
];
