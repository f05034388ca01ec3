/** Names a set of rows by what is in it: the same rows have the same name on every device, in any order. */
import type { ToolCallRow } from '../flywheel/tool-call-row.ts';
import { inHexadecimal } from '../protocol/bytes.ts';

/** Lower-case hexadecimal SHA-256 of the rows. */
export async function taskIdOf(rows: readonly ToolCallRow[]): Promise<string> {
  const texts = rows.map(({ turns, tools, expected }) => JSON.stringify([turns, tools, expected]));
  const bytes = new TextEncoder().encode(texts.toSorted().join('\n'));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return inHexadecimal(digest);
}
