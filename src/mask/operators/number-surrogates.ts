/**
 * Made-up numbers: cards, accounts, national numbers, telephones, wallets. What passed a checksum passes it again; groups
 * and separators stay. Knows numbers; nothing of names.
 */
import { isValidPhoneNumber } from 'libphonenumber-js/min';
import { inHexadecimal } from '../../protocol/bytes.ts';
import { isLuhn } from '../checksums/digits.ts';
import { ibanCheckDigits, isIban } from '../checksums/iban.ts';
import { nationalNumberOf } from '../checksums/national-numbers.ts';
import {
  base58CheckOf,
  base58Of,
  isBase58Check,
  isEthereumCase,
  isSegwit,
  segwitOf,
  withEthereumCase,
} from '../checksums/wallet.ts';
import type { KeyedChoices } from './keyed-choice.ts';
import { inCaseOf, layOut, sameForm, tryUntil } from './same-form.ts';

/** Letters and digits alone: spellings of a number that are one. */
export function plainOf(original: string): string {
  return original.replaceAll(/[^\p{L}\d]/gu, '');
}

/** The first four digits say whose card it is and stay; tools check them. */
export function makeUpCard(choices: KeyedChoices, original: string): string {
  const plain = plainOf(original);
  const checks = isLuhn(plain);
  const made = tryUntil(
    choices,
    { purpose: 'card', original: plain },
    (draw) => sameForm(draw, plain, { keep: 4 }),
    (digits) => digits !== plain && isLuhn(digits) === checks,
  );
  return layOut(made, original);
}

export function makeUpIban(choices: KeyedChoices, original: string): string {
  const plain = plainOf(original).toUpperCase();
  const country = plain.slice(0, 2);
  const body = sameForm(choices.draw('iban', plain), plain.slice(4));
  const check = isIban(plain)
    ? ibanCheckDigits(country, body)
    : sameForm(choices.draw('iban check', plain), plain.slice(2, 4));
  return inCaseOf(original, layOut(`${country}${check}${body}`, original));
}

/** Never a number of an area that was given out: areas from 900 on belong to nobody. */
export function makeUpSocial(choices: KeyedChoices, original: string): string {
  const plain = plainOf(original);
  const made = tryUntil(
    choices,
    { purpose: 'social', original: plain },
    (draw) => sameForm(draw, plain),
    (digits) => /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits) && digits !== plain,
  );
  return layOut(made, original);
}

/** A number that the same state could have given out. */
export function makeUpNational(choices: KeyedChoices, original: string): string {
  const firstLength = /^[A-Z\d]*/i.exec(original)?.[0].length ?? 0;
  const kind = nationalNumberOf(original, { firstLength, hasContext: true });
  return tryUntil(
    choices,
    { purpose: 'national', original: plainOf(original).toUpperCase() },
    (draw) => sameForm(draw, original),
    (made) => {
      if (made === original) return false;
      return (
        kind === undefined || nationalNumberOf(made, { firstLength, hasContext: true })?.name === kind.name
      );
    },
  );
}

/** The country code stays, and so does the zero that trunk calls begin with. */
export function makeUpPhone(choices: KeyedChoices, original: string): string {
  const plain = plainOf(original);
  const isInternational = original.startsWith('+');
  const keep = isInternational
    ? Math.min(2, plain.length)
    : plain.startsWith('00')
      ? 4
      : plain.startsWith('0')
        ? 1
        : 0;
  const wasValid = isInternational && isValidPhoneNumber(original);
  const made = tryUntil(
    choices,
    { purpose: 'phone', original: plain },
    (draw) => {
      const digits = sameForm(draw, plain, { keep });
      // What begins with 0 or 1 is no subscriber's number in most plans.
      return plain.charAt(keep) > '1' && digits.charAt(keep) < '2'
        ? `${digits.slice(0, keep)}${2 + draw.below(8)}${digits.slice(keep + 1)}`
        : digits;
    },
    (digits) => digits !== plain && (!wasValid || isValidPhoneNumber(`+${digits}`)),
  );
  return layOut(made, original);
}

export function makeUpWallet(choices: KeyedChoices, original: string): string {
  const draw = choices.draw('wallet', original);
  const bytes = choices.bytes('wallet', original);
  if (/^0x[\da-f]{40}$/i.test(original)) {
    const hex = inHexadecimal(bytes.subarray(0, 20));
    const body = original.slice(2);
    if (body === body.toLowerCase()) return `0x${hex}`;
    if (body === body.toUpperCase()) return `0x${hex.toUpperCase()}`;
    return isEthereumCase(body)
      ? `0x${withEthereumCase(hex)}`
      : sameForm(draw, original, { keep: 2, letters: 'abcdef' });
  }
  if (isSegwit(original)) {
    const made = segwitOf(original.slice(0, original.lastIndexOf('1')).toLowerCase(), bytes);
    return inCaseOf(original, made);
  }
  if (isBase58Check(original)) {
    const version = { '1': 0, '3': 5, L: 48, M: 50, D: 30 }[original.charAt(0)];
    if (version !== undefined) return base58CheckOf(version, bytes);
  }
  if (/^[13LMDrT][1-9A-HJ-NP-Za-km-z]+$/.test(original))
    return `${original.charAt(0)}${`${base58Of(bytes)}${base58Of(choices.bytes('wallet', original, 1))}`.slice(0, original.length - 1)}`;
  return sameForm(draw, original, { keep: 4, letters: 'acdefghjklmnpqrstuvwxyz', digits: '023456789' });
}

/** What begins as the issuer's keys begin, and goes on at random. */
export function makeUpSecret(choices: KeyedChoices, original: string): string {
  const prefix = /^(?:[A-Za-z]{2,8}[-_](?:[a-z]{2,8}[-_])?|A[KS]IA|AIza|SG\.|eyJ)?/.exec(original)?.[0] ?? '';
  return sameForm(choices.draw('secret', original), original, { keep: prefix.length });
}
