/** Spans of a file against the plainest model of them: one truth value a byte. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRecord } from '../../../src/engine/part-file.ts';
import { addSpan, countBytes, findGaps, removeSpan } from '../../../src/engine/spans.ts';
import type { Span } from '../../../src/engine/spans.ts';

const total = 40;
const span = fc
  .tuple(fc.nat(total), fc.nat(total))
  .map(([left, right]) => ({ start: Math.min(left, right), end: Math.max(left, right) }));
const change = fc.record({ add: fc.boolean(), span });

function apply(changes: readonly { readonly add: boolean; readonly span: Span }[]) {
  let spans: Span[] = [];
  const bytes = new Uint8Array(total);
  for (const step of changes) {
    spans = step.add ? addSpan(spans, step.span) : removeSpan(spans, step.span);
    bytes.fill(step.add ? 1 : 0, step.span.start, step.span.end);
  }
  return { spans, bytes };
}

function paint(spans: readonly Span[]): Uint8Array {
  const bytes = new Uint8Array(total);
  for (const { start, end } of spans) bytes.fill(1, start, end);
  return bytes;
}

test('spans hold what was added and not removed, sorted and apart', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const { spans, bytes } = apply(changes);
      expect(paint(spans)).toEqual(bytes);
      expect(countBytes(spans)).toBe(bytes.reduce((sum, value) => sum + value, 0));
      for (const [index, { start, end }] of spans.entries()) {
        expect(start).toBeLessThan(end);
        if (index > 0) expect(start).toBeGreaterThan(spans[index - 1]!.end);
      }
    }),
  );
});

test('gaps are the rest, in pieces that are short enough', () => {
  fc.assert(
    fc.property(fc.array(change), fc.integer({ min: 1, max: 15 }), (changes, most) => {
      const { spans, bytes } = apply(changes);
      const gaps = findGaps(spans, total, most);
      expect(paint(gaps)).toEqual(bytes.map((value) => 1 - value));
      expect(countBytes(gaps) + countBytes(spans)).toBe(total);
      for (const { start, end } of gaps) expect(end - start).toBeLessThanOrEqual(most);
    }),
  );
});

test('a list that was cut off anywhere claims nothing that was not written', () => {
  const line = change.map(({ add, span: { start, end } }) => `${add ? '+' : '-'} ${start} ${end}\n`);
  fc.assert(
    fc.property(fc.array(line), fc.nat(), (lines, seed) => {
      const text = lines.join('');
      const cut = text.slice(0, seed % (text.length + 1));
      const whole = cut.slice(0, cut.lastIndexOf('\n') + 1);
      expect(parseRecord(cut, total)).toEqual(parseRecord(whole, total));
    }),
  );
});

test('a list of rubbish gives spans inside the file, or none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { spans } = parseRecord(`${text}\n+ 30 99\n@ {"url": 3}\n@ {broken\n`, total);
      for (const { start, end } of spans) {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(total);
      }
      expect(paint(spans).subarray(30)).toEqual(new Uint8Array(10).fill(1));
    }),
  );
});
