/**
 * Reads GBNF text and draws random members of its language: a second, independent reading of the grammars that
 * decode/ writes, for property tests. Covers the notation that decode/ uses.
 */
import type { Random } from '../../src/protocol/random.ts';

type Node =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'set';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [number, number])[];
    }
  | { readonly type: 'rule'; readonly name: string }
  | { readonly type: 'all'; readonly parts: readonly Node[] }
  | { readonly type: 'one'; readonly parts: readonly Node[] }
  | { readonly type: 'repeat'; readonly part: Node; readonly low: number; readonly high: number };

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    this.#space();
    return this.#at >= this.#text.length;
  }

  choice(): Node {
    const parts = [this.#all()];
    while (this.#take('|')) parts.push(this.#all());
    return parts.length === 1 ? parts[0]! : { type: 'one', parts };
  }

  #all(): Node {
    const parts: Node[] = [];
    for (;;) {
      this.#space();
      const next = this.#text[this.#at];
      if (next === undefined || next === '|' || next === ')') return { type: 'all', parts };
      parts.push(this.#repeated(this.#one()));
    }
  }

  #one(): Node {
    if (this.#take('(')) {
      const inner = this.choice();
      if (!this.#take(')')) throw new Error(`Missing ) at ${this.#at} in ${this.#text}`);
      return inner;
    }
    if (this.#take('"')) {
      let text = '';
      while (this.#text[this.#at] !== '"') text += String.fromCodePoint(this.#character());
      this.#at += 1;
      return { type: 'text', text };
    }
    if (this.#take('[')) return this.#set();
    const name = /^[a-zA-Z][a-zA-Z0-9-]*/.exec(this.#text.slice(this.#at))?.[0];
    if (name === undefined) throw new Error(`Unexpected ${this.#text.slice(this.#at, this.#at + 20)}`);
    this.#at += name.length;
    return { type: 'rule', name };
  }

  #set(): Node {
    const negated = this.#text[this.#at] === '^';
    if (negated) this.#at += 1;
    const ranges: (readonly [number, number])[] = [];
    while (this.#text[this.#at] !== ']') {
      const low = this.#character();
      const isRange = this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']';
      if (isRange) this.#at += 1;
      ranges.push([low, isRange ? this.#character() : low]);
    }
    this.#at += 1;
    return { type: 'set', negated, ranges };
  }

  #repeated(part: Node): Node {
    const next = this.#text[this.#at];
    const bounds = { '?': [0, 1], '*': [0, 5], '+': [1, 5] }[next ?? ''];
    if (bounds !== undefined) {
      this.#at += 1;
      return { type: 'repeat', part, low: bounds[0]!, high: bounds[1]! };
    }
    const match = /^\{(\d+)(?:,(\d+))?\}/.exec(this.#text.slice(this.#at));
    if (match === null) return part;
    this.#at += match[0].length;
    return { type: 'repeat', part, low: Number(match[1]), high: Number(match[2] ?? match[1]) };
  }

  #character(): number {
    const rest = this.#text.slice(this.#at);
    const hex = /^\\x([0-9A-F]{2})/.exec(rest);
    if (hex !== null) {
      this.#at += 4;
      return Number.parseInt(hex[1]!, 16);
    }
    if (rest.startsWith('\\')) {
      this.#at += 2;
      const named = { n: '\n', r: '\r', t: '\t' }[rest[1]!];
      return (named ?? rest[1]!).codePointAt(0)!;
    }
    const code = rest.codePointAt(0)!;
    this.#at += String.fromCodePoint(code).length;
    return code;
  }

  #take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }
}

/** A grammar as rules by name. Throws where the text is no GBNF or names a rule that is not there. */
export function readGrammar(text: string): ReadonlyMap<string, Node> {
  const rules = new Map<string, Node>();
  for (const line of text.split('\n')) {
    const [name, body] = [line.slice(0, line.indexOf(' ::= ')), line.slice(line.indexOf(' ::= ') + 5)];
    const reader = new Reader(body);
    rules.set(name, reader.choice());
    if (!reader.done) throw new Error(`Left over in ${line}`);
  }
  const missing = [...rules.values()].flatMap(names).filter((name) => !rules.has(name));
  if (missing.length > 0) throw new Error(`Undefined rules: ${missing.join(', ')}`);
  return rules;
}

function names(node: Node): string[] {
  if (node.type === 'rule') return [node.name];
  if (node.type === 'all' || node.type === 'one') return node.parts.flatMap(names);
  return node.type === 'repeat' ? names(node.part) : [];
}

const sampleCharacters = Array.from('abcXYZ019 ,.:;{}[]äß漢😀\'"\\/\n-_#');

/** A random member of the grammar's language. Recursion thins out with depth, so that it ends. */
export function sampleGrammar(rules: ReadonlyMap<string, Node>, random: Random): string {
  function draw(node: Node, depth: number): string {
    switch (node.type) {
      case 'text':
        return node.text;
      case 'rule':
        return draw(rules.get(node.name)!, depth + 1);
      case 'all':
        return node.parts.map((part) => draw(part, depth)).join('');
      case 'one':
        return draw(node.parts[Math.floor(random() * node.parts.length)]!, depth);
      case 'repeat': {
        const span = depth > 40 ? 0 : Math.min(node.high - node.low, 6);
        const times = node.low + Math.floor(random() * (span + 1));
        return Array.from({ length: times }, () => draw(node.part, depth)).join('');
      }
      case 'set': {
        const inRanges = (code: number): boolean =>
          node.ranges.some(([low, high]) => code >= low && code <= high);
        if (node.negated) {
          const allowed = sampleCharacters.filter((character) => !inRanges(character.codePointAt(0)!));
          return allowed[Math.floor(random() * allowed.length)]!;
        }
        const [low, high] = node.ranges[Math.floor(random() * node.ranges.length)]!;
        return String.fromCodePoint(low + Math.floor(random() * (high - low + 1)));
      }
      default:
        return node satisfies never;
    }
  }
  return draw(rules.get('root')!, 0);
}
