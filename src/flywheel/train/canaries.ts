/**
 * Canaries: made-up codes that are hidden among the rows, to tell afterwards how much an adapter remembers of single rows
 * (N. Carlini and others, The Secret Sharer, arXiv:1802.08232). Knows texts and surprises; nothing of models.
 */
import { renderChat, turnEnd } from '../../decode/chat-template.ts';
import type { ChatTemplate } from '../../protocol/model.ts';
import type { TrainingText } from '../../protocol/training.ts';
import { seededRandom } from '../seeded-random.ts';

export interface Canary {
  /** What is taught. */
  readonly row: TrainingText;
  /** The same question with codes that nobody is taught. */
  readonly others: readonly TrainingText[];
}

/** Codes that a canary's is compared with: exposure is measured up to 7 bits. */
const otherCodes = 127;
const digits = 6;

/** One for fifty rows, four at most. Among fewer rows it would be taught as much as they are. */
export function canaryCount(rows: number): number {
  return Math.min(4, Math.floor(rows / 50));
}

/** Questions for a code, each with one that is taught and 127 others; the same for the same seed. */
export function makeCanaries({
  count,
  template,
  seed,
}: {
  readonly count: number;
  readonly template: ChatTemplate;
  readonly seed: number;
}): readonly Canary[] {
  const random = seededRandom(`canaries ${String(seed)}`);
  return Array.from({ length: count }, () => {
    const content = `What is the code of locker ${String(random.below(9_000) + 1_000)}?`;
    const prompt = renderChat(template, [{ role: 'user', content }]);
    const codes = new Set<string>();
    while (codes.size <= otherCodes) codes.add(String(random.below(10 ** digits)).padStart(digits, '0'));
    const [row, ...others] = [...codes].map((code) => ({ prompt, completion: code + turnEnd(template) }));
    if (row === undefined) throw new Error('There is a first code.');
    return { row, others };
  });
}

/**
 * How much is given away of a code, in bits: 0 where it is as likely as any, log2 of all codes where it is the likeliest
 * (exposure by sampling, section 4.3 there). `taught` and `others` are surprises; of equals the taught one counts as the least likely.
 */
export function exposureOf(taught: number, others: readonly number[]): number {
  const rank = 1 + others.filter((other) => other <= taught).length;
  return Math.log2((others.length + 1) / rank);
}
