/**
 * Peoples, faiths and parties ("Swedish", "Buddhist"), and what somebody does ("the Civil drafter"). Mild by themselves:
 * figures keep them apart. Knows meanings of words; nothing of lists.
 */
import type { Finding } from '../../protocol/personal-data.ts';
import { wordBits } from '../gazetteer/gazetteer.ts';
import { meaningBits } from '../keywords.ts';
import type { WordReader } from './word-reader.ts';

type Add = (finding: Finding) => void;

const longestTitle = 8;

export function findGroups(words: WordReader, add: Add): void {
  const { count, caseless, text } = words.scan;
  for (let token = 0; token < count; token += 1) {
    if (words.means(token, meaningBits.people)) {
      const isSaidOfSomebody = /(?:am|is|are|was|were|a|an|the)\s$/i.test(
        text.slice(Math.max(0, words.start(token) - 6), words.start(token)),
      );
      const next = words.isWord(token + 1) ? words.phraseBits(token, token + 1) : 0;
      if ((next & wordBits.country) === 0 && (words.isCapital(token) || caseless || isSaidOfSomebody))
        add({
          start: words.start(token),
          end: words.end(token),
          type: 'NRP',
          score: 0.6,
          rule: 'listed people, faith or party',
        });
    }
    if (words.means(token, meaningBits.job)) findJob(words, token, add);
  }
}

/** From after the article to the word for the work: "the Outside order clerk". */
function findJob(words: WordReader, token: number, add: Add): void {
  for (let first = token; first > 0 && token - first < longestTitle; first -= 1) {
    if (words.gap(first - 1) !== ' ' && words.gap(first - 1) !== '-') return;
    const before = words.scan.text.slice(words.start(first - 1), words.end(first - 1));
    if (!/^(?:the|an?|as|our|my|his|her|their)$/i.test(before)) continue;
    if (words.isCapital(first))
      add({
        start: words.start(first),
        end: words.end(token),
        type: 'TITLE',
        score: 0.55,
        rule: 'article before a word for work',
      });
    return;
  }
}
