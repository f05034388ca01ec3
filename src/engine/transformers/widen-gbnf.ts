/**
 * Rules -> a grammar text for xgrammar that allows all that they allow, and more: long repetitions lose their upper
 * bound. xgrammar unrolls them, which costs seconds to compile and up to half a second a token; without the bound both
 * are milliseconds. What is allowed too much is refused by the recogniser. Knows notation; nothing of matching.
 */
import type { Expression, GrammarRules, Ranges } from './read-gbnf.ts';

/** A repetition of few, narrow characters is cheap to unroll. */
const cheapCopies = 16;
const cheapCharacters = 256;

const lastAscii = 0x7f;

function isCheap({ part, high }: Extract<Expression, { type: 'repeat' }>): boolean {
  if (high <= 1) return true;
  if (high > cheapCopies || part.type !== 'class') return false;
  return part.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0) <= cheapCharacters;
}

function escaped(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  if (/[a-zA-Z0-9]/.test(character)) return character;
  return codePoint > 0xffff
    ? `\\U${codePoint.toString(16).padStart(8, '0')}`
    : `\\u${codePoint.toString(16).padStart(4, '0')}`;
}

/** The one character of a class, or undefined where it has several. */
function onlyCharacter(expression: Expression): number | undefined {
  const [range, ...others] = expression.type === 'class' ? expression.ranges : [];
  return range !== undefined && others.length === 0 && range[0] === range[1] ? range[0] : undefined;
}

/** Parts with runs of single characters written as one text each: what xgrammar can see as forced. */
function printParts(parts: readonly Expression[]): string[] {
  const printed: string[] = [];
  let text = '';
  for (const part of parts) {
    const character = onlyCharacter(part);
    if (character !== undefined) text += escaped(character);
    else {
      if (text !== '') printed.push(`"${text}"`);
      text = '';
      printed.push(print(part));
    }
  }
  return text === '' ? printed : [...printed, `"${text}"`];
}

/** xgrammar reads a character of several bytes only where a class says what is not in it: all of them are let through. */
function printClass(ranges: Ranges): string {
  const ascii = ranges.flatMap(([first, last]) =>
    first > lastAscii ? [] : [[first, Math.min(last, lastAscii)] as const],
  );
  const listed = ascii.map(([first, last]) =>
    first === last ? escaped(first) : `${escaped(first)}-${escaped(last)}`,
  );
  const wide = ranges.some(([, last]) => last > lastAscii) ? [`[^${escaped(0)}-${escaped(lastAscii)}]`] : [];
  const parts = [...(listed.length === 0 ? [] : [`[${listed.join('')}]`]), ...wide];
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' | ')})`;
}

function print(expression: Expression): string {
  switch (expression.type) {
    case 'class': {
      const character = onlyCharacter(expression);
      if (character !== undefined) return `"${escaped(character)}"`;
      return printClass(expression.ranges);
    }
    case 'rule':
      return expression.name;
    case 'sequence':
      return expression.parts.length === 0 ? '""' : `(${printParts(expression.parts).join(' ')})`;
    case 'choice':
      return `(${expression.parts.map(print).join(' | ')})`;
    case 'repeat': {
      const { part, low, high } = expression;
      if (high === 0) return '""';
      if (isCheap(expression)) return `(${print(part)}){${String(low)},${String(high)}}`;
      return `(${print(part)})${low === 0 ? '*' : '+'}`;
    }
    default:
      return expression satisfies never;
  }
}

/** The wider grammar's text, with the same rule names. */
export function widenGbnf(rules: GrammarRules): string {
  return [...rules].map(([name, body]) => `${name} ::= ${print(body)}`).join('\n');
}
