/**
 * IBANs, wallets, and the many numbers of documents: passport, licence, medical record, national numbers with their
 * check digits. Knows one token's form and the words before it.
 */
import type { Finding, PersonalDataType } from '../../protocol/personal-data.ts';
import { ibanLength, isIban } from '../checksums/iban.ts';
import { nationalNumberOf } from '../checksums/national-numbers.ts';
import { isBase58Check, isEthereumCase, isSegwit } from '../checksums/wallet.ts';
import { meaningBits } from '../keywords.ts';
import { distanceBefore, form, isAfter, isBefore, meaningsBefore } from '../scan.ts';
import type { Scan } from '../scan.ts';

type Add = (finding: Finding) => void;

export function findAccounts(scan: Scan, add: Add): void {
  const { text, count, starts, ends, forms } = scan;
  for (let token = 0; token < count; token += 1) {
    if (((forms[token] ?? 0) & form.digits) === 0) continue;
    const start = starts[token] ?? 0;
    const length = (ends[token] ?? 0) - start;
    if (length < 2 || /[\w]/.test(text.charAt(start - 1))) continue;
    if (length >= 4 && length <= 34) findIban(scan, token, add);
    if (length >= 25) findWallet(scan, token, add);
    if (length <= 20) {
      findDocument(scan, token, add);
      findNational(scan, token, add);
    }
  }
}

function findIban(scan: Scan, token: number, add: Add): void {
  const { text, starts } = scan;
  const start = starts[token] ?? 0;
  const country = text.slice(start, start + 2).toUpperCase();
  if (!/^[a-z]{2}\d{2}/i.test(text.slice(start, start + 4))) return;
  const length = ibanLength(country);
  if (length === undefined) return;
  let end = start;
  let letters = '';
  while (letters.length < length && end < text.length && end - start < 44) {
    const character = text.charAt(end);
    if (/[a-z\d]/i.test(character)) letters += character;
    else if (!/[ -]/.test(character) || /[ -]/.test(text.charAt(end - 1))) break;
    end += 1;
  }
  if (letters.length !== length || /[a-z\d]/i.test(text.charAt(end))) return;
  const checks = isIban(letters.toUpperCase());
  const hasContext = isBefore(scan, token, meaningBits.bank, 8);
  if (!checks && !hasContext) return;
  add({
    start,
    end,
    type: 'IBAN',
    score: checks ? 0.97 : 0.7,
    rule: checks ? 'checksum of an IBAN' : 'form of an IBAN after a word for accounts',
  });
}

function findWallet(scan: Scan, token: number, add: Add): void {
  const { text, starts, ends } = scan;
  const start = starts[token] ?? 0;
  const end = ends[token] ?? 0;
  const word = text.slice(start, Math.min(end, start + 100));
  const hasContext =
    isBefore(scan, token, meaningBits.wallet, 6) || isAfter(scan, token + 1, meaningBits.wallet, 3);
  const judged = judgeWallet(word);
  if (judged === undefined) return;
  add({
    start,
    end,
    type: 'CRYPTO',
    score: judged.checks ? 0.95 : hasContext ? 0.8 : 0.45,
    rule: judged.checks ? `checksum of ${judged.kind}` : `form of ${judged.kind}`,
  });
}

function judgeWallet(word: string): { readonly kind: string; readonly checks: boolean } | undefined {
  if (/^(?:bc|tb|ltc)1[02-9ac-hj-np-z]{11,87}$/i.test(word))
    return { kind: 'a segwit address', checks: isSegwit(word) };
  if (/^0x[\da-f]{40}$/i.test(word))
    return { kind: 'an Ethereum address', checks: isEthereumCase(word.slice(2)) };
  if (
    /^[13LMDrT][1-9A-HJ-NP-Za-km-z]{25,34}$/.test(word) &&
    /\d.*\d/.test(word) &&
    /[a-z]/.test(word) &&
    /[A-Z]/.test(word)
  )
    return { kind: 'a Base58 address', checks: isBase58Check(word) };
  return undefined;
}

interface DocumentRule {
  readonly type: PersonalDataType;
  readonly after: number;
  readonly pattern: RegExp;
  readonly rule: string;
  readonly reach: number;
}

const documents: readonly DocumentRule[] = [
  {
    type: 'US_PASSPORT',
    after: meaningBits.passport,
    pattern: /^(?:[A-Z]\d{8}|\d{9}|[A-Z]{1,2}\d{6,8}|[CFGHJKLMNPRTVWXYZ\d]{9})$/i,
    rule: 'number after a word for passports',
    reach: 5,
  },
  {
    type: 'MEDICAL_RECORD',
    after: meaningBits.medical,
    pattern: /^(?=(?:.*\d){4})[A-Z\d]{5,14}$/i,
    rule: 'number after a word for medical records',
    reach: 3,
  },
  {
    type: 'DRIVER_LICENSE',
    after: meaningBits.licence,
    pattern: /^(?=(?:.*\d){4})[A-Z\d]{5,18}$/i,
    rule: 'number after a word for driving licences',
    reach: 4,
  },
  {
    type: 'VEHICLE',
    after: meaningBits.vehicle,
    pattern: /^(?:[A-HJ-NPR-Z\d]{17}|[A-Z\d]{5,8})$/i,
    rule: 'number after a word for vehicles',
    reach: 3,
  },
  {
    type: 'ACCOUNT',
    after: meaningBits.bank,
    pattern: /^\d{6,17}$/,
    rule: 'number after a word for accounts',
    reach: 4,
  },
];

/** Every meaning that one of the rules waits for. */
const announced = documents.reduce((all, { after }) => all | after, 0);

function findDocument(scan: Scan, token: number, add: Add): void {
  const { text, starts, ends } = scan;
  const start = starts[token] ?? 0;
  const end = ends[token] ?? 0;
  const word = text.slice(start, end);
  const near = meaningsBefore(scan, token, 6);
  const isPassportForm = word.length === 9 && /^[A-Z]\d{8}$/.test(word);
  if (word.length < 5 || ((near & announced) === 0 && !isPassportForm) || /[-.]/.test(text.charAt(start - 1)))
    return;
  if (/^[@.]\w/.test(text.slice(end, end + 2))) return;
  if (isPassportForm && (near & meaningBits.passport) === 0)
    add({ start, end, type: 'US_PASSPORT', score: 0.42, rule: 'form of a United States passport number' });
  for (const { type, after, pattern, rule, reach } of documents) {
    const distance = distanceBefore(scan, token, after, reach);
    if (distance === 0 || !pattern.test(word)) continue;
    if (isBefore(scan, token, meaningBits.notPersonal, distance)) continue;
    add({ start, end, type, score: 0.8 - distance * 0.02, rule });
  }
}

function findNational(scan: Scan, token: number, add: Add): void {
  const { text, starts } = scan;
  const start = starts[token] ?? 0;
  if (/[\d.,+(-]/.test(text.charAt(start - 1))) return;
  const hasContext =
    isBefore(scan, token, meaningBits.nationalId | meaningBits.social | meaningBits.medical, 6) ||
    isAfter(scan, token + 1, meaningBits.nationalId, 2);
  const found = nationalNumberOf(text.slice(start, start + 24), {
    firstLength: (scan.ends[token] ?? 0) - start,
    hasContext,
  });
  if (found === undefined) return;
  if (isBefore(scan, token, meaningBits.notPersonal, 3) && !hasContext) return;
  add({
    start,
    end: start + found.length,
    type: 'NATIONAL_ID',
    score: hasContext ? 0.9 : 0.6,
    rule: `checksum of ${found.name}`,
  });
}
