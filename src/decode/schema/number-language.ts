/**
 * Ranges and multiples of numbers -> the decimal texts that stand for them, without exponent, no longer than a double
 * holds exactly. Texts are compared as decimals, and reading a text as a double keeps the order. Knows decimals; nothing
 * of schemas.
 */
import { patternLanguage } from './pattern-language.ts';
import type { Language, Languages } from './text-language.ts';

export interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

export interface NumberBounds {
  readonly integer: boolean;
  readonly lows: readonly Bound[];
  readonly highs: readonly Bound[];
  readonly multiples: readonly number[];
  readonly notMultiples: readonly number[];
  readonly excluded: readonly number[];
}

/** Digits that a double always keeps. */
const exactDigits = 15;
/** Digits before the point of a multiple, where a bound has no more: each takes as many states as there are remainders. */
const usualDigits = 9;
/** Digits after the point, where a bound has no more. */
const usualDecimals = 6;
/** Remainders that an automaton tells apart. */
const mostRemainders = 1000;

interface Decimal {
  readonly negative: boolean;
  /** Without leading zeros; `0` for none. */
  readonly whole: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

function decimalOf(value: number): Decimal {
  const [coefficient = '0', exponent = '0'] = Math.abs(value).toString().split('e');
  const [whole = '0', fraction = ''] = coefficient.split('.');
  const point = whole.length + Number(exponent);
  const digits = `${whole}${fraction}`;
  const padded = point > 0 ? digits.padEnd(point, '0') : `${'0'.repeat(1 - point)}${digits}`;
  const at = Math.max(point, 1);
  return {
    negative: value < 0,
    whole: padded.slice(0, at).replace(/^0+(?=\d)/, ''),
    fraction: padded.slice(at).replace(/0+$/, ''),
  };
}

/** The factor that makes a multiple whole, as a count of decimals, and the whole number; undefined where that is large. */
function scaled(multiple: number): { readonly decimals: number; readonly modulus: number } | undefined {
  const { whole, fraction } = decimalOf(multiple);
  const modulus = Number(`${whole}${fraction}`);
  return modulus <= mostRemainders && fraction.length <= usualDecimals
    ? { decimals: fraction.length, modulus }
    : undefined;
}

/** True where a multiple is told by its remainders while the number is written. */
export function isWritableMultiple(multiple: number): boolean {
  return scaled(multiple) !== undefined;
}

export function numberLanguage(languages: Languages, bounds: NumberBounds): Language {
  const read = (source: string): Language => patternLanguage(languages, `^(?:${source})$`);
  const values = [...bounds.lows, ...bounds.highs].map(({ value }) => decimalOf(value));
  const longestWhole = Math.max(1, ...values.map(({ whole }) => whole.length));
  const longestFraction = Math.max(0, ...values.map(({ fraction }) => fraction.length));
  const usual = Math.max(longestFraction, Math.min(usualDecimals, exactDigits - longestWhole));
  // A multiple has no more decimals than its factor, but for zeros.
  const decimals = Math.min(
    usual,
    ...bounds.multiples.map((multiple) => decimalOf(multiple).fraction.length),
  );
  const digits = bounds.multiples.length === 0 ? exactDigits : Math.max(longestWhole, usualDigits);
  const whole = `(?:0|[1-9][0-9]{0,${digits - 1}})`;
  const fraction = bounds.integer || decimals <= 0 ? '' : `(?:\\.[0-9]{1,${decimals}})?`;
  const unsigned = read(`${whole}${fraction}`);
  const minus = languages.text('-');
  const form = languages.either(
    unsigned,
    languages.sequence(minus, languages.both(unsigned, languages.not(read('0(?:\\.0*)?')))),
  );
  /** Texts of the form that stand for a number above the value, or for the value itself. */
  const above = ({ value, exclusive }: Bound): Language => {
    const { negative, ...size } = decimalOf(value);
    if (!negative) return larger(languages, size, exclusive);
    const farther = larger(languages, size, !exclusive);
    return languages.both(
      languages.either(unsigned, languages.sequence(minus, languages.all)),
      languages.not(languages.sequence(minus, farther)),
    );
  };
  const notMultiple = (multiple: number): Language => languages.not(multiplesOf(languages, multiple));
  return languages.both(
    form,
    ...bounds.lows.map(above),
    ...bounds.highs.map(({ value, exclusive }) => languages.not(above({ value, exclusive: !exclusive }))),
    ...bounds.multiples.map((multiple) => multiplesOf(languages, multiple)),
    ...bounds.notMultiples.map(notMultiple),
    ...bounds.excluded.map((value) =>
      languages.not(
        languages.both(above({ value, exclusive: false }), languages.not(above({ value, exclusive: true }))),
      ),
    ),
  );
}

/** Unsigned decimals above the size, or equal to it. */
function larger(
  languages: Languages,
  { whole, fraction }: Pick<Decimal, 'whole' | 'fraction'>,
  exclusive: boolean,
): Language {
  const read = (source: string): Language => patternLanguage(languages, `^(?:${source})$`);
  const rest = read('(?:\\.[0-9]+)?');
  const same = (digits: string): Language => languages.text(digits);
  const wholes = [read(`[1-9][0-9]{${whole.length},}`)];
  for (const [index, digit] of Array.from(whole).entries()) {
    if (digit === '9') continue;
    const next = read(`[${Number(digit) + 1}-9][0-9]{${whole.length - index - 1}}`);
    wholes.push(languages.sequence(same(whole.slice(0, index)), next));
  }
  const fractions = Array.from(fraction).flatMap((digit, index) =>
    digit === '9'
      ? []
      : [languages.sequence(same(fraction.slice(0, index)), read(`[${Number(digit) + 1}-9][0-9]*`))],
  );
  const beyond = languages.sequence(same(fraction), read(exclusive ? '0*[1-9][0-9]*' : '[0-9]*'));
  const point = languages.text('.');
  const equalWhole = languages.either(
    languages.sequence(point, languages.either(...fractions, beyond)),
    ...(fraction === '' && !exclusive ? [languages.empty] : []),
  );
  return languages.either(
    languages.sequence(languages.either(...wholes), rest),
    languages.sequence(same(whole), equalWhole),
  );
}

/** Throws RangeError for a multiple that is not writable. */
function multiplesOf(languages: Languages, multiple: number): Language {
  const scale = scaled(multiple);
  if (scale === undefined) throw new RangeError(`Multiples of ${multiple} have too many remainders.`);
  const { decimals, modulus } = scale;
  const read = (source: string): Language => patternLanguage(languages, `^(?:${source})$`);
  const forms = Array.from({ length: decimals + 1 }, (_, written) => {
    const shape = read(written === 0 ? '-?[0-9]+' : `-?[0-9]+\\.[0-9]{${written}}`);
    const padding = 10 ** (decimals - written);
    const remainder = languages.multipleOf(modulus / greatestCommonDivisor(modulus, padding));
    const whole = languages.both(shape, remainder);
    // Zeros after the last decimal change nothing.
    return written < decimals ? whole : languages.sequence(whole, read(written === 0 ? '(?:\\.0+)?' : '0*'));
  });
  return languages.either(...forms);
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
