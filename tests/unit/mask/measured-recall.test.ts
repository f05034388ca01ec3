/** The figures that data sets tell of masking are those of the table in docs/masking.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maskingAbout } from '../../../src/app/dataset/masking-about.ts';
import type { Source } from '../../../src/app/dataset/sources.ts';
import { measuredRecall } from '../../../src/mask/measured-recall.ts';

const log: Source = { type: 'log', name: 'own log', runIds: [] };
const file: Source = { type: 'file', name: 'a.jsonl', file: new File([], 'a.jsonl') };

test('recall and number are those of the table', () => {
  const table = readFileSync(join(import.meta.dirname, '../../../docs/masking.md'), 'utf8');
  const row = table.split('\n').find((line) => line.includes('24 locales') && line.startsWith('|'));
  const [, , , count, recall] = row?.split('|').map((cell) => cell.trim()) ?? [];
  expect(Number.parseFloat(recall ?? '')).toBe(measuredRecall.recall);
  expect(measuredRecall.measuredOn.startsWith(`${count} pieces`)).toBe(true);
});

test('rows of files are not said to be masked', () => {
  expect(maskingAbout([file])).toBeUndefined();
  expect(maskingAbout([log])).toMatchObject({ recall: 0.97 });
  expect(maskingAbout([log])?.method).not.toContain('files');
  expect(maskingAbout([file, log])?.method).toContain('rows of files are as they came');
});
