/**
 * A full-text index in memory: words, their beginnings, small misspellings; titles count double.
 * Knows documents as texts; nothing of where they are kept. Loaded on first use (search-documents).
 */
import MiniSearch from 'minisearch';
import type { UserDocument } from './desk.ts';

/** A type, not an interface, so that it is JSON. */
type DocumentHits = {
  /** Documents that match, shown or not. */
  readonly count: number;
  readonly documents: readonly {
    readonly title: string;
    readonly snippet: string;
    readonly score: number;
  }[];
};

export interface DocumentIndex {
  search(query: string): DocumentHits;
}

const shown = 3;
const snippetCharacters = 240;
/** Documents indexed between two looks at the page's other work. */
const chunkSize = 4;

/** An index of these documents. Gives way to the page while it works. */
export async function buildIndex(documents: readonly UserDocument[]): Promise<DocumentIndex> {
  const byId = new Map(documents.map((document) => [document.id, document]));
  const engine = new MiniSearch<UserDocument>({
    fields: ['title', 'text'],
    searchOptions: {
      boost: { title: 2 },
      prefix: (term) => term.length > 2,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
  });
  await engine.addAllAsync(documents, { chunkSize });
  return {
    search: (query) => {
      const hits = engine.search(query);
      const found = hits.slice(0, shown).flatMap((hit) => {
        const document = byId.get(String(hit.id));
        if (document === undefined) return [];
        const words = Object.entries(hit.match).flatMap(([word, fields]) =>
          fields.includes('text') ? [word] : [],
        );
        return [
          {
            title: document.title,
            snippet: snippetOf(document.text, words),
            score: Math.round(hit.score * 100) / 100,
          },
        ];
      });
      return { count: hits.length, documents: found };
    },
  };
}

/** The piece of the text with most of the words near its start; the text's beginning where none is in it. */
function snippetOf(text: string, words: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = words.flatMap((word) => {
    const place = lower.indexOf(word);
    return place < 0 ? [] : [place];
  });
  const near = (start: number): number =>
    places.filter((place) => place >= start && place < start + snippetCharacters - 60).length;
  const best = places.toSorted((one, other) => near(other) - near(one) || one - other)[0] ?? 0;
  const start = best < 60 ? 0 : wordStart(text, best - 40);
  const piece = text
    .slice(start, start + snippetCharacters)
    .toWellFormed()
    .replaceAll(/\s+/g, ' ')
    .trim();
  return `${start > 0 ? '…' : ''}${piece}${start + snippetCharacters < text.length ? '…' : ''}`;
}

function wordStart(text: string, place: number): number {
  const space = text.indexOf(' ', place);
  return space < 0 || space > place + 40 ? place : space + 1;
}
