/** JSON as a word: names and patterns that ought to be texts are taken as they are. Knows nothing else. */
import type { Json } from '../../protocol/json.ts';

export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
