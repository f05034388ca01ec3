/**
 * The list of failures to look at, tied to the page: what is taken out of the report, corrected, put aside, saved.
 * Knows the elements' events and the queue; scores nothing.
 */
import { downloadFiles, ReviewQueue } from '../../src/index.ts';
import type { ToolCallRow } from '../../src/index.ts';
import { say } from './lab-page.ts';

export interface ReviewPage {
  readonly report: HTMLElement;
  readonly review: HTMLElement;
  /** The rows that the report is about; undefined: there is none. */
  readonly rows: () => { readonly rows: readonly ToolCallRow[]; readonly source: string } | undefined;
}

/** Shows what is kept, and does what the user asks for. Rejects where it cannot be read. */
export async function watchReview({ report, review, rows }: ReviewPage): Promise<void> {
  const queue = new ReviewQueue();
  const mistakes = new Map<string, string>();

  function show(): void {
    Object.assign(review, { items: queue.items, mistakes: new Map(mistakes) });
    Object.assign(report, { taken: new Set(queue.items.map(({ id }) => id)) });
  }

  /** Shows what became of it, and why it failed where it did. */
  function act(work: Promise<unknown>): void {
    void work
      .catch((error: unknown) => say(error instanceof Error ? error.message : String(error), { bad: true }))
      .finally(show);
  }

  async function correct({ id, calls }: HTMLElementEventMap['review-correct']['detail']): Promise<void> {
    const mistake = await queue.correct(id, calls);
    if (mistake === undefined) mistakes.delete(id);
    else mistakes.set(id, mistake);
  }

  report.addEventListener('review-take', ({ detail }) => {
    const found = rows();
    const row = found?.rows.find(({ id }) => id === detail.row.id);
    if (found === undefined || row === undefined) return;
    const { subject, row: judged } = detail;
    act(queue.take({ row, judged, subject, source: found.source, at: Date.now() }));
  });
  review.addEventListener('review-correct', ({ detail }) => act(correct(detail)));
  review.addEventListener('review-state', ({ detail }) => act(queue.setState(detail.id, detail.state)));
  review.addEventListener('review-note', ({ detail }) => act(queue.setNote(detail.id, detail.note)));
  review.addEventListener('review-remove', ({ detail }) => act(queue.remove(detail.id)));
  review.addEventListener('review-export', () => {
    const file = queue.file();
    if (file !== undefined) downloadFiles([file]);
  });
  await queue.open();
  show();
}
