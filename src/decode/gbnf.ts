/**
 * Writing GBNF, the grammar notation of llama.cpp (its `grammars/README.md`), read by xgrammar too.
 * Knows rules and literals; nothing of JSON or schemas.
 */

/** Collects rules; equal bodies share one rule, so that a grammar stays small however often a type recurs. */
export class GrammarBuilder {
  readonly #rules = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** The name of a rule with this body, made from `hint` where it is new. */
  rule(hint: string, body: string): string {
    if (this.#rules.has(body)) return body;
    const known = this.#names.get(body);
    if (known !== undefined) return known;
    const name = this.reserve(hint);
    this.define(name, body);
    this.#names.set(body, name);
    return name;
  }

  /** A fresh rule name whose body is given later with `define`: what a recursive schema needs. */
  reserve(hint: string): string {
    const base = hint.replaceAll(/[^a-zA-Z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'rule';
    let name = base;
    for (let suffix = 2; this.#rules.has(name); suffix += 1) name = `${base}-${suffix}`;
    this.#rules.set(name, '');
    return name;
  }

  define(name: string, body: string): void {
    this.#rules.set(name, body);
  }

  /** The grammar's text, with `root` as its root rule and the rules that it leads to. */
  text(root: string): string {
    const reached = new Set<string>();
    const open = namesIn(root);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const body = this.#rules.get(name);
      if (body === undefined || reached.has(name)) continue;
      reached.add(name);
      open.push(...namesIn(body));
    }
    const lines = [...this.#rules].flatMap(([name, body]) =>
      reached.has(name) ? [`${name} ::= ${body}`] : [],
    );
    return [`root ::= ${root}`, ...lines].join('\n');
  }
}

/** Names of rules in an expression; literals, classes and bounds are none. */
function namesIn(expression: string): string[] {
  const rest = expression.replaceAll(/"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|\{[\d,]*\}/g, ' ');
  return rest.match(/[a-zA-Z0-9-]+/g) ?? [];
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A text as a GBNF literal. */
export function literal(text: string): string {
  const body = Array.from(text, (character) => {
    const escaped = escapes[character];
    if (escaped !== undefined) return escaped;
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 || code === 0x7f
      ? `\\x${code.toString(16).padStart(2, '0').toUpperCase()}`
      : character;
  });
  return `"${body.join('')}"`;
}

/** `a | b | c`, in brackets where there is more than one. */
export function oneOf(alternatives: readonly string[]): string {
  const [first, ...rest] = [...new Set(alternatives)];
  if (first === undefined) throw new RangeError('A choice needs at least one alternative.');
  return rest.length === 0 ? first : `(${[first, ...rest].join(' | ')})`;
}
