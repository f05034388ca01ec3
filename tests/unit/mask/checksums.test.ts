/** Check digits against the examples that their standards and issuers publish. */
import { describe, expect, test } from 'vitest';
import { isLuhn, isMod1110, isVerhoeff, luhnDigit } from '../../../src/mask/checksums/digits.ts';
import { ibanCheckDigits, isIban } from '../../../src/mask/checksums/iban.ts';
import { nationalNumberOf } from '../../../src/mask/checksums/national-numbers.ts';
import { isBase58Check, isEthereumCase, isSegwit } from '../../../src/mask/checksums/wallet.ts';
import { isIpv6 } from '../../../src/mask/patterns/find-addresses-online.ts';

test('Luhn: the example of ISO/IEC 7812 and the issuers’ test cards', () => {
  for (const digits of ['79927398713', '4111111111111111', '378282246310005', '6011111111111117'])
    expect([digits, isLuhn(digits)]).toEqual([digits, true]);
  expect(isLuhn('79927398710')).toBe(false);
  expect(luhnDigit('7992739871')).toBe(3);
});

test('Verhoeff, and ISO/IEC 7064 MOD 11,10', () => {
  expect(isVerhoeff('2363')).toBe(true);
  expect(isVerhoeff('2364')).toBe(false);
  expect(isMod1110('86095742719')).toBe(true);
  expect(isMod1110('86095742718')).toBe(false);
});

test('IBAN: the examples of the registry', () => {
  for (const iban of [
    'GB29NWBK60161331926819',
    'DE89370400440532013000',
    'FR1420041010050500013M02606',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
  ])
    expect([iban, isIban(iban)]).toEqual([iban, true]);
  expect(isIban('GB29NWBK60161331926818')).toBe(false);
  expect(isIban('GB29NWBK6016133192681')).toBe(false);
  expect(ibanCheckDigits('GB', 'NWBK60161331926819')).toBe('29');
});

test('wallets: the vectors of BIP-173, BIP-350 and EIP-55, and the address of the first block', () => {
  expect(isBase58Check('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa')).toBe(true);
  expect(isBase58Check('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb')).toBe(false);
  expect(isSegwit('BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4')).toBe(true);
  expect(isSegwit('bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0')).toBe(true);
  expect(isSegwit('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5')).toBe(false);
  expect(isEthereumCase('5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')).toBe(true);
  expect(isEthereumCase('5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')).toBe(false);
});

describe('national numbers: examples of the authorities', () => {
  const examples: readonly (readonly [string, string])[] = [
    ['12345678Z', 'a Spanish DNI or NIE'],
    ['X1234567L', 'a Spanish DNI or NIE'],
    ['RSSMRA85T10A562S', 'an Italian codice fiscale'],
    ['2 55 08 14 168 025 38', 'a French NIR'],
    ['111.444.777-35', 'a Brazilian CPF'],
    ['943 476 5919', 'a British NHS number'],
    ['46454286', ''],
    ['131052-308T', 'a Finnish henkilötunnus'],
    ['811228-9874', 'a Swedish personnummer'],
    ['44051401359', 'a Polish PESEL'],
    ['111222333', 'a Dutch BSN'],
    ['046 454 286', 'a Canadian SIN'],
  ];
  test.each(examples)('%s', (number, name) => {
    const firstLength = /^[A-Z\d]*/.exec(number)?.[0].length ?? 0;
    expect(nationalNumberOf(number, { firstLength, hasContext: true })?.name ?? '').toBe(name);
  });

  test('a wrong check digit is none', () => {
    expect(nationalNumberOf('12345678A', { firstLength: 9, hasContext: true })).toBeUndefined();
    expect(nationalNumberOf('RSSMRA85T10A562T', { firstLength: 16, hasContext: true })).toBeUndefined();
  });
});

test('IPv6: the forms of RFC 4291, section 2.2', () => {
  for (const address of [
    'ABCD:EF01:2345:6789:ABCD:EF01:2345:6789',
    '2001:DB8::8:800:200C:417A',
    'FF01::101',
    '::FFFF:129.144.52.38',
  ])
    expect([address, isIpv6(address)]).toEqual([address, true]);
  for (const address of ['1:2:3:4:5:6:7', '1::2::3', '12:30:45', 'std::', '1:2:3:4:5:6:7:8:9'])
    expect([address, isIpv6(address)]).toEqual([address, false]);
});
