/**
 * Of findings that overlap, the surer one stays; of two as sure, the longer. Knows positions and scores only.
 */
import type { Finding } from '../protocol/personal-data.ts';

/** The findings that stay, in the order of the text. `length`: of the text. */
export function resolveOverlaps(findings: readonly Finding[], length: number): Finding[] {
  const ranked = findings.toSorted(
    (one, other) =>
      other.score - one.score || other.end - other.start - (one.end - one.start) || one.start - other.start,
  );
  const taken = new Uint8Array(length);
  const kept: Finding[] = [];
  for (const finding of ranked) {
    const { start, end } = finding;
    // Kept ones are intervals: a free stretch between two taken ends would hold a shorter, surer one.
    let isFree = true;
    for (let at = start; at < end && isFree; at += 1) isFree = taken[at] === 0;
    if (!isFree) continue;
    taken.fill(1, start, end);
    kept.push(finding);
  }
  return kept.toSorted((one, other) => one.start - other.start);
}
