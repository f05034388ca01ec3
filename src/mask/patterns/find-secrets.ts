/**
 * What opens doors: keys with the prefixes that their issuers publish, JSON web tokens, private keys, passwords and
 * secrets after a word that says so. Knows forms and entropy; nothing of people.
 */
import type { Finding } from '../../protocol/personal-data.ts';
import { meaningBits } from '../keywords.ts';
import type { Scan } from '../scan.ts';

type Add = (finding: Finding) => void;

const longest = 4096;

/** Prefixes by their first two characters, so that a word costs one look-up. */
const issued: readonly (readonly [string, RegExp, string])[] = [
  ['AK', /^A(?:KIA|SIA|GPA|IDA|ROA)[A-Z\d]{16}(?![A-Za-z\d])/, 'AWS access key'],
  ['AS', /^ASIA[A-Z\d]{16}(?![A-Za-z\d])/, 'AWS access key'],
  ['AI', /^AIza[\w-]{35}(?![\w-])/, 'Google API key'],
  ['sk', /^sk[-_](?:live_|test_|ant-|proj-|or-v1-|svcacct-)?[\w-]{16,200}/, 'secret key'],
  ['pk', /^pk_(?:live|test)_\w{16,200}/, 'Stripe key'],
  ['rk', /^rk_(?:live|test)_\w{16,200}/, 'Stripe key'],
  ['wh', /^whsec_\w{16,100}/, 'webhook secret'],
  ['gh', /^gh[oprsu]_[A-Za-z\d]{30,255}/, 'GitHub token'],
  ['gi', /^github_pat_\w{22,255}/, 'GitHub token'],
  ['gl', /^glpat-[\w-]{20,64}/, 'GitLab token'],
  ['xo', /^xox[abeoprs]-[A-Za-z\d-]{10,250}/, 'Slack token'],
  ['xa', /^xapp-[A-Za-z\d-]{10,250}/, 'Slack token'],
  ['ya', /^ya29\.[\w-]{20,400}/, 'Google OAuth token'],
  ['SG', /^SG\.[\w-]{16,32}\.[\w-]{16,64}/, 'SendGrid key'],
  ['hf', /^hf_[A-Za-z\d]{20,64}/, 'Hugging Face token'],
  ['np', /^npm_[A-Za-z\d]{36}/, 'npm token'],
  ['py', /^pypi-[\w-]{40,255}/, 'PyPI token'],
  ['do', /^do[opr]_v1_[a-f\d]{64}/, 'DigitalOcean token'],
  ['sh', /^shp(?:at|ca|pa|ss)_[a-fA-F\d]{32}/, 'Shopify token'],
  ['ke', /^key-[a-f\d]{32}/, 'Mailgun key'],
  ['SK', /^SK[a-f\d]{32}(?![A-Za-z\d])/, 'Twilio key'],
  ['AC', /^AC[a-f\d]{32}(?![A-Za-z\d])/, 'Twilio account'],
  ['sq', /^sq0(?:atp|csp)-[\w-]{22,60}/, 'Square token'],
  ['gs', /^gsk_[A-Za-z\d]{40,64}/, 'Groq key'],
  ['r8', /^r8_[A-Za-z\d]{30,64}/, 'Replicate token'],
  ['EA', /^EAACEdEose0cBA[A-Za-z\d]{10,400}/, 'Facebook token'],
  ['AG', /^AGE-SECRET-KEY-1[A-Z\d]{58}/, 'age key'],
];

/** By both characters' codes, 7 bits each. */
const byPrefix = new Map<number, (readonly [RegExp, string])[]>();
const isPrefix = new Uint8Array(128 * 128);
for (const [prefix, pattern, rule] of issued) {
  const key = (prefix.charCodeAt(0) << 7) | prefix.charCodeAt(1);
  isPrefix[key] = 1;
  byPrefix.set(key, [...(byPrefix.get(key) ?? []), [pattern, rule]]);
}

export function findSecrets(scan: Scan, add: Add): void {
  const { text, count, starts, ends, meanings } = scan;
  for (let token = 0; token < count; token += 1) {
    const start = starts[token] ?? 0;
    const first = text.charCodeAt(start);
    const previous = text.charCodeAt(start - 1);
    if (first < 123 && previous !== 45 && previous !== 95 && previous !== 46) {
      const key = (first << 7) | text.charCodeAt(start + 1);
      if (isPrefix[key] === 1) findIssued(text, start, byPrefix.get(key) ?? [], add);
      if (first === 101 && text.startsWith('eyJ', start)) findWebToken(text, start, add);
    }
    if (first === 66 && previous === 45 && text.startsWith('BEGIN', start)) findPrivateKey(text, start, add);
    const meaning = meanings[token] ?? 0;
    if ((meaning & (meaningBits.password | meaningBits.secret)) !== 0)
      findAssigned(scan, start, ends[token] ?? 0, (meaning & meaningBits.password) !== 0, add);
  }
}

function findIssued(
  text: string,
  start: number,
  patterns: readonly (readonly [RegExp, string])[],
  add: Add,
): void {
  const rest = text.slice(start, start + 420);
  for (const [pattern, rule] of patterns) {
    const [found = ''] = pattern.exec(rest) ?? [];
    // "sk-learn-contrib-packages": words with hyphens have no digits between letters.
    if (found !== '' && (/\d/.test(found) || /[a-z][A-Z].*[a-z][A-Z]/.test(found)))
      add({ start, end: start + found.replace(/[-_]+$/, '').length, type: 'API_KEY', score: 0.96, rule });
  }
}

/** RFC 7519: three parts of base 64, the first two of them JSON objects ("eyJ" is `{"`). */
function findWebToken(text: string, start: number, add: Add): void {
  const [found = ''] =
    /^eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}(?:\.[\w-]{0,1000})?/.exec(text.slice(start, start + longest * 2)) ??
    [];
  if (found !== '')
    add({ start, end: start + found.length, type: 'JWT', score: 0.98, rule: 'JSON web token' });
}

/** RFC 7468: from the first dash to the last, or to the end of what is there. */
function findPrivateKey(text: string, begin: number, add: Add): void {
  if (text.slice(Math.max(0, begin - 5), begin) !== '-----') return;
  if (!/^BEGIN (?:[A-Z\d]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/.test(text.slice(begin, begin + 80)))
    return;
  const rest = text.slice(begin, begin + longest * 4);
  const close = /-{5}END (?:[A-Z\d]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-{5}/.exec(rest);
  const end = close === null ? begin + rest.length : begin + close.index + close[0].length;
  add({ start: begin - 5, end, type: 'PRIVATE_KEY', score: 0.99, rule: 'private key in PEM' });
}

/** What may stand between the word and the value: `"password": "`, ` is `, `=`, ` for x: `. */
const link =
  /^(?:["'`\]]{0,2}\s{0,3}(?::=|[:=]|=>)\s{0,3}["'`]?|\s(?:is|was|are|will be|ist|es|est)\s{0,2}:?\s?["'`]?|\s["'`]|\s)/i;
const value = /^[^\s"'`<>]{4,256}/;

function findAssigned(scan: Scan, word: number, wordEnd: number, isPassword: boolean, add: Add): void {
  const { text } = scan;
  const joined = text.slice(wordEnd, wordEnd + 300);
  // "API_KEY_NAME=": what is named goes on.
  const [between = ''] = link.exec(joined) ?? [];
  if (between === '') return;
  const isSaid = /[:=]|is|was|ist|es[tp]?/i.test(between);
  const [rest = ''] = value.exec(joined.slice(between.length)) ?? [];
  let found = rest;
  if (/^Bearer$/i.test(found)) return;
  found = found.replace(/[.,;)\]}]+$/, '');
  if (found.length < 4 || /^\$?\{|^<|^\*+$|^%\w+%$|^\[/.test(found)) return;
  const start = wordEnd + between.length;
  const kinds =
    Number(/[a-z]/.test(found)) +
    Number(/[A-Z]/.test(found)) +
    Number(/\d/.test(found)) +
    Number(/[^\p{L}\d]/u.test(found));
  const name = text.slice(word, wordEnd).toLowerCase();
  if (isPassword) {
    if (name === 'pin' ? !/^\d{4,8}$/.test(found) : !isSaid && kinds < 3 && !/\d/.test(found)) return;
    // "the password is wrong" tells none.
    if (!/[:=]/.test(between) && kinds < 2) return;
    add({
      start,
      end: start + found.length,
      type: 'PASSWORD',
      score: isSaid ? 0.9 : 0.75,
      rule: 'value after a word for passwords',
    });
    return;
  }
  if (found.length < 12 || !/\d/.test(found) || !isRandom(found) || /:\/\//.test(found)) return;
  if (!isSaid && name !== 'bearer') return;
  add({
    start,
    end: start + found.length,
    type: 'API_KEY',
    score: 0.75,
    rule: 'random value after a word for secrets',
  });
}

/** Shannon entropy of the characters, in bits each: words have 3 or less at such lengths, keys more. */
function isRandom(text: string): boolean {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy >= 3;
}
