/**
 * GBNF text -> rules as data, by llama.cpp's `grammars/README.md`. Refuses, with the line, what is no grammar: a rule
 * that is not there, a rule that begins with itself. Knows the notation; nothing of matching.
 */

/** Code points from the first to the last of each pair, ascending. */
export type Ranges = readonly (readonly [first: number, last: number])[];

export type Expression =
  /** One character of these. */
  | { readonly type: 'class'; readonly ranges: Ranges }
  | { readonly type: 'rule'; readonly name: string }
  | { readonly type: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly type: 'choice'; readonly parts: readonly Expression[] }
  | { readonly type: 'repeat'; readonly part: Expression; readonly low: number; readonly high: number };

export type GrammarRules = ReadonlyMap<string, Expression>;

/** Brackets within brackets: deeper ones are a mistake, and would use up the stacks of those who read them. */
const deepest = 100;
const lastCodePoint = 0x10ffff;
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const namedEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ...['"', '\\', '[', ']', '-', '^'].map((character) => [character, character] as const),
]);

/** Every code point that is not in the ranges. */
function complement(ranges: Ranges): Ranges {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [first, last] of ranges.toSorted(([left], [right]) => left - right)) {
    if (first > next) rest.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= lastCodePoint) rest.push([next, lastCodePoint]);
  return rest;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  rules(): Map<string, Expression> {
    const rules = new Map<string, Expression>();
    this.#space(true);
    while (this.#at < this.#text.length) {
      const name = this.#name();
      this.#space(false);
      this.#expect('::=');
      this.#space(true);
      if (rules.has(name)) throw this.#error(`a second rule ${name}`);
      rules.set(name, this.#choice(false));
      const next = this.#text[this.#at];
      if (next !== undefined && next !== '\n' && next !== '\r')
        throw this.#error(`"${next}" after the rule ${name}`);
      this.#space(true);
    }
    return rules;
  }

  #choice(nested: boolean): Expression {
    const parts = [this.#sequence(nested)];
    while (this.#text[this.#at] === '|') {
      this.#at += 1;
      this.#space(true);
      parts.push(this.#sequence(nested));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { type: 'choice', parts };
  }

  #sequence(nested: boolean): Expression {
    const parts: Expression[] = [];
    for (;;) {
      const part = this.#part();
      if (part === undefined) break;
      this.#space(nested);
      parts.push(this.#repeated(part, nested));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { type: 'sequence', parts };
  }

  #part(): Expression | undefined {
    const next = this.#text[this.#at] ?? '';
    if (next === '"') return this.#literal();
    if (next === '[') return this.#class();
    if (next === '.') {
      this.#at += 1;
      return { type: 'class', ranges: [[0, lastCodePoint]] };
    }
    if (next === '(') {
      this.#at += 1;
      this.#depth += 1;
      if (this.#depth > deepest) throw this.#error('too many brackets within brackets');
      this.#space(true);
      const inner = this.#choice(true);
      this.#expect(')');
      this.#depth -= 1;
      return inner;
    }
    return /[a-zA-Z0-9-]/.test(next) ? { type: 'rule', name: this.#name() } : undefined;
  }

  #literal(): Expression {
    this.#at += 1;
    const parts: Expression[] = [];
    while (this.#text[this.#at] !== '"') {
      const code = this.#character();
      parts.push({ type: 'class', ranges: [[code, code]] });
    }
    this.#at += 1;
    return { type: 'sequence', parts };
  }

  #class(): Expression {
    this.#at += 1;
    const negated = this.#text[this.#at] === '^';
    if (negated) this.#at += 1;
    const ranges: [number, number][] = [];
    while (this.#text[this.#at] !== ']') {
      const first = this.#character();
      let last = first;
      if (this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at += 1;
        last = this.#character();
      }
      if (last < first) throw this.#error('a range that runs backwards');
      ranges.push([first, last]);
    }
    this.#at += 1;
    const joined = complement(complement(ranges));
    if (joined.length === 0 && !negated) throw this.#error('a class of no characters');
    return { type: 'class', ranges: negated ? complement(joined) : joined };
  }

  #repeated(part: Expression, nested: boolean): Expression {
    let result = part;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === '*') result = { type: 'repeat', part: result, low: 0, high: Infinity };
      else if (next === '+') result = { type: 'repeat', part: result, low: 1, high: Infinity };
      else if (next === '?') result = { type: 'repeat', part: result, low: 0, high: 1 };
      else if (next === '{') result = this.#bounded(result);
      else return result;
      this.#at += 1;
      this.#space(nested);
    }
  }

  /** Leaves the closing bracket to be passed. */
  #bounded(part: Expression): Expression {
    const match = /^\{\s*(\d+)\s*(?:(,)\s*(\d*)\s*)?\}/.exec(this.#text.slice(this.#at, this.#at + 64));
    if (match === null) throw this.#error('a repetition without numbers');
    const [whole, low, comma, high] = match;
    this.#at += whole.length - 1;
    const least = Number(low);
    const most = comma === undefined ? least : high === '' ? Infinity : Number(high);
    if (most < least) throw this.#error('a repetition that runs backwards');
    return { type: 'repeat', part, low: least, high: most };
  }

  #character(): number {
    const next = this.#text.codePointAt(this.#at);
    if (next === undefined || next === 10) throw this.#error('no closing mark');
    const character = String.fromCodePoint(next);
    this.#at += character.length;
    if (character !== '\\') return next;
    const mark = this.#text[this.#at] ?? '';
    this.#at += 1;
    const named = namedEscapes.get(mark);
    if (named !== undefined) return named.codePointAt(0) ?? 0;
    const digits = this.#text.slice(this.#at, this.#at + (hexDigits[mark] ?? 0));
    this.#at += digits.length;
    const code = Number.parseInt(digits, 16);
    if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length !== hexDigits[mark] || code > lastCodePoint)
      throw this.#error(`the unknown escape \\${mark}`);
    return code;
  }

  #name(): string {
    const name = /^[a-zA-Z0-9-]+/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0];
    if (name === undefined) throw this.#error('no rule name');
    this.#at += name.length;
    return name;
  }

  #expect(mark: string): void {
    if (!this.#text.startsWith(mark, this.#at)) throw this.#error(`no ${mark}`);
    this.#at += mark.length;
  }

  /** Passes white space and comments; line ends only where the rule may go on after them. */
  #space(lines: boolean): void {
    const pattern = lines ? /(?:[ \t\r\n]|#[^\n]*)*/y : /(?:[ \t]|#[^\n]*)*/y;
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0;
  }

  #error(what: string): SyntaxError {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    return new SyntaxError(`Line ${String(line)} of the grammar has ${what}.`);
  }
}

function rulesIn(expression: Expression): readonly string[] {
  switch (expression.type) {
    case 'class':
      return [];
    case 'rule':
      return [expression.name];
    case 'repeat':
      return rulesIn(expression.part);
    case 'sequence':
    case 'choice':
      return expression.parts.flatMap(rulesIn);
    default:
      return expression satisfies never;
  }
}

/** Names of the rules that may match no character at all. */
function nullableRules(rules: GrammarRules): ReadonlySet<string> {
  const names = new Set<string>();
  for (let before = -1; before < names.size;) {
    before = names.size;
    for (const [name, body] of rules) if (isNullable(body, names)) names.add(name);
  }
  return names;
}

/** True where the expression may match no character at all; `nullable` are the rules that may. */
export function isNullable(expression: Expression, nullable: ReadonlySet<string>): boolean {
  switch (expression.type) {
    case 'class':
      return false;
    case 'rule':
      return nullable.has(expression.name);
    case 'repeat':
      return expression.low === 0 || isNullable(expression.part, nullable);
    case 'sequence':
      return expression.parts.every((part) => isNullable(part, nullable));
    case 'choice':
      return expression.parts.some((part) => isNullable(part, nullable));
    default:
      return expression satisfies never;
  }
}

/** Rules that an expression may begin with. */
function firstRules(expression: Expression, nullable: ReadonlySet<string>): readonly string[] {
  if (expression.type === 'repeat') return firstRules(expression.part, nullable);
  if (expression.type !== 'sequence') {
    return expression.type === 'choice'
      ? expression.parts.flatMap((part) => firstRules(part, nullable))
      : rulesIn(expression);
  }
  const end = expression.parts.findIndex((part) => !isNullable(part, nullable));
  const reach = end < 0 ? expression.parts : expression.parts.slice(0, end + 1);
  return reach.flatMap((part) => firstRules(part, nullable));
}

function checkBeginnings(rules: GrammarRules, nullable: ReadonlySet<string>): void {
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (name: string): void => {
    if (open.has(name)) throw new SyntaxError(`The rule ${name} begins with itself.`);
    const body = rules.get(name);
    if (done.has(name) || body === undefined) return;
    open.add(name);
    for (const next of firstRules(body, nullable)) visit(next);
    open.delete(name);
    done.add(name);
  };
  for (const name of rules.keys()) visit(name);
}

export interface Gbnf {
  readonly rules: GrammarRules;
  /** Names of the rules that may match no character at all. */
  readonly nullable: ReadonlySet<string>;
}

/** Reads a grammar. Throws SyntaxError that says what is wrong with it. */
export function readGbnf(text: string): Gbnf {
  const rules = new Reader(text).rules();
  if (!rules.has('root')) throw new SyntaxError('The grammar has no rule "root".');
  for (const body of rules.values()) {
    const missing = rulesIn(body).find((name) => !rules.has(name));
    if (missing !== undefined) throw new SyntaxError(`The grammar has no rule "${missing}".`);
  }
  const nullable = nullableRules(rules);
  checkBeginnings(rules, nullable);
  return { rules, nullable };
}
