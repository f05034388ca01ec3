/** What the roles of a log are called on the screen. Data only. */
import type { Role } from '../../protocol/vault.ts';
import { later } from '../translate.ts';

/** English; `msg` says them in the reader's language. */
export const roleNames: Readonly<Record<Role, string>> = {
  owner: later('owner'),
  curator: later('curator'),
  contributor: later('contributor'),
  auditor: later('auditor'),
};
