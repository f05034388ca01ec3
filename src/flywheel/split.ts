/**
 * Which runs are learned from and which are kept to judge by: the id of a run decides, for good and on every device.
 * Knows ids only.
 */
import type { Id } from '../protocol/id.ts';
import { seededRandom } from './seeded-random.ts';

/** Whether a run is learned from, or kept to judge by. */
export type LogSide = 'training' | 'evaluation';

/** Of all runs, those that judge. */
export const evaluationShare = 0.2;

/** The side of a run: all that comes of it stands on this side, so nothing is judged by what it was taught. */
export function logSide(runId: Id): LogSide {
  return seededRandom(`split ${runId}`).next() < evaluationShare ? 'evaluation' : 'training';
}
