/**
 * Identifiers. Every run, subtask, step, call, event and request has a UUIDv7 (RFC 9562, section 5.7):
 * its first 48 bits are the time in milliseconds, so ids sort by creation in any index.
 */
import { v7 } from 'uuid';

/** A UUIDv7. */
export type Id = string;

/** A new UUIDv7, lower case. Ids made in one thread are strictly increasing. */
export function newId(): Id {
  return v7();
}
