/** What a run asks a person: a step of a workflow, or whether more may be spent. Data only. */
import type { Id } from '../protocol/id.ts';

export interface HumanQuestion {
  /** The step of the run that asks. */
  readonly spanId: Id;
  readonly question: string;
  /** Absent: any text. */
  readonly choices?: readonly string[];
}
