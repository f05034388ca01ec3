/**
 * Personal data in a text: what kinds there are, where one was found and why, and what came to stand in its place.
 * Nouns only; finding and replacing are `src/mask`.
 */

/** Every kind that is told apart. HIPAA's eighteen identifiers all fall under one of them. */
export const personalDataTypes = [
  'PERSON',
  'LOCATION',
  'ORGANIZATION',
  'ADDRESS',
  'EMAIL',
  'PHONE',
  'CREDIT_CARD',
  'IBAN',
  'ACCOUNT',
  'SSN',
  'US_PASSPORT',
  'DRIVER_LICENSE',
  'NATIONAL_ID',
  'MEDICAL_RECORD',
  'IP_ADDRESS',
  'MAC_ADDRESS',
  'URL',
  'CRYPTO',
  'API_KEY',
  'JWT',
  'PRIVATE_KEY',
  'PASSWORD',
  'DATE_OF_BIRTH',
  'DATE',
  'AGE',
  'ZIP_CODE',
  'TITLE',
  'NRP',
  'VEHICLE',
] as const;

export type PersonalDataType = (typeof personalDataTypes)[number];

/** Kinds that say little about one person alone; figures keep them apart from the others. */
export const mildTypes: ReadonlySet<PersonalDataType> = new Set([
  'DATE',
  'TITLE',
  'AGE',
  'NRP',
  'ORGANIZATION',
]);

/** Kinds known by names and by what stands around them, not by a pattern. */
export const contextualTypes: ReadonlySet<PersonalDataType> = new Set([
  'PERSON',
  'LOCATION',
  'ORGANIZATION',
  'ADDRESS',
  'DATE',
  'TITLE',
  'AGE',
  'NRP',
]);

/** One stretch of a text. `start` and `end` count UTF-16 units, as strings do. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly type: PersonalDataType;
  /** Between 0 and 1, how sure; of two that overlap the surer one stays. */
  readonly score: number;
  /** Why, for a person to read: "checksum of a card number". */
  readonly rule: string;
}

/** What is done with a finding. */
export type MaskingOperator =
  /** `[EMAIL]` */
  | { readonly type: 'redact' }
  /** All but the last `keep` letters and digits become `with`. */
  | { readonly type: 'mask'; readonly keep?: number; readonly with?: string }
  /** `EMAIL_` and 128 bits of a keyed hash. */
  | { readonly type: 'hash' }
  /** Something made up of the same form: the same original is always the same. */
  | { readonly type: 'surrogate' }
  /** A year, a span of years, a rounded number. */
  | { readonly type: 'generalise' }
  | { readonly type: 'keep' };

export interface Replacement {
  /** Where the replacement stands in the text that was made. */
  readonly start: number;
  readonly end: number;
  readonly type: PersonalDataType;
  readonly rule: string;
  readonly original: string;
  readonly replacement: string;
}

/** A replacement in a JSON value. */
export interface JsonPointerReplacement extends Replacement {
  /** The string's place as a JSON Pointer (RFC 6901). */
  readonly path: string;
}
