/**
 * Check digits over decimal digits. Each function takes digits alone, no separators, and never throws.
 */

/** Luhn, ISO/IEC 7812-1 annex B. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let back = 0; back < digits.length; back += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - back) - 48;
    sum += back % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** The digit that makes `digits` and it pass Luhn. */
export function luhnDigit(digits: string): number {
  for (let digit = 0; digit < 10; digit += 1) if (isLuhn(`${digits}${digit}`)) return digit;
  return 0;
}

/** Sum of digits times weights, as most national numbers have it. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * (digits.charCodeAt(at) - 48), 0);
}

const dihedral = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const permuted = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

/** Verhoeff's dihedral check (1969), as India's Aadhaar has it. */
export function isVerhoeff(digits: string): boolean {
  let check = 0;
  for (let back = 0; back < digits.length; back += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - back) - 48;
    const moved = (permuted[back % 8]?.charCodeAt(digit) ?? 48) - 48;
    check = (dihedral[check]?.charCodeAt(moved) ?? 48) - 48;
  }
  return check === 0;
}

/** ISO/IEC 7064 MOD 11,10, as Germany's tax number has it. */
export function isMod1110(digits: string): boolean {
  let product = 10;
  for (let at = 0; at < digits.length - 1; at += 1) {
    const sum = (digits.charCodeAt(at) - 48 + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === digits.charCodeAt(digits.length - 1) - 48;
}

/** The remainder of a number of any length, digits and letters as ISO/IEC 7064 has them (A is 10). */
export function remainder97(text: string): number {
  let rest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) rest = (rest * 10 + code - 48) % 97;
    else if (code >= 65 && code <= 90) rest = (rest * 100 + code - 55) % 97;
    else return -1;
  }
  return rest;
}
