/** What a step is before it is taken, and who takes it. Types only: what joins the kinds of steps to their order. */
import type { Id } from '../../protocol/id.ts';
import type { Json } from '../../protocol/json.ts';
import type { SpanKind } from '../../protocol/span-event.ts';
import type { SubtaskContext } from '../run-call.ts';
import type { Tell } from './stream-of.ts';

/** One step, before it is known whether the log has it. */
export interface StepDraft {
  readonly kind: SpanKind;
  readonly name: string;
  readonly input: Json;
  /** Does it. `isNew`: it was not begun before. */
  readonly live: (span: { readonly spanId: Id; readonly isNew: boolean }) => Promise<Json>;
}

/** Where steps are made: what the kinds of steps are built on. */
export interface StepMaker {
  readonly context: SubtaskContext;
  readonly tell: Tell;
  step(draft: StepDraft): Promise<Json>;
}
