/**
 * Where somebody lives, as an envelope has it: segments of numbers and names, divided by commas and line ends, with a
 * word for a street, a unit, a postal code, a place among them. What stands in a segment is added up; no list of
 * countries' formats. Knows words and lists; nothing of people.
 */
import type { Finding } from '../../protocol/personal-data.ts';
import { meaningBits } from '../keywords.ts';
import { distanceBefore } from '../scan.ts';
import { readSegment } from './address-segment.ts';
import type { Segment } from './address-segment.ts';
import type { WordReader } from './word-reader.ts';

type Add = (finding: Finding) => void;

const mostSegments = 7;
const joins = /^(?:, ?|,? ?\r?\n ?|,\r?\n,? ?|\.? ?\r?\n ?(?:, )?|\. ?\r?\n,? ?| - | ?\r?\n, )$/;

export function findPostalAddresses(words: WordReader, add: Add): void {
  const { count } = words.scan;
  for (let token = 0; token < count; token += 1) {
    const segment = readSegment(words, token);
    if (segment === undefined) continue;
    const last = judgeFrom(words, segment, add);
    token = Math.max(last, token);
  }
}

/** Reads on from a segment; adds the address that begins there; returns the last token that was used up. */
function judgeFrom(words: WordReader, head: Segment, add: Add): number {
  if (!head.hasNumber && !head.hasStreet && !head.hasUnit && !head.hasCode) return head.last;
  const cue = cueBefore(words, head.first);
  let points = pointsOf(head) + cue + (head.isNumbered ? (cue > 0 ? 1 : 0.5) : 0);
  let { last } = head;
  let places = 0;
  let hasStreet = head.hasStreet || head.hasUnit || head.hasCode;
  for (let segments = 1; segments < mostSegments; segments += 1) {
    if (last + 1 >= words.scan.count) break;
    const gap = words.gap(last);
    if (!joins.test(gap) && !(gap === '. ' && words.means(last + 1, meaningBits.unit))) break;
    const next = readSegment(words, last + 1);
    if (next === undefined || !belongs(words, next)) break;
    points += pointsOf(next) + (next.isPlace ? 1 : 0.5);
    if (next.isPlace) places += 1;
    hasStreet ||= next.hasStreet || next.hasUnit || next.hasCode;
    last = next.last;
  }
  const hasBody = hasStreet || places > 0 || (cue > 0 && head.words > 0) || head.isFlanked;
  if (points < 3 || !hasBody) return head.last;
  const start =
    words.start(head.first) - (words.scan.text.charAt(words.start(head.first) - 1) === '#' ? 1 : 0);
  const dotted =
    words.scan.text.charAt(words.end(last)) === '.' && words.length(last) <= 3 && words.isWord(last) ? 1 : 0;
  add({
    start,
    end: words.end(last) + dotted,
    type: 'ADDRESS',
    score: points >= 3.5 ? 0.9 : 0.75,
    rule: describe(head, places, cue),
  });
  return last;
}

function pointsOf(segment: Segment): number {
  return (
    (segment.hasStreet ? 2 : 0) +
    (segment.hasUnit ? 2 : 0) +
    (segment.hasCode ? 2 : 0) +
    (segment.hasNumber ? 1 : 0) +
    (segment.isFlanked ? 1 : 0) +
    (segment.isPlace ? 0.5 : 0)
  );
}

/** Whether a later segment is a part: a place, a code, a unit; not a new sentence, a label or a number alone. */
function belongs(words: WordReader, segment: Segment): boolean {
  const after = words.scan.text.charAt(words.end(segment.last));
  if (after === ':' || after === '=' || after === '@') return false;
  if (segment.hasStreet || segment.hasUnit || segment.hasCode || segment.isPlace) return true;
  if (segment.hasNumber && segment.words === 0) return words.length(segment.first) >= 3;
  return segment.words > 0 && segment.words <= 4 && !segment.isPlain;
}

const nearCue = meaningBits.addressAfter;

function cueBefore(words: WordReader, first: number): number {
  const { text } = words.scan;
  const before = first === 0 ? '' : text.slice(words.start(first - 1), words.end(first - 1)).toLowerCase();
  const distance = distanceBefore(words.scan, first, nearCue, 4);
  if (/^(?:address|adresse?|lives|located|resides|anschrift|wohnt)$/.test(before)) return 2;
  if (distance === 0) return 0;
  if (/^(?:at|to|on|of|is|near|in|and|from|the)$/.test(before) || /["':=]/.test(words.gap(first - 1)))
    return 1.5;
  return distance === 1 ? 1 : 0.5;
}

function describe(head: Segment, places: number, cue: number): string {
  const parts = [
    head.hasStreet ? 'street' : '',
    head.hasNumber ? 'number' : '',
    head.hasUnit ? 'unit' : '',
    head.hasCode ? 'postal code' : '',
    places > 0 ? 'place' : '',
    cue > 0 ? 'word before it' : '',
  ].filter((part) => part !== '');
  return `address by ${parts.join(', ')}`;
}
