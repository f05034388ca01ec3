/** Replacing: the same person stays the same, forms and checksums hold, tools' schemas too, and it can be turned back. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLuhn } from '../../../src/mask/checksums/digits.ts';
import { isIban } from '../../../src/mask/checksums/iban.ts';
import { isBase58Check, isEthereumCase, isSegwit } from '../../../src/mask/checksums/wallet.ts';
import { checkResidue } from '../../../src/mask/check-residue.ts';
import { findPersonalData } from '../../../src/mask/find-personal-data.ts';
import { loadGazetteer } from '../../../src/mask/gazetteer/gazetteer.ts';
import { createMasker } from '../../../src/mask/masker.ts';
import type { JsonSchema } from '../../../src/protocol/json.ts';
import type { Finding } from '../../../src/protocol/personal-data.ts';
import { compileSchema } from '../../../src/tools/validate.ts';

const gazetteer = await loadGazetteer();
const key = new Uint8Array(32).fill(7);

function masker(options: Partial<Parameters<typeof createMasker>[0]> = {}): ReturnType<typeof createMasker> {
  return createMasker({ key, gazetteer, ...options });
}

/** The only replacement of a text. */
function only(text: string, options: Partial<Parameters<typeof createMasker>[0]> = {}): string {
  const { replacements } = masker(options).maskText(text);
  expect(replacements).toHaveLength(1);
  return replacements[0]?.replacement ?? '';
}

describe('one person', () => {
  test('is the same made-up person in a prompt, in arguments, in results, and by the last name alone', () => {
    const one = masker();
    const { text, replacements } = one.maskText('Please write to Katarzyna Nowakowska.');
    const made = replacements[0]?.replacement ?? '';
    const [given = '', surname = ''] = made.split(' ');
    expect(text).toBe(`Please write to ${made}.`);
    expect(made).not.toMatch(/Katarzyna|Nowakowska/);
    expect(one.maskJson({ to: 'KATARZYNA NOWAKOWSKA', last: 'Nowakowska' }).value).toEqual({
      to: made.toUpperCase(),
      last: surname,
    });
    expect(one.maskText('he said nowakowska was out, and Katarzyna was in').text).toBe(
      `he said ${surname.toLowerCase()} was out, and ${given} was in`,
    );
    expect(one.restoreText(`Tell ${surname} that ${given} called.`)).toBe(
      'Tell Nowakowska that Katarzyna called.',
    );
  });

  test('is another for another key, and the same for the same', () => {
    const text = 'My name is Katarzyna Nowakowska.';
    expect(masker().maskText(text)).toEqual(masker().maskText(text));
    expect(masker({ key: new Uint8Array(32).fill(8) }).maskText(text).text).not.toBe(
      masker().maskText(text).text,
    );
  });

  test('many people get as many made-up ones', () => {
    const one = masker();
    const names = ['Anna', 'Maria', 'Lena', 'Ivan', 'Petra', 'Jonas', 'Clara', 'David', 'Elena', 'Felix'];
    const last = ['Novak', 'Schmidt', 'Garcia', 'Rossi', 'Dubois', 'Jansen', 'Larsson', 'Kowalski'];
    const full = names.flatMap((given) => last.map((surname) => `${given} ${surname}`));
    const made = full.map((name) => one.maskText(`My name is ${name}.`).text);
    expect(new Set(made).size).toBe(full.length);
    expect(made.map((text) => one.restoreText(text))).toEqual(full.map((name) => `My name is ${name}.`));
  });

  test('has a name of the language that is told', () => {
    expect(only('My name is Katarzyna.', { locale: 'de' })).not.toBe(
      only('My name is Katarzyna.', { locale: 'sv' }),
    );
  });
});

describe('form and checksum', () => {
  test('cards, accounts, wallets', () => {
    const card = only('card 4111 1111 1111 1111');
    expect(card).toMatch(/^4111 \d{4} \d{4} \d{4}$/);
    expect(isLuhn(card.replaceAll(' ', ''))).toBe(true);
    expect(card).not.toBe('4111 1111 1111 1111');
    const iban = only('IBAN DE89 3704 0044 0532 0130 00');
    expect(iban).toMatch(/^DE\d\d \d{4} \d{4} \d{4} \d{4} \d\d$/);
    expect(isIban(iban.replaceAll(' ', ''))).toBe(true);
    expect(isBase58Check(only('to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'))).toBe(true);
    expect(isSegwit(only('to bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'))).toBe(true);
    const ether = only('to 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed');
    expect(isEthereumCase(ether.slice(2))).toBe(true);
  });

  test('a number is one number in every spelling', () => {
    const one = masker();
    const spaced = one.maskText('card 4111 1111 1111 1111').text.slice(5);
    expect(one.maskText('card 4111111111111111').text.slice(5)).toBe(spaced.replaceAll(' ', ''));
  });

  test('a national number of the same state', () => {
    const made = only('DNI 12345678Z');
    expect(made).not.toBe('12345678Z');
    expect(findPersonalData(`DNI ${made}`)[0]?.rule).toBe('checksum of a Spanish DNI or NIE');
  });

  test('a mailbox goes with its person, under a name that nobody has', () => {
    const one = masker();
    const person = one.maskText('My name is Katarzyna Nowakowska.').replacements[0]?.replacement ?? '';
    const [given = '', surname = ''] = person.toLowerCase().split(' ');
    expect(one.maskText('katarzyna.nowakowska@firma.example.org').text).toMatch(
      new RegExp(`^${given}\\.${surname}\\d\\d@[a-z-]+\\.example$`),
    );
  });

  test('dates of birth keep their year and their form', () => {
    expect(only('born on 1971-03-23')).toBe('1971-01-01');
    expect(only('born on 23 March 1971')).toBe('1 January 1971');
    expect(only('born on 03/23/1971')).toBe('01/01/1971');
    expect(only('born on 3/23/1971')).toBe('1/1/1971');
    expect(only('born on 12 May 1971')).toBe('1 January 1971');
  });

  test('moved dates keep their distance', () => {
    const one = masker({ operators: { DATE: { type: 'surrogate' } } });
    const { text } = one.maskText('on 2024-02-27 and on 2024-03-05');
    const [first = '', second = ''] = text.match(/\d{4}-\d\d-\d\d/g) ?? [];
    expect((Date.parse(second) - Date.parse(first)) / 86_400_000).toBe(7);
    expect(first).not.toBe('2024-02-27');
  });
});

test('operators: redact, mask, hash, generalise, keep', () => {
  const text = 'mail a.b@c.org';
  expect(only(text, { operators: { EMAIL: { type: 'redact' } } })).toBe('[EMAIL]');
  expect(only('card 4111 1111 1111 1111', { operators: { CREDIT_CARD: { type: 'mask', keep: 4 } } })).toBe(
    '**** **** **** 1111',
  );
  expect(only(text, { operators: { EMAIL: { type: 'hash' } } })).toMatch(/^EMAIL_[\da-f]{32}$/);
  expect(only('zip code 90210', { operators: { ZIP_CODE: { type: 'generalise' } } })).toBe('90200');
  expect(only('aged 47')).toBe('45');
  expect(only('aged 101')).toBe('90');
  expect(masker({ operators: { EMAIL: { type: 'keep' } } }).maskText(text).replacements).toEqual([]);
});

test('a short key is refused', () => {
  expect(() => createMasker({ key: new Uint8Array(8) })).toThrow(RangeError);
});

describe('JSON', () => {
  const schema: JsonSchema = {
    type: 'object',
    required: ['name', 'email', 'phone', 'card', 'born', 'account', 'ip', 'zip', 'tags'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', minLength: 2, maxLength: 60 },
      email: { type: 'string', format: 'email' },
      phone: { type: 'string', pattern: '^\\d{3}-\\d{3}-\\d{4}$' },
      card: { type: 'string', pattern: '^4\\d{15}$' },
      born: { type: 'string', format: 'date' },
      account: { type: 'string', pattern: '^GB\\d\\d[A-Z]{4}\\d{14}$' },
      ip: { type: 'string', format: 'ipv4' },
      zip: { type: 'string', pattern: '^\\d{5}$' },
      tags: { type: 'array', items: { type: 'string', enum: ['new', 'vip'] } },
    },
  };
  const value = {
    name: 'Katarzyna Nowakowska',
    email: 'kasia@firma.pl',
    phone: '212-555-0187',
    card: '4111111111111111',
    born: '1971-03-23',
    account: 'GB29NWBK60161331926819',
    ip: '203.0.113.7',
    zip: '90210',
    tags: ['new', 'vip'],
  };

  test('masked arguments are still valid, keys and plain values stay, and all of it comes back', () => {
    const check = compileSchema(schema);
    expect(check(value)).toEqual([]);
    const one = masker();
    const masked = one.maskJson(value);
    expect(check(masked.value)).toEqual([]);
    expect(masked.replacements.map(({ path }) => path)).toEqual([
      '/name',
      '/email',
      '/phone',
      '/card',
      '/born',
      '/account',
      '/ip',
      '/zip',
    ]);
    expect(one.restoreJson(masked.value)).toEqual({ ...value, born: '1971-01-01' });
  });

  test('a number that is personal as a whole stays a number', () => {
    const { value: masked } = masker().maskJson({
      phone: 2_125_550_187,
      count: 12_345,
      when: 1_700_000_000_000,
    });
    expect(masked).toMatchObject({ count: 12_345, when: 1_700_000_000_000 });
    expect(String((masked as { phone: number }).phone)).toMatch(/^(?!2125550187)\d{10}$/);
  });

  test('whatever is masked keeps its shape', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        const one = JSON.parse(JSON.stringify(any)) as Parameters<
          ReturnType<typeof createMasker>['maskJson']
        >[0];
        expect(shapeOf(masker().maskJson(one).value)).toEqual(shapeOf(one));
      }),
      { numRuns: 60 },
    );
  });
});

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shapeOf(item)]));
  return typeof value;
}

test('replacements say where they stand', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom('Anna Berg', ' and ', 'a@b.org', '. ', '212-555-0187', 'Hello ', '4111111111111111'),
        { maxLength: 12 },
      ),
      (pieces) => {
        const { text, replacements } = masker().maskText(pieces.join(' '));
        for (const { start, end, replacement } of replacements)
          expect(text.slice(start, end)).toBe(replacement);
      },
    ),
    { numRuns: 100 },
  );
});

function find(text: string): readonly Finding[] {
  return findPersonalData(text, { gazetteer });
}

describe('residue', () => {
  const masked = masker().maskText('Ask Katarzyna Nowakowska, card 4111 1111 1111 1111.');
  const { replacements } = masked;
  const inFirst = replacements.map((replacement) => Object.assign(replacement, { path: '/first' }));

  test('what is masked passes', () => {
    expect(checkResidue({ value: { first: masked.text }, replacements: inFirst, find })).toEqual({
      passed: true,
    });
  });

  test.each([
    ['stands as it was', 'note 4111 1111 1111 1111'],
    ['stands without separators', 'x4111111111111111y'],
    ['stands in another letter case or with other separators', 'user katarzyna-nowakowska'],
  ])('%s', (why, text) => {
    // The record's first text has the replacements, its second an original.
    expect(
      checkResidue({ value: { first: masked.text, other: text }, replacements: inFirst, find: () => [] }),
    ).toMatchObject({
      passed: false,
      residues: [{ type: 'original-left', why }],
    });
  });

  test('a canary and a second finding fail it, and say why', () => {
    expect(
      checkResidue({ value: { a: 'blue-heron-17' }, replacements: [], canaries: ['Blue Heron 17'], find }),
    ).toMatchObject({
      passed: false,
      residues: [{ type: 'canary-left', path: '/a' }],
    });
    expect(checkResidue({ value: ['x', 'mail a@b.org'], replacements: [], find })).toMatchObject({
      passed: false,
      residues: [{ type: 'found-again', path: '/1', kind: 'EMAIL', why: 'e-mail address' }],
    });
  });
});
