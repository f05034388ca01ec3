/**
 * Whether an HTML block is well-formed, and uses no element of ours, and no attribute of it, that the custom-elements manifest
 * does not have. Stricter than browsers: every element that is opened is closed.
 */
import type { Block } from './read-blocks.ts';

/** Elements of ours, each with its attributes. */
export type KnownElements = ReadonlyMap<string, ReadonlySet<string>>;

const empty = new Set(['meta', 'link', 'img', 'input', 'br', 'hr']);
const tags = /<!doctype html>|<!--.*?-->|<(\/?)([a-z][a-z0-9-]*)((?:\s+[^<>]*?)?)\s*(\/?)>/gs;
const attribute = /\s+([a-z][a-z0-9-]*)(?:="([^"<>]*)")?/gy;

/** Names of the attributes in a tag; undefined: what stands there is none. */
function attributesOf(text: string): readonly string[] | undefined {
  const found = Array.from(text.matchAll(attribute));
  const length = found.reduce((sum, [whole]) => sum + whole.length, 0);
  return length === text.trimEnd().length ? found.map(([, name = '']) => name) : undefined;
}

/** One sentence for each mistake. */
export function htmlMistakes({ code, file, line }: Block, known: KnownElements): readonly string[] {
  const mistakes: string[] = [];
  const open: string[] = [];
  const left = code.replaceAll(tags, (_, slash?: string, name?: string, rest = '') => {
    if (name === undefined) return '';
    if (slash === '/') {
      const expected = open.pop();
      if (expected !== name) mistakes.push(`</${name}> closes <${expected ?? 'nothing'}>`);
      return '';
    }
    if (!empty.has(name)) open.push(name);
    const attributes = attributesOf(rest);
    if (attributes === undefined) mistakes.push(`<${name}${rest}> has something that is no attribute`);
    if (!name.includes('-')) return '';
    const own = known.get(name);
    if (own === undefined) mistakes.push(`<${name}> is not known`);
    const unknown = attributes?.filter(
      (item) => own?.has(item) === false && !/^(id|class|lang|slot)$/.test(item),
    );
    mistakes.push(...(unknown ?? []).map((item) => `<${name}> has no attribute ${item}`));
    return '';
  });
  if (/[<>]/.test(left)) mistakes.push('there is a < or > that belongs to no tag');
  mistakes.push(...open.map((name) => `<${name}> is not closed`));
  return mistakes.map((mistake) => `${file}:${String(line)}: ${mistake}`);
}
