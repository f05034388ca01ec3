/** What stands before the names of a source's tools: short, made of its name, and no other source's. Pure. */

const longest = 20;
/** Words of host names that say nothing of who it is. */
const empty = new Set(['www', 'api', 'mcp', 'com', 'org', 'net', 'dev', 'io', 'co']);

/** The alias for a host name or a title: `tools` of `mcp.tools.example.org`. */
export function aliasFor(name: string, taken: readonly string[]): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => /^[a-z]/.test(word));
  const [word = 'server'] = words.some((one) => !empty.has(one))
    ? words.filter((one) => !empty.has(one))
    : words;
  for (let count = 1; ; count += 1) {
    const ending = count === 1 ? '' : String(count);
    const alias = word.slice(0, longest - ending.length) + ending;
    if (!taken.includes(alias)) return alias;
  }
}
