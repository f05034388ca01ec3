/** A call of the browser's agent as the card that asks about calls shows one. */
import type { CallView } from '../task-view.ts';
import { msg } from '../translate.ts';
import type { OutsideAsk } from './outside-view.ts';

/** Says who asks, and why the user is asked. */
export function askView({ id, call, reason = '' }: OutsideAsk): CallView {
  const asked = msg("The browser's agent asks for it.");
  return { type: 'call', id, call, approval: 'pending', reason: `${asked} ${reason}`.trim(), started: false };
}
