/**
 * Findings in the leaves of a JSON value. A key is read as the words before its value: `{"phone": "0494 92 82 32"}` is
 * found as "phone: 0494 92 82 32" is. Knows JSON; what is found is handed in.
 */
import type { Json } from '../protocol/json.ts';
import type { Finding } from '../protocol/personal-data.ts';

export interface LeafFindings {
  /** The leaf as text. */
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** Findings by JSON Pointer, of every string and of every number that is personal as a whole. */
export function findInJson(
  value: Json,
  find: (text: string) => readonly Finding[],
): Map<string, LeafFindings> {
  const found = new Map<string, LeafFindings>();
  visit(value, '', '', (leaf, path, key) => {
    const text = String(leaf);
    const lead = key === '' ? '' : `${key}: `;
    const findings = find(lead + text)
      .filter(({ end }) => end > lead.length)
      .map(({ start, end, type, score, rule }) => ({
        start: Math.max(0, start - lead.length),
        end: end - lead.length,
        type,
        score,
        rule,
      }));
    if (typeof leaf === 'string') found.set(path, { text, findings });
    else if (findings.some(({ start, end }) => start === 0 && end === text.length))
      found.set(path, { text, findings });
  });
  return found;
}

type Leaf = string | number;

function visit(
  value: Json,
  path: string,
  key: string,
  at: (leaf: Leaf, path: string, key: string) => void,
): void {
  if (
    typeof value === 'string' ||
    (typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) > 9999)
  )
    at(value, path, key);
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) visit(item as Json, `${path}/${index}`, key, at);
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value))
      visit(item, `${path}/${escapePointer(name)}`, wordsOf(name), at);
}

/** The same value with each leaf mapped. */
export function mapJson(value: Json, map: (leaf: Leaf, path: string) => Json, path = ''): Json {
  if (typeof value === 'string' || typeof value === 'number') return map(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapJson(item as Json, map, `${path}/${index}`));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        mapJson(item, map, `${path}/${escapePointer(name)}`),
      ]),
    );
  return value;
}

/** RFC 6901, section 3. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** "phoneNumber", "phone_number" -> "phone number" */
function wordsOf(name: string): string {
  return name
    .slice(0, 60)
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/[^\p{L}\d]+/gu, ' ')
    .trim()
    .toLowerCase();
}
