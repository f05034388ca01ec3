/**
 * Names by the words that set a cluster apart: class-based TF-IDF with the weighting of BM25 (M. Grootendorst, "BERTopic",
 * arXiv:2203.05794), times the share of a word's uses that stand in the cluster. Words of every cluster fall to the bottom
 * by themselves, so there is no list of stop words and no language is assumed. Knows texts and clusters.
 */

export interface NameOptions {
  readonly texts: readonly string[];
  /** The cluster of each text; a negative one counts for none. */
  readonly groups: ArrayLike<number>;
  readonly k: number;
  /** Words of a name at most; 3 unless told. */
  readonly words?: number;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}[\p{L}\p{M}\p{N}'’]*/gu) ?? [];
}

function add(counts: Map<string, number>, word: string, count = 1): void {
  counts.set(word, (counts.get(word) ?? 0) + count);
}

/** The most telling words of each cluster, best first; none for a cluster without words. Equals in the order of the alphabet. */
export function nameClusters({ texts, groups, k, words = 3 }: NameOptions): readonly (readonly string[])[] {
  const inCluster = Array.from({ length: k }, () => new Map<string, number>());
  const inAll = new Map<string, number>();
  for (const [place, text] of texts.entries()) {
    const counts = inCluster[groups[place] ?? -1];
    if (counts === undefined) continue;
    for (const word of wordsOf(text)) {
      add(counts, word);
      add(inAll, word);
    }
  }
  const total = [...inAll.values()].reduce((sum, count) => sum + count, 0);
  const mean = total / Math.max(1, k);
  return inCluster.map((counts) => {
    const own = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const weights = [...counts].map(([word, count]) => {
      const everywhere = inAll.get(word) ?? count;
      const rareness = Math.log((mean + 1) / (everywhere + 0.5));
      // With few clusters a little word may be rarer than a cluster is large: it is in all of them, though.
      return { word, weight: (count / own) * rareness * (count / everywhere) };
    });
    const ranked = weights.toSorted(
      (one, other) => other.weight - one.weight || (one.word < other.word ? -1 : 1),
    );
    return ranked.slice(0, words).map(({ word }) => word);
  });
}
