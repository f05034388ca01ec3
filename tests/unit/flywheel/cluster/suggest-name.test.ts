/** Names of tasks by a model: what it is asked, what it may answer, and what is read of it. */
import { describe, expect, test } from 'vitest';
import { nameRequest, readName, wordsEverywhere } from '../../../../src/flywheel/cluster/suggest-name.ts';
import type { NameOptions } from '../../../../src/flywheel/cluster/suggest-name.ts';
import { randomNumbers } from '../../../../src/protocol/random.ts';
import { readGrammar, sampleGrammar } from '../../gbnf-sampler.ts';

const requests = [
  'Book a table for two in Oslo',
  'book me a table at noon, please',
  'a "table" for five —\n book it',
];

/** Words of 40 answers that the grammar allows. */
function namesDrawn(options: NameOptions): ReadonlySet<string> {
  const rules = readGrammar(nameRequest(options)?.constraint?.gbnf ?? '');
  const random = randomNumbers(3);
  const seen = new Set<string>();
  for (let draw = 0; draw < 40; draw += 1) {
    const { words } = JSON.parse(sampleGrammar(rules, random)) as { words: string[] };
    expect(words.length).toBeGreaterThanOrEqual(2);
    expect(words.length).toBeLessThanOrEqual(4);
    for (const word of words) seen.add(word);
  }
  return seen;
}

describe('a question for a name', () => {
  test('shows the requests, one a line', () => {
    const asked = nameRequest({ requests })?.messages.at(-1)?.content;
    expect(asked).toBe(
      '- Book a table for two in Oslo\n- book me a table at noon, please\n- a "table" for five — book it',
    );
  });

  test('leaves two to four words that several of the requests have, whatever the model samples', () => {
    const asked = { requests: [...requests, 'for noon, book a table'] };
    expect([...namesDrawn(asked)].toSorted()).toEqual(['a', 'book', 'for', 'noon', 'table']);
  });

  test('is not asked where there are not two words to choose from', () => {
    expect(nameRequest({ requests: ['42', 'stop'] })).toBeUndefined();
    expect(nameRequest({ requests: [] })).toBeUndefined();
  });
});

test('words that most tasks have are left out, as long as enough others are there', () => {
  const tasks = [['book a table'], ['a song, please', 'play a song'], ['rain, a lot of it']];
  const everywhere = wordsEverywhere(tasks);
  expect([...everywhere]).toEqual(['a']);
  expect(wordsEverywhere(tasks.slice(1))).toEqual(new Set());
  expect([...namesDrawn({ requests: ['book a table'], everywhere })].toSorted()).toEqual(['book', 'table']);
  expect([...namesDrawn({ requests: ['a table'], everywhere })].toSorted()).toEqual(['a', 'table']);
});

test('an answer is read as its words, each once; what is none is no name', () => {
  expect(readName('{"words":["book","table","book"]}')).toBe('book table');
  expect(readName('{"words":["book","book"]}')).toBeUndefined();
  for (const text of ['', '{"words":', '[]', '{"words":"book"}', '{"words":[]}', '{"words":[1]}']) {
    expect(readName(text)).toBeUndefined();
  }
});
