/**
 * What is known by an "@" or a ":": e-mail addresses, URLs, MAC and IPv6 addresses. Looks left and right of the mark,
 * never further than such an address is long. Knows RFC 3986, 4291 and 5321 as far as texts follow them.
 */
import type { Finding } from '../../protocol/personal-data.ts';
import { characterBits, isOneOf } from '../characters.ts';
import type { Scan } from '../scan.ts';

type Add = (finding: Finding) => void;

const localPart = characterBits.letter | characterBits.digit | characterBits.local;
const domainPart = characterBits.letter | characterBits.digit | characterBits.host;
const longestLocal = 64;
const longestDomain = 255;
const longestUrl = 2048;

export function findEmails({ text, ats }: Scan, add: Add): void {
  for (const at of ats) {
    let start = at;
    while (start > 0 && at - start < longestLocal && isOneOf(text.charCodeAt(start - 1), localPart))
      start -= 1;
    while (start < at && /[.'`*_~{|!#&?^]/.test(text.charAt(start))) start += 1;
    let end = at + 1;
    while (end < text.length && end - at <= longestDomain && isOneOf(text.charCodeAt(end), domainPart))
      end += 1;
    while (end > at && /[.-]/.test(text.charAt(end - 1))) end -= 1;
    const domain = text.slice(at + 1, end);
    if (start === at || domain.includes('..')) continue;
    if (/\.(?:\p{L}{2,24}|xn--[a-z\d-]{2,59})$/iu.test(domain) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(domain))
      add({ start, end, type: 'EMAIL', score: 0.95, rule: 'e-mail address' });
  }
}

export function findUrls(scan: Scan, add: Add): void {
  const { text, colons } = scan;
  let covered = 0;
  for (const colon of colons) {
    if (colon < covered || text.charCodeAt(colon + 1) !== 47 || text.charCodeAt(colon + 2) !== 47) continue;
    let start = colon;
    while (start > 0 && colon - start < 12 && isOneOf(text.charCodeAt(start - 1), characterBits.scheme))
      start -= 1;
    while (start < colon && !isOneOf(text.charCodeAt(start), characterBits.letter)) start += 1;
    if (start === colon) continue;
    const end = endOfUrl(text, colon + 3);
    if (end <= colon + 3) continue;
    covered = end;
    const authority = /^[^/?#]*/.exec(text.slice(colon + 3, end))?.[0] ?? '';
    const hasCredentials = authority.includes('@');
    add({
      start,
      end,
      type: 'URL',
      score: hasCredentials ? 0.99 : 0.9,
      rule: hasCredentials ? 'URL with credentials' : 'URL',
    });
  }
}

function endOfUrl(text: string, from: number): number {
  let end = from;
  while (
    end < text.length &&
    end - from < longestUrl &&
    !isOneOf(text.charCodeAt(end), characterBits.outsideUrl)
  )
    end += 1;
  while (end > from && /[.,;:!?*]/.test(text.charAt(end - 1))) end -= 1;
  return end;
}

const commonDomains =
  /^(?:com|org|net|edu|gov|mil|info|biz|io|co|me|app|dev|ai|uk|de|fr|es|it|nl|be|ch|at|se|no|dk|fi|pl|cz|hu|pt|gr|ie|us|ca|au|nz|in|jp|cn|br|mx|ru|eu|tv|cc|xyz|online|site|cy|is|si|hr|sk|ee|lv|lt|ro|bg|za)$/i;

/** Addresses without a scheme: "www.example.com/path", "example.com". */
export function findBareUrls({ text, count, starts, ends }: Scan, add: Add): void {
  for (let token = 0; token + 1 < count; token += 1) {
    const dot = ends[token] ?? 0;
    if (text.charCodeAt(dot) !== 46 || starts[token + 1] !== dot + 1) continue;
    const first = token;
    let last = token;
    while (last + 1 < count && last - first < 12 && starts[last + 1] === (ends[last] ?? 0) + 1) {
      const gap = text.charCodeAt(ends[last] ?? 0);
      if (gap !== 46 && gap !== 45) break;
      last += 1;
    }
    token = last;
    let host = last;
    while (host > first && text.charCodeAt((starts[host] ?? 1) - 1) !== 46) host -= 1;
    const top = text.slice(starts[host], ends[host]);
    const start = starts[first] ?? 0;
    const before = text.charCodeAt(start - 1);
    if (host === first || before === 64 || before === 47 || before === 46 || before === 95) continue;
    if (text.charCodeAt(ends[host] ?? 0) === 64 || !commonDomains.test(top)) continue;
    const isNamed = /^www$/i.test(text.slice(start, ends[first]));
    // "Smith.In" is two sentences, and "3.me" is none of ours.
    const looksTyped = top === top.toLowerCase() && /[a-z]{2}/i.test(text.slice(start, starts[host]));
    if (!isNamed && !looksTyped) continue;
    const hostEnd = ends[host] ?? 0;
    const end = /[/:?#]/.test(text.charAt(hostEnd)) ? endOfUrl(text, hostEnd) : hostEnd;
    add({ start, end, type: 'URL', score: isNamed ? 0.85 : 0.5, rule: 'name of a host' });
  }
}

function isHexOrMark(code: number): boolean {
  return code === 58 || code === 46 || isOneOf(code, characterBits.hex);
}

export function findColonAddresses({ text, colons }: Scan, add: Add): void {
  let covered = 0;
  for (const [index, colon] of colons.entries()) {
    if (colon < covered) continue;
    let start = colon;
    while (start > 0 && colon - start < 5 && isOneOf(text.charCodeAt(start - 1), characterBits.hex))
      start -= 1;
    let end = colon + 1;
    while (end < text.length && end - start < 46 && isHexOrMark(text.charCodeAt(end))) end += 1;
    covered = end;
    // Fewer than two colons: a time, a key and its value.
    if ((colons[index + 1] ?? end) >= end || end - start < 6) continue;
    if (/[\p{L}\d]/u.test(text.charAt(end)) || (start > 0 && /[\p{L}\d_]/u.test(text.charAt(start - 1))))
      continue;
    while (end > colon && text.charAt(end - 1) === '.') end -= 1;
    if (text.charAt(end - 1) === ':' && text.charAt(end - 2) !== ':') end -= 1;
    const found = text.slice(start, end);
    if (/^[\da-f]{2}(?::[\da-f]{2}){5}(?:(?::[\da-f]{2}){2})?$/i.test(found))
      add({ start, end, type: 'MAC_ADDRESS', score: 0.95, rule: 'six pairs of hexadecimal digits' });
    else if (isIpv6(found)) add({ start, end, type: 'IP_ADDRESS', score: 0.95, rule: 'IPv6 address' });
  }
}

/** RFC 4291, section 2.2: eight groups, or fewer around one "::"; the last two may be an IPv4 address. */
export function isIpv6(address: string): boolean {
  const [head = '', tail, ...rest] = address.split('::');
  if (rest.length > 0) return false;
  const groups = [head, tail ?? ''].flatMap((part) => (part === '' ? [] : part.split(':')));
  const last = groups.at(-1) ?? '';
  const embedded = last.includes('.') ? isIpv4(last) : true;
  const plain = last.includes('.') ? groups.slice(0, -1) : groups;
  if (!embedded || !plain.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  const size = plain.length + (last.includes('.') ? 2 : 0);
  return tail === undefined ? size === 8 : size <= 7 && size >= 1 && /[\da-f]{3}|\d/i.test(address);
}

export function isIpv4(address: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(address);
}
