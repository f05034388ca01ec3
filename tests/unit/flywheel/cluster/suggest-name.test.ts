/** Names of tasks by a model: what it is asked, what it may answer, and what is read of it. */
import { describe, expect, test } from 'vitest';
import { nameRequest, readName } from '../../../../src/flywheel/cluster/suggest-name.ts';
import { randomNumbers } from '../../../../src/protocol/random.ts';
import { readGrammar, sampleGrammar } from '../../gbnf-sampler.ts';

const requests = [
  'Book a table for two in Oslo',
  'book me a table at noon, please',
  'a "table" for five —\n book it',
];

describe('a question for a name', () => {
  test('shows the requests, one a line', () => {
    const asked = nameRequest(requests)?.messages.at(-1)?.content;
    expect(asked).toBe(
      '- Book a table for two in Oslo\n- book me a table at noon, please\n- a "table" for five — book it',
    );
  });

  test('leaves two to four words that several of the requests have, whatever the model samples', () => {
    const gbnf = nameRequest([...requests, 'for noon, book a table'])?.constraint?.gbnf ?? '';
    const random = randomNumbers(3);
    for (let draw = 0; draw < 40; draw += 1) {
      const { words } = JSON.parse(sampleGrammar(readGrammar(gbnf), random)) as { words: string[] };
      expect(words.length).toBeGreaterThanOrEqual(2);
      expect(words.length).toBeLessThanOrEqual(4);
      for (const word of words) expect(['book', 'a', 'table', 'for', 'noon']).toContain(word);
    }
  });

  test('is not asked where there are not two words to choose from', () => {
    expect(nameRequest(['42', 'stop'])).toBeUndefined();
    expect(nameRequest([])).toBeUndefined();
  });
});

test('an answer is read as its words, each once; what is none is no name', () => {
  expect(readName('{"words":["book","table","book"]}')).toBe('book table');
  for (const text of ['', '{"words":', '[]', '{"words":"book"}', '{"words":[]}', '{"words":[1]}']) {
    expect(readName(text)).toBeUndefined();
  }
});
