/** A case: one thing to be timed, asked of every subject in the same way. Knows no subject by name. */
import type { OpenOptions, Subject } from '../subjects/subject.ts';

export interface Sample {
  /** What is compared. */
  readonly ms: number;
  /** Further figures of the same round, each with its unit in its name. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface Case {
  readonly name: string;
  /** A sentence for the table. */
  readonly title: string;
  readonly opens: OpenOptions;
  /** Whether there is nothing to ask without the rows of a file. */
  readonly needsRows?: boolean;
  /** Whether a round opens the subject by itself. */
  readonly startsCold?: boolean;
  /** One round; rounds have different numbers, and what is asked in one was asked in none before. */
  readonly round: (subject: Subject, number: number) => Promise<Sample>;
}
