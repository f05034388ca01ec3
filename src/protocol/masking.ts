/**
 * The masking of what a run leaves behind, before it is kept: what goes to the thread that masks, and what comes back.
 * Knows nothing of how personal data is found (mask).
 */
import type { JsonPointerReplacement } from './personal-data.ts';
import type { ShadowTrial } from './promotion.ts';
import type { Feedback, StoredEvent } from './record.ts';

export type Masking<Item> =
  | {
      readonly type: 'masked';
      readonly item: Item;
      /** By the place of the text among the item's contents (`mask/map-content`). Empty: nothing was personal. */
      readonly replacements: readonly JsonPointerReplacement[];
    }
  /** Something personal would have been left: its content is not to be kept where others read. */
  | { readonly type: 'quarantined'; readonly reasons: readonly string[] };

export interface MaskingApi {
  /** Begins anew with a key of 16 bytes or more; the same key makes the same of the same. */
  open(key: Uint8Array): Promise<void>;
  /** Events of a run come in their order: who was met in one is known in the next. */
  maskEvent(event: StoredEvent): Promise<Masking<StoredEvent>>;
  maskFeedback(feedback: Feedback): Promise<Masking<Feedback>>;
  maskTrial(trial: ShadowTrial): Promise<Masking<ShadowTrial>>;
}
