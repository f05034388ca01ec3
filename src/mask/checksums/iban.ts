/** International bank account numbers, ISO 13616: length by country and ISO/IEC 7064 MOD 97-10. */
import { remainder97 } from './digits.ts';

/** Lengths of the registry that SWIFT keeps. */
const lengths = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 ' +
    'SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** Length of a country's numbers, undefined for a country that has none. */
export function ibanLength(country: string): number | undefined {
  return lengths.get(country);
}

/** `iban`: capitals and digits, no blanks. */
export function isIban(iban: string): boolean {
  return (
    iban.length === ibanLength(iban.slice(0, 2)) && remainder97(`${iban.slice(4)}${iban.slice(0, 4)}`) === 1
  );
}

/** The two check digits that a country and a body need. */
export function ibanCheckDigits(country: string, body: string): string {
  return String(98 - remainder97(`${body}${country}00`)).padStart(2, '0');
}
