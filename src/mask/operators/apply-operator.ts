/**
 * One finding's text to what stands in its place. Knows every kind and operator; nothing of texts around it.
 */
import type { MaskingOperator, PersonalDataType } from '../../protocol/personal-data.ts';
import { meaningBits, meaningsOfWord } from '../keywords.ts';
import { generaliseDate, shiftDate } from './dates.ts';
import type { KeyedChoices } from './keyed-choice.ts';
import type { NameBook } from './name-book.ts';
import {
  makeUpCard,
  makeUpIban,
  makeUpNational,
  makeUpPhone,
  makeUpSecret,
  makeUpSocial,
  makeUpWallet,
  plainOf,
} from './number-surrogates.ts';
import { makeUpEmail, makeUpHardwareAddress, makeUpInternetAddress, makeUpUrl } from './online-surrogates.ts';
import { sameForm } from './same-form.ts';

export interface OperatorTools {
  readonly choices: KeyedChoices;
  readonly book: NameBook;
}

/** What is done with each kind where nothing else is said. */
export const defaultOperators: Readonly<Record<PersonalDataType, MaskingOperator>> = {
  PERSON: { type: 'surrogate' },
  LOCATION: { type: 'surrogate' },
  ORGANIZATION: { type: 'surrogate' },
  ADDRESS: { type: 'surrogate' },
  EMAIL: { type: 'surrogate' },
  PHONE: { type: 'surrogate' },
  CREDIT_CARD: { type: 'surrogate' },
  IBAN: { type: 'surrogate' },
  ACCOUNT: { type: 'surrogate' },
  SSN: { type: 'surrogate' },
  US_PASSPORT: { type: 'surrogate' },
  DRIVER_LICENSE: { type: 'surrogate' },
  NATIONAL_ID: { type: 'surrogate' },
  MEDICAL_RECORD: { type: 'surrogate' },
  IP_ADDRESS: { type: 'surrogate' },
  MAC_ADDRESS: { type: 'surrogate' },
  URL: { type: 'surrogate' },
  CRYPTO: { type: 'surrogate' },
  API_KEY: { type: 'surrogate' },
  JWT: { type: 'redact' },
  PRIVATE_KEY: { type: 'redact' },
  PASSWORD: { type: 'surrogate' },
  DATE_OF_BIRTH: { type: 'generalise' },
  DATE: { type: 'keep' },
  AGE: { type: 'generalise' },
  ZIP_CODE: { type: 'surrogate' },
  TITLE: { type: 'keep' },
  NRP: { type: 'keep' },
  VEHICLE: { type: 'surrogate' },
};

export function applyOperator(
  operator: MaskingOperator,
  type: PersonalDataType,
  original: string,
  tools: OperatorTools,
): string {
  switch (operator.type) {
    case 'keep':
      return original;
    case 'redact':
      return `[${type}]`;
    case 'hash':
      return `${type}_${tools.choices.digest(type, plainOf(original).toLowerCase() || original)}`;
    case 'mask':
      return cover(original, operator.keep ?? 0, operator.with ?? '*');
    case 'generalise':
      return generalise(type, original);
    case 'surrogate':
      return makeUp(type, original, tools);
    default:
      return operator satisfies never;
  }
}

function cover(original: string, keep: number, mark: string): string {
  const signs = Array.from(original);
  let left = signs.filter((sign) => /[\p{L}\p{M}\d]/u.test(sign)).length - keep;
  return signs
    .map((sign) => {
      if (!/[\p{L}\p{M}\d]/u.test(sign)) return sign;
      left -= 1;
      return left >= 0 ? mark : sign;
    })
    .join('');
}

/** HIPAA's Safe Harbor (45 CFR 164.514(b)(2)): years alone, ages to 89, three digits of a postal code. */
function generalise(type: PersonalDataType, original: string): string {
  if (type === 'DATE' || type === 'DATE_OF_BIRTH') return generaliseDate(original) ?? `[${type}]`;
  if (type === 'AGE') {
    const age = Number(/\d+/.exec(original)?.[0] ?? Number.NaN);
    return Number.isNaN(age)
      ? `[${type}]`
      : original.replace(/\d+/, String(Math.min(90, Math.floor(age / 5) * 5)));
  }
  if (type === 'ZIP_CODE') {
    let seen = 0;
    return original.replaceAll(/[\p{L}\d]/gu, (sign) => {
      seen += 1;
      return seen <= 3 ? sign : '0';
    });
  }
  if (/^[\d.,\s]+$/.test(original)) {
    let seen = 0;
    return original.replaceAll(/\d/g, (digit) => {
      seen += 1;
      return seen === 1 ? digit : '0';
    });
  }
  return `[${type}]`;
}

/** Words for streets and units stay; so do two capitals, as of states. */
const addressWords = meaningBits.street | meaningBits.streetFirst | meaningBits.unit;

function staysInAddress(word: string): boolean {
  return (meaningsOfWord(word) & addressWords) !== 0 || /^(?:[A-Z]{2}|[Bb]ox|FPO|APO|DPO)$/.test(word);
}

function makeUp(type: PersonalDataType, original: string, { choices, book }: OperatorTools): string {
  switch (type) {
    case 'PERSON':
      return book.person(original);
    case 'LOCATION':
      return book.place(original);
    case 'ORGANIZATION':
      return book.organisation(original);
    case 'ADDRESS': {
      const named = book.phrase(original, 'place', staysInAddress);
      return digitsAnew(choices, 'address', original, named);
    }
    case 'EMAIL':
      return makeUpEmail(choices, book, original);
    case 'URL':
      return makeUpUrl(choices, book, original);
    case 'PHONE':
      return makeUpPhone(choices, original);
    case 'CREDIT_CARD':
      return makeUpCard(choices, original);
    case 'IBAN':
      return makeUpIban(choices, original);
    case 'SSN':
      return makeUpSocial(choices, original);
    case 'NATIONAL_ID':
      return makeUpNational(choices, original);
    case 'CRYPTO':
      return makeUpWallet(choices, original);
    case 'IP_ADDRESS':
      return makeUpInternetAddress(choices, original);
    case 'MAC_ADDRESS':
      return makeUpHardwareAddress(choices, original);
    case 'API_KEY':
      return makeUpSecret(choices, original);
    case 'DATE':
    case 'DATE_OF_BIRTH':
      return shiftDate(choices, original) ?? `[${type}]`;
    case 'JWT':
    case 'PRIVATE_KEY':
    case 'TITLE':
    case 'NRP':
      return `[${type}]`;
    case 'ACCOUNT':
    case 'US_PASSPORT':
    case 'DRIVER_LICENSE':
    case 'MEDICAL_RECORD':
    case 'PASSWORD':
    case 'ZIP_CODE':
    case 'VEHICLE':
    case 'AGE':
      return sameFormOf(choices, type, original);
    default:
      return type satisfies never;
  }
}

function sameFormOf(choices: KeyedChoices, type: PersonalDataType, original: string): string {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const made = sameForm(choices.draw(type, plainOf(original) || original, attempt), original);
    if (made !== original) return made;
  }
  return `[${type}]`;
}

/** Numbers of an address; none begins with a zero that did not. */
function digitsAnew(choices: KeyedChoices, purpose: string, original: string, named: string): string {
  const draw = choices.draw(purpose, original.toLowerCase());
  return named.replaceAll(/\d+/g, (digits) => {
    const made = sameForm(draw, digits);
    return made.startsWith('0') && !digits.startsWith('0') ? `${1 + draw.below(9)}${made.slice(1)}` : made;
  });
}
