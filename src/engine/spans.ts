/**
 * Sets of byte ranges as sorted lists: what of a file is there, and what is missing. Pure; knows nothing of files.
 */

/** Bytes from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The spans with `added` in them: sorted, none touching another. */
export function addSpan(spans: readonly Span[], added: Span): Span[] {
  if (added.end <= added.start) return [...spans];
  let { start, end } = added;
  const apart: Span[] = [];
  for (const span of spans) {
    if (span.end < start || span.start > end) {
      apart.push(span);
    } else {
      start = Math.min(start, span.start);
      end = Math.max(end, span.end);
    }
  }
  const place = apart.findIndex((span) => span.start > end);
  apart.splice(place < 0 ? apart.length : place, 0, { start, end });
  return apart;
}

/** The spans without the bytes of `removed`. */
export function removeSpan(spans: readonly Span[], removed: Span): Span[] {
  if (removed.end <= removed.start) return [...spans];
  return spans.flatMap(({ start, end }) =>
    [
      { start, end: Math.min(end, removed.start) },
      { start: Math.max(start, removed.end), end },
    ].filter((span) => span.start < span.end),
  );
}

/** What the spans leave out of `total` bytes, in pieces of at most `most` bytes. */
export function findGaps(spans: readonly Span[], total: number, most: number): Span[] {
  let gaps: Span[] = [{ start: 0, end: total }];
  for (const span of spans) gaps = removeSpan(gaps, span);
  return gaps.flatMap(({ start, end }) =>
    Array.from({ length: Math.ceil((end - start) / most) }, (_, index) => ({
      start: start + index * most,
      end: Math.min(end, start + (index + 1) * most),
    })),
  );
}

/** Number of bytes in the spans. */
export function countBytes(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}
