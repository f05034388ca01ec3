/**
 * Reads arguments that the schema has already checked, so that their type is known again.
 */
import type { Json } from '../../protocol/json.ts';

/** The text, trimmed; empty where it was left out. */
export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value.trim() : '';
}
