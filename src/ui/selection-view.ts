/** What the screen knows of a choice of models. Data only. */
import type { Selection, SelectionFilters, SelectionTask } from '../protocol/selection.ts';

export interface SelectionView {
  /** Undefined until everything was gathered. */
  readonly selection: Selection | undefined;
  /** Sets of rows that something was scored on, newest first. */
  readonly tasks: readonly SelectionTask[];
  /** The one that counts; undefined: none. */
  readonly taskId: string | undefined;
  readonly filters: SelectionFilters;
}

export const emptySelectionView: SelectionView = {
  selection: undefined,
  tasks: [],
  taskId: undefined,
  filters: { licence: 'any' },
};
