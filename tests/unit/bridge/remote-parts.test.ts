/** The pure parts of the remote engine, by property: event streams, masks and stops across borders, waits. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCompletion } from '../../../src/bridge/remote/read-completion.ts';
import { readRetryAfter, retryWait } from '../../../src/bridge/remote/retry.ts';
import { readServerSentEvents } from '../../../src/bridge/remote/server-sent-events.ts';
import { Unmasker } from '../../../src/bridge/remote/unmasker.ts';
import { StopGate } from '../../../src/decode/stop-gate.ts';
import { Fault } from '../../../src/protocol/fault.ts';

/** Cuts a sequence at random places. */
function cut<Part extends string | Uint8Array>(whole: Part, cuts: readonly number[]): Part[] {
  const places = cuts
    .map((share) => Math.floor(share * (whole.length + 1)))
    .toSorted((left, right) => left - right);
  const starts = [0, ...places];
  return starts.map((start, index) => whole.slice(start, places[index] ?? whole.length) as Part);
}

function letters(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength });
}

/** The longest placeholder at each place, from the left: what a stream of pieces must come to. */
function unmaskWhole(whole: string, originals: ReadonlyMap<string, string>): string {
  const longestFirst = [...originals.keys()].toSorted((left, right) => right.length - left.length);
  const pattern = longestFirst.map((key) => key.replaceAll(/[[\]]/g, String.raw`\$&`)).join('|');
  return pattern === ''
    ? whole
    : whole.replaceAll(new RegExp(pattern, 'g'), (key) => originals.get(key) ?? '');
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

async function readAll(pieces: readonly Uint8Array[]): Promise<string[]> {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const events: string[] = [];
  for await (const data of readServerSentEvents(stream)) events.push(data);
  return events;
}

describe('an event stream', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, ''));
  const event = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
  const noise = fc.constantFrom(
    '',
    ': comment',
    'event: message',
    'id: 7',
    'retry: 10',
    'database',
    'unknown: data',
  );
  const lineEnd = fc.constantFrom('\n', '\r', '\r\n');

  test('is read whole, whatever its line ends, its noise and its cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(event, noise), { maxLength: 6 }),
        lineEnd,
        cuts,
        async (events, end, at) => {
          const text = events
            .map(([data, other]) => {
              const lines = data.split('\n').map((part) => `data: ${part}`);
              return [...(other === '' ? [] : [other]), ...lines, '', ''].join(end);
            })
            .join('');
          const read = await readAll(cut(new TextEncoder().encode(text), at));
          expect(read).toEqual(events.map(([data]) => data));
        },
      ),
    );
  });

  test('of any bytes ends without an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), cuts, async (bytes, at) => {
        expect(await readAll(cut(bytes, at))).toEqual(await readAll([bytes]));
      }),
    );
  });

  test('knows a line end whose halves come apart', async () => {
    const bytes = new TextEncoder().encode('data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n');
    expect(await readAll(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(['a\nb', 'c']);
  });

  test('that nobody reads to its end is cancelled', async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const data of readServerSentEvents(stream)) {
      expect(data).toBe('x');
      break;
    }
    expect(cancelled).toBe(true);
  });

  test('a field without a value is an empty line, and half an event is none', async () => {
    const encoder = new TextEncoder();
    expect(await readAll([encoder.encode('data\ndata:x\n\ndata: half\n')])).toEqual(['\nx']);
  });

  test('a line without an end is refused, not kept', async () => {
    const endless = Array.from({ length: 40 }, () => new TextEncoder().encode('x'.repeat(65_536)));
    await expect(readAll(endless)).rejects.toMatchObject({ code: 'engine-failed' });
  });
});

describe('an event of a completion', () => {
  const field = fc.constantFrom(
    'choices',
    'delta',
    'content',
    'tool_calls',
    'function',
    'name',
    'arguments',
    'index',
    'finish_reason',
    'usage',
    'prompt_tokens',
    'completion_tokens',
    'error',
    'message',
    'code',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, true, -1, 0, 3, 'stop', 'length', 'content_filter', '', 'text'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(field, tie('tree'), { maxKeys: 5 }),
    ),
  }));

  test('of whatever shape is read or refused by name, never stumbled over', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          tree.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        (data) => {
          try {
            const piece = readCompletion(data);
            if ('error' in piece) expect(typeof piece.error.message).toBe('string');
            else if (piece.text !== undefined) expect(piece.text).not.toBe('');
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('a mask', () => {
  const placeholder = fc.constantFrom('[A]', '[A]]', '[AB]', '[', '[[A', 'B', 'AB', ']A');
  const text = fc.string({ unit: fc.constantFrom('[', ']', 'A', 'B', ' '), maxLength: 30 });

  test('comes off the same, however the answer is cut', () => {
    fc.assert(
      fc.property(text, fc.dictionary(placeholder, fc.string({ maxLength: 5 })), cuts, (whole, table, at) => {
        const originals = new Map(Object.entries(table));
        const unmasker = new Unmasker(originals);
        const read = cut(whole, at).map((piece) => unmasker.push(piece));
        expect(read.join('') + unmasker.end()).toBe(unmaskWhole(whole, originals));
      }),
      { numRuns: 2000 },
    );
  });

  test('waits where a longer placeholder may be meant', () => {
    const originals = new Map([
      ['[A]', 'short'],
      ['[A]]', 'long'],
    ]);
    const unmasker = new Unmasker(originals);
    expect([unmasker.push('[A]'), unmasker.push(']'), unmasker.push('[A]'), unmasker.push('!')]).toEqual([
      '',
      'long',
      '',
      'short!',
    ]);
    expect(unmasker.push('[A]') + unmasker.end()).toBe('short');
  });

  test('holds back no more than what may still become a placeholder', () => {
    const unmasker = new Unmasker(new Map([['[NAME_1]', 'Ada']]));
    expect(unmasker.push('Dear [NA')).toBe('Dear ');
    expect(unmasker.push('VY blue')).toBe('[NAVY blue');
    expect(unmasker.push('[NAME_1]')).toBe('Ada');
  });
});

describe('a stop text', () => {
  test('ends the answer at the same place, however it is cut', () => {
    fc.assert(
      fc.property(letters(20), fc.array(letters(4), { maxLength: 3 }), cuts, (whole, stops, at) => {
        const gate = new StopGate(stops);
        const read = cut(whole, at).map((piece) => gate.push(piece));
        const ends = stops.flatMap((stop) => {
          const start = whole.indexOf(stop);
          return start < 0 ? [] : [{ start, end: start + stop.length }];
        });
        const first = ends.toSorted((left, right) => left.end - right.end || left.start - right.start)[0];
        expect(read.join('') + gate.end()).toBe(whole.slice(0, first?.start ?? whole.length));
        expect(gate.stopped).toBe(first !== undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('that is empty stops nothing', () => {
    expect(new StopGate(['']).push('text')).toBe('text');
  });
});

describe('a wait before the next try', () => {
  const rules = { attempts: 5, baseMs: 100, mostMs: 1000, longestRetryAfterMs: 5000 };
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('is anywhere below a bound that doubles, and never shorter than asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        random,
        fc.integer({ min: 0, max: 5000 }),
        (attempt, dice, asked) => {
          const bound = Math.min(1000, 100 * 2 ** (attempt - 1));
          expect(retryWait({ rules, attempt, random: dice })).toBeCloseTo(dice * bound);
          expect(retryWait({ rules, attempt, random: dice, retryAfterMs: asked })).toBeGreaterThanOrEqual(
            asked,
          );
        },
      ),
    );
  });

  test('there is none after the last try, or for a server that asks too much', () => {
    expect(retryWait({ rules, attempt: 5, random: 0 })).toBeUndefined();
    expect(retryWait({ rules, attempt: 1, random: 0, retryAfterMs: 5001 })).toBeUndefined();
  });

  test('is read as seconds or as a date', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(readRetryAfter(null, now)).toBeUndefined();
    expect(readRetryAfter('soon', now)).toBeUndefined();
    expect(readRetryAfter(' 1.5 ', now)).toBe(1500);
    expect(readRetryAfter(new Date(now + 7000).toUTCString(), now)).toBe(7000);
    expect(readRetryAfter(new Date(now - 7000).toUTCString(), now)).toBe(0);
  });
});
