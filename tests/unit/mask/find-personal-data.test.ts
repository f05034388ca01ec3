/** What is found in a text, where exactly, and what is left alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPersonalData } from '../../../src/mask/find-personal-data.ts';
import { loadGazetteer } from '../../../src/mask/gazetteer/gazetteer.ts';
import type { PersonalDataType } from '../../../src/protocol/personal-data.ts';

const gazetteer = await loadGazetteer();

/** Findings as "TYPE text". */
function found(text: string): string[] {
  return findPersonalData(text, { gazetteer }).map(
    ({ start, end, type }) => `${type} ${text.slice(start, end)}`,
  );
}

/** A line per case: the text with every expected span as «TYPE|text». */
function marked(line: string): { readonly text: string; readonly spans: string[] } {
  const spans: string[] = [];
  const text = line.replaceAll(/«([A-Z_]+)\|([^»]+)»/g, (_, type: PersonalDataType, span: string) => {
    spans.push(`${type} ${span}`);
    return span;
  });
  return { text, spans };
}

describe('identifiers', () => {
  test.each([
    'Write to «EMAIL|maja.lind+shop@post.example.org», please.',
    'mailto:«EMAIL|o_k@xn--bcher-kva.example» or (<«EMAIL|a@b.io»>)',
    'see «URL|https://anna:pw@host.example/a?b=c#d».',
    'The «URL|ftp://files.example/x» mirror, and «URL|www.example.org/path».',
    'call «PHONE|(212) 555-0187» or «PHONE|+44 20 7946 0958»',
    'Fax: «PHONE|030 901820»',
    'ring «PHONE|212-555-0187 x23» today',
    'card «CREDIT_CARD|4111 1111 1111 1111», amex «CREDIT_CARD|378282246310005»',
    'pay to «IBAN|DE89 3704 0044 0532 0130 00» now',
    'SSN «SSN|219-09-9999»',
    'passport no. «US_PASSPORT|C03005988»',
    'host «IP_ADDRESS|203.0.113.7» and «IP_ADDRESS|2001:db8::8:800:200c:417a»',
    'nic «MAC_ADDRESS|00:1B:44:11:3A:B7» or «MAC_ADDRESS|00-1b-44-11-3a-b7»',
    'send to «CRYPTO|1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa»',
    'wallet «CRYPTO|0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed»',
    'AWS_KEY=«API_KEY|AKIAIOSFODNN7EXAMPLE»',
    'api_key: "«API_KEY|9f8Q2xLw7Zp0RtYv3NcB»"',
    'Authorization: Bearer «JWT|eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N»',
    'password: «PASSWORD|hunter2!x»',
    '{"password":"«PASSWORD|tr0ub4dor&3»"}',
    'born on «DATE_OF_BIRTH|3 March 1971»',
    'DOB: «DATE_OF_BIRTH|1971-03-03»',
    'zip code «ZIP_CODE|90210»',
    'MRN: «MEDICAL_RECORD|A4471920»',
    'her driver license is «DRIVER_LICENSE|D12345678901»',
    'DNI «NATIONAL_ID|12345678Z»',
    'a «AGE|47»-year-old, aged «AGE|47»',
  ])('%s', (line) => {
    const { text, spans } = marked(line);
    expect(found(text)).toEqual(spans);
  });

  test('a private key from its first dash to its last', () => {
    const key = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA\nabc=\n-----END EC PRIVATE KEY-----';
    expect(found(`key:\n${key}\n`)).toEqual([`PRIVATE_KEY ${key}`]);
  });

  test.each([
    'Upgrade from 10.2.31 to 10.3.0',
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'id 123e4567-e89b-12d3-a456-426614174000',
    'ISBN 978-3-16-148410-0',
    'What is 7042187160 divided by 12?',
    'order A-774412 costs $1,499.00',
    'it took 12:30:45, std::move and a::b',
    'sk-learn is a typo',
    'the password is wrong',
    'page 4111 of 9000',
    'array[1234567890] = 17',
  ])('nothing in: %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('names, places and addresses', () => {
  test.each([
    'Please ask «PERSON|Maria Kowalska» about it.',
    'I talked to «PERSON|Jürgen Groß» and «PERSON|Anne-Sophie de la Tour».',
    'Hello, my name is «PERSON|Szabolcs».',
    'We live in «LOCATION|Portugal».',
    '{"name":"«PERSON|Ottavia»"}',
    'They moved to «ADDRESS|12 Rosewood Lane, Springfield, IL 62704».',
    'My address is «ADDRESS|Lindenstraße 7, 10969 Berlin».',
    'Ship it to «ADDRESS|14 rue des Lilas, 75020 Paris»',
  ])('%s', (line) => {
    const { text, spans } = marked(line);
    expect(found(text)).toEqual(spans);
  });

  test.each([
    'Please open the file.',
    'What is the weather like?',
    'Set an alarm for seven.',
    'Thanks a lot!',
  ])('nothing in: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  test('without lists, context and capitals still find', () => {
    const text = 'My name is Xanthippa Quorl.';
    expect(findPersonalData(text).map(({ type }) => type)).toEqual(['PERSON']);
  });
});

/** Pieces that detectors begin at, thrown together. */
const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '@',
    '://',
    '::',
    ':',
    '4111 1111 1111 1111',
    'a@b.co',
    'password: ',
    '+',
    '(',
    '0',
    '-',
    '.',
    ' ',
    '\n',
    'eyJ',
    '-----BEGIN ',
    'GB29 ',
    'Anna ',
    'de ',
    'St. ',
    'É',
  ),
);

test('findings lie in the text, in order, apart from each other, each with a reason', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      let end = 0;
      for (const finding of findPersonalData(text, { gazetteer })) {
        expect(finding.start).toBeGreaterThanOrEqual(end);
        expect(finding.end).toBeGreaterThan(finding.start);
        expect(finding.score).toBeGreaterThanOrEqual(0.4);
        expect(finding.rule).not.toBe('');
        end = finding.end;
      }
      expect(end).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 400 },
  );
});

/** Processor time in milliseconds, the least of several: what the machine does besides can only add. */
function leastTime(text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run += 1) {
    const started = process.cpuUsage();
    findPersonalData(text, { gazetteer });
    const { user, system } = process.cpuUsage(started);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

describe('hostile texts', () => {
  const hostile = [
    'a',
    'a@',
    '1',
    '1 ',
    '1-',
    '(',
    ':',
    '://',
    'a.',
    'A ',
    'Aa ',
    'Aa, ',
    'é',
    '0x',
    'eyJ',
    '-----BEGIN PRIVATE KEY-----',
    'password: ',
    'St. 1, ',
    'de ',
    'GB29',
    'x@y.z,',
    'a:b:',
    '9.9.9.',
    '+1 ',
    'and ',
    'sk-',
  ];

  test.each(hostile)('eight times as much of %j takes nothing like its square', (unit) => {
    const small = unit.repeat(Math.ceil(10_000 / unit.length));
    findPersonalData(small, { gazetteer });
    // Linear is 8, quadratic is 64 and takes seconds; the floor keeps short times from telling anything.
    expect(leastTime(small.repeat(8)) / Math.max(leastTime(small), 20)).toBeLessThan(40);
  });
});
