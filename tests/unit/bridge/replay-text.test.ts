import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplayText } from '../../../src/bridge/replay-text.ts';

/** A text cut into pieces anywhere, between the halves of a character too. */
function cut(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b);
  const bounds = [0, ...sorted, text.length];
  return bounds.slice(1).map((end, index) => text.slice(bounds[index], end));
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const places = fc.array(fc.nat(), { maxLength: 12 });

describe('a replayed text', () => {
  test('however often and wherever it is cut off, the caller hears it once and whole', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.tuple(places, fc.nat()), { maxLength: 5 }),
        places,
        (whole, tellings, last) => {
          const replay = new ReplayText();
          const heard: string[] = [];
          const tell = (pieces: readonly string[]): void => {
            replay.begin();
            for (const piece of pieces) heard.push(replay.take(piece) ?? '<contradiction>');
          };
          for (const [cuts, kept] of tellings) {
            const pieces = cut(whole, cuts);
            tell(pieces.slice(0, kept % (pieces.length + 1)));
          }
          tell(cut(whole, last));
          expect(heard.join('')).toBe(whole);
          expect(replay.delivered).toBe(whole);
          expect(replay.caughtUp).toBe(true);
        },
      ),
    );
  });

  test('another text is noticed before anything of it is heard', () => {
    const replay = new ReplayText();
    replay.begin();
    expect(replay.take('The fox')).toBe('The fox');
    replay.begin();
    expect(replay.take('The')).toBe('');
    expect(replay.take(' dog and more')).toBeUndefined();
    expect(replay.delivered).toBe('The fox');
  });

  test('a telling that ends early has not caught up', () => {
    const replay = new ReplayText();
    replay.begin();
    replay.take('The fox');
    replay.begin();
    replay.take('The');
    expect(replay.caughtUp).toBe(false);
  });

  test('after a new base, tellings start behind what was delivered', () => {
    const replay = new ReplayText();
    replay.begin();
    replay.take('The fox');
    replay.rebase();
    for (const rest of [' ran', ' ran away']) {
      replay.begin();
      replay.take(rest);
    }
    expect(replay.delivered).toBe('The fox ran away');
    expect(replay.base).toBe('The fox');
  });
});
