/**
 * What begins with a digit: IPv4, cards, social security numbers, dates, postal codes, ages. Each is tried where a run
 * of digits begins, by a pattern of bounded length. Knows forms and checksums; names and telephones are elsewhere.
 */
import type { Finding } from '../../protocol/personal-data.ts';
import { isLuhn } from '../checksums/digits.ts';
import { meaningBits } from '../keywords.ts';
import { form, isAfter, isBefore } from '../scan.ts';
import type { Scan } from '../scan.ts';
import { isIpv4 } from './find-addresses-online.ts';

type Add = (finding: Finding) => void;

const longest = 48;

interface NumberAt {
  readonly scan: Scan;
  readonly token: number;
  readonly start: number;
  /** The text from there on, no longer than any pattern. */
  readonly rest: string;
  readonly add: Add;
}

/** Tries at every run of digits what its length and the mark after it allow. */
export function findNumbers(scan: Scan, add: Add): void {
  const { text, count, starts, ends, forms } = scan;
  for (let token = 0; token < count; token += 1) {
    if (((forms[token] ?? 0) & form.digits) === 0) continue;
    const start = starts[token] ?? 0;
    const code = text.charCodeAt(start);
    if (code < 48 || code > 57) continue;
    const end = ends[token] ?? 0;
    const length = end - start;
    const next = text.charCodeAt(end);
    const found: NumberAt = { scan, token, start, rest: text.slice(start, start + longest), add };
    if (length <= 3 && next === 46) findIpv4(found);
    if (length === 4 || length >= 12) findCard(found);
    if (length === 3 || length === 5 || length === 9) findSocial(found);
    if ((length === 2 && next === 45) || (length === 4 && next === 46))
      hardwareAt(text, start, found.rest, add);
    if (length <= 3) findAge(found);
    if (isBefore(scan, token, meaningBits.postal, 5)) findPostal(found);
  }
}

function findIpv4({ scan, token, start, rest, add }: NumberAt): void {
  const [found = ''] = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.]*\.\d|\d)/.exec(rest) ?? [];
  if (found === '' || !isIpv4(found) || /[\d.]/.test(scan.text.charAt(start - 1))) return;
  const isVersion =
    isBefore(scan, token, meaningBits.notPersonal, 2) && !isBefore(scan, token, meaningBits.network, 3);
  add({
    start,
    end: start + found.length,
    type: 'IP_ADDRESS',
    score: isVersion ? 0.3 : 0.9,
    rule: 'IPv4 address',
  });
}

/** Issuers by their first digits (ISO/IEC 7812, the issuers' published ranges), with the lengths they use. */
const issuers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:2131|1800)/, [15]],
  [/^3(?:0[0-5]|095|[689])/, [14, 16]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6\d)/, [16]],
];

function findCard({ scan, token, start, rest, add }: NumberAt): void {
  if (/[\d.]/.test(scan.text.charAt(start - 1))) return;
  const [found = ''] =
    /^(?:\d{12,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\d])/.exec(
      rest,
    ) ?? [];
  if (found === '') return;
  const digits = found.replaceAll(/\D/g, '');
  const hasContext =
    isBefore(scan, token, meaningBits.card, 8) || isAfter(scan, token + 1, meaningBits.card, 4);
  const isIssued = issuers.some(
    ([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length),
  );
  const checks = isLuhn(digits);
  const isOther = isBefore(scan, token, meaningBits.notPersonal, 3);
  const score =
    checks && isIssued
      ? isOther && !hasContext
        ? 0.5
        : 0.92
      : hasContext && checks
        ? 0.85
        : hasContext && isIssued
          ? 0.6
          : 0;
  if (score === 0) return;
  add({
    start,
    end: start + found.length,
    type: 'CREDIT_CARD',
    score: hasContext ? Math.min(1, score + 0.05) : score,
    rule: checks ? 'checksum of a card number' : 'number after a word for cards',
  });
}

function findSocial({ scan, token, start, rest, add }: NumberAt): void {
  const [found = '', area = '', group = '', serial = ''] =
    /^(\d{3})[- ]?(\d{2})[- ]?(\d{4})(?![\d]|-\d)/.exec(rest) ?? [];
  if (found === '' || /[\d.+(-]/.test(scan.text.charAt(start - 1))) return;
  if (area === '000' || group === '00' || serial === '0000') return;
  const hasContext = isBefore(scan, token, meaningBits.social, 6);
  const isGrouped = /^\d{3}([- ])\d{2}\1\d{4}$/.test(found);
  const isIssued = area !== '666' && !area.startsWith('9');
  const score = hasContext ? 0.95 : isGrouped && isIssued ? (found.includes('-') ? 0.8 : 0.5) : 0;
  if (score > 0)
    add({
      start,
      end: start + found.length,
      type: 'SSN',
      score,
      rule: hasContext ? 'number after a word for social security' : 'form of a social security number',
    });
}

/** MAC addresses with hyphens, or of three groups with dots, that begin with a letter. */
export function findHardwareAddresses({ text, count, starts, ends }: Scan, add: Add): void {
  for (let token = 0; token < count; token += 1) {
    const start = starts[token] ?? 0;
    const length = (ends[token] ?? 0) - start;
    const next = text.charCodeAt(ends[token] ?? 0);
    if ((length === 2 && next === 45) || (length === 4 && next === 46))
      if (text.charCodeAt(start) > 57) hardwareAt(text, start, text.slice(start, start + longest), add);
  }
}

function hardwareAt(text: string, start: number, rest: string, add: Add): void {
  const [found = ''] =
    /^(?:[\da-f]{2}(?:-[\da-f]{2}){5}|[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4})(?![\da-z.-])/i.exec(rest) ?? [];
  if (found === '' || /[\w.-]/.test(text.charAt(start - 1))) return;
  add({ start, end: start + found.length, type: 'MAC_ADDRESS', score: 0.9, rule: 'form of a MAC address' });
}

function findAge({ scan, start, rest, add }: NumberAt): void {
  const [, years = ''] =
    /^(1[01]\d|\d{1,2})(?:[ -]?(?:years?|yrs?|jahre?|ans|años|anni|months?)[ -]?(?:old|of age|alt)|[ -]?y\/?o\b|[ -]year-old)/i.exec(
      rest,
    ) ?? [];
  const isAged =
    years === '' &&
    /(?:\bage[ds]?|\baged|\bturned)(?: is| of|:|=)? $/i.test(scan.text.slice(Math.max(0, start - 12), start));
  const [digits = ''] = isAged ? (/^(?:1[01]\d|\d{1,2})(?![\d.])/.exec(rest) ?? []) : [years];
  if (digits !== '' && !/[\d.]/.test(scan.text.charAt(start - 1)))
    add({ start, end: start + digits.length, type: 'AGE', score: 0.8, rule: 'number of years of age' });
}

function findPostal({ start, rest, add }: NumberAt): void {
  const [found = ''] =
    /^(?:\d{5}-\d{4}|\d{5}-\d{3}|\d{3} ?\d{2}|\d{2}-\d{3}|\d{3,8})(?![\d-])/.exec(rest) ?? [];
  if (found !== '')
    add({
      start,
      end: start + found.length,
      type: 'ZIP_CODE',
      score: 0.75,
      rule: 'number after a word for postal codes',
    });
}
