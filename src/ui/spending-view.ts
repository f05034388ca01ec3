/** What the screen knows of spending. Data only. */
import type { Spend, SpendLimits } from '../protocol/economics.ts';

export interface SpendingView {
  readonly limits: SpendLimits;
  /** Of all runs of this browser. */
  readonly today: Spend;
}

export const emptySpendingView: SpendingView = { limits: { beyond: 'ask' }, today: { tokens: 0, money: 0 } };
