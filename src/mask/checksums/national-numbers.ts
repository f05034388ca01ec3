/**
 * Numbers that states give to people, by their form and check digits. `needsContext` marks forms that other numbers
 * have too: they count only near a word for such a number.
 */
import { isLuhn, isMod1110, isVerhoeff, remainder97, weightedSum } from './digits.ts';

interface NationalNumber {
  readonly name: string;
  /** Lengths that its first run of letters and digits may have. */
  readonly firstLengths: readonly number[];
  readonly pattern: RegExp;
  /** `plain`: the number's letters and digits, capitals. */
  readonly checks: (plain: string) => boolean;
  readonly needsContext: boolean;
}

function isDay(month: string, day: string): boolean {
  const [m, d] = [Number(month), Number(day)];
  return m >= 1 && m <= 12 && d >= 1 && d <= 31;
}

const hetuLetters = '0123456789ABCDEFHJKLMNPRSTUVWXY';
const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';
const oddFiscal = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/** Italy's codice fiscale: odd and even places weigh differently; the last letter is the sum's remainder by 26. */
function isFiscalCode(plain: string): boolean {
  let sum = 0;
  for (let at = 0; at < 15; at += 1) {
    const code = plain.charCodeAt(at);
    const value = code < 58 ? code - 48 : code - 65;
    sum += at % 2 === 0 ? (oddFiscal[value] ?? 0) : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === plain.charAt(15);
}

/** Brazil's CPF: two digits by weights falling to 2. */
function isCpf(plain: string): boolean {
  if (/^(\d)\1+$/.test(plain)) return false;
  return [9, 10].every((length) => {
    const weights = Array.from({ length }, (_, at) => length + 1 - at);
    return ((weightedSum(plain, weights) * 10) % 11) % 10 === Number(plain.charAt(length));
  });
}

function isDni(plain: string): boolean {
  const digits = plain.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return dniLetters.charAt(Number(digits) % 23) === plain.at(-1);
}

const numbers: readonly NationalNumber[] = [
  {
    name: 'a Spanish DNI or NIE',
    firstLengths: [8, 9],
    pattern: /^(?:\d{8}|[XYZ]\d{7})-?[A-Z](?![A-Z\d])/i,
    checks: isDni,
    needsContext: false,
  },
  {
    name: 'an Italian codice fiscale',
    firstLengths: [16],
    pattern: /^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![A-Z\d])/i,
    checks: isFiscalCode,
    needsContext: false,
  },
  {
    name: 'a French NIR',
    firstLengths: [1, 3, 15],
    pattern: /^[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)/i,
    checks: (plain) => {
      const body = plain.slice(0, 13).replace('2A', '19').replace('2B', '18');
      return 97 - remainder97(body) === Number(plain.slice(13));
    },
    needsContext: false,
  },
  {
    name: 'a Brazilian CPF',
    firstLengths: [3],
    pattern: /^\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/,
    checks: isCpf,
    needsContext: false,
  },
  {
    name: 'a Brazilian CPF',
    firstLengths: [11],
    pattern: /^\d{11}(?!\d)/,
    checks: isCpf,
    needsContext: true,
  },
  {
    name: 'a British National Insurance number',
    firstLengths: [2, 9, 4, 8],
    pattern:
      /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Z\d])/i,
    checks: () => true,
    needsContext: false,
  },
  {
    name: 'a British NHS number',
    firstLengths: [3, 10],
    pattern: /^\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)/,
    checks: (plain) => {
      const check = 11 - (weightedSum(plain, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
      return (check === 11 ? 0 : check) === Number(plain.charAt(9));
    },
    needsContext: true,
  },
  {
    name: 'an Indian Aadhaar number',
    firstLengths: [4, 12],
    pattern: /^[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}(?![\d]|[ -]\d)/,
    checks: isVerhoeff,
    needsContext: true,
  },
  {
    name: 'an Indian PAN',
    firstLengths: [10],
    pattern: /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?![A-Z\d])/,
    checks: () => true,
    needsContext: false,
  },
  {
    name: 'a German tax number',
    firstLengths: [2, 11],
    pattern: /^[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?!\d)/,
    checks: isMod1110,
    needsContext: true,
  },
  {
    name: 'a Canadian SIN',
    firstLengths: [3],
    pattern: /^\d{3}[ -]\d{3}[ -]\d{3}(?![\d]|-\d)/,
    checks: isLuhn,
    needsContext: true,
  },
  {
    name: 'a Swedish personnummer',
    firstLengths: [6, 8],
    pattern: /^(?:19|20)?\d{6}[-+]\d{4}(?!\d)/,
    checks: (plain) => isLuhn(plain.slice(-10)) && isDay(plain.slice(-8, -6), plain.slice(-6, -4)),
    needsContext: false,
  },
  {
    name: 'a Finnish henkilötunnus',
    firstLengths: [6, 11],
    pattern: /^\d{6}[-+ABCDEFYXWVU]\d{3}[\dA-FHJ-NPR-Y](?![A-Z\d])/,
    checks: (plain) => {
      const digits = plain.replaceAll(/[^\dA-Z]/g, '');
      const body = `${digits.slice(0, 6)}${digits.slice(-4, -1)}`;
      return (
        isDay(digits.slice(2, 4), digits.slice(0, 2)) &&
        hetuLetters.charAt(Number(body) % 31) === digits.at(-1)
      );
    },
    needsContext: false,
  },
  {
    name: 'a Polish PESEL',
    firstLengths: [11],
    pattern: /^\d{11}(?!\d)/,
    checks: (plain) =>
      (10 - (weightedSum(plain, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === Number(plain.charAt(10)),
    needsContext: true,
  },
  {
    name: 'a Dutch BSN',
    firstLengths: [9],
    pattern: /^\d{9}(?!\d)/,
    checks: (plain) => weightedSum(plain, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    needsContext: true,
  },
];

export interface FoundNumber {
  readonly name: string;
  readonly length: number;
}

const byFirstLength = new Map<number, readonly NationalNumber[]>();
for (const number of numbers)
  for (const length of number.firstLengths)
    byFirstLength.set(length, [...(byFirstLength.get(length) ?? []), number]);

/** What the text begins with, where that is a number whose check digits are right. */
export function nationalNumberOf(
  text: string,
  { firstLength, hasContext }: { readonly firstLength: number; readonly hasContext: boolean },
): FoundNumber | undefined {
  for (const { name, pattern, checks, needsContext } of byFirstLength.get(firstLength) ?? []) {
    if (needsContext && !hasContext) continue;
    const [found = ''] = pattern.exec(text) ?? [];
    if (found !== '' && checks(found.toUpperCase().replaceAll(/[^A-Z\d]/g, '')))
      return { name, length: found.length };
  }
  return undefined;
}
