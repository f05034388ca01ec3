import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calculate } from '../../../src/tools/builtin/calculate.ts';
import { calculator } from '../../../src/tools/builtin/calculator.ts';
import { invokeTool } from '../../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../../src/tools/registry.ts';

describe('values', () => {
  test.each<[string, number | string]>([
    ['12 * 8', 96],
    ['2 + 3 * 4', 14],
    ['-2^2', -4],
    ['2^3^2', 512],
    ['0.1 + 0.2', 0.3],
    ['7 / 3', 2.33333333333],
    ['10 ÷ 4', 2.5],
    ['5 × 3', 15],
    ['2 x 3', 6],
    ['3x4', 12],
    ['2 ** 5', 32],
    ['1,234 + 1', 1235],
    ['max(1,200)', 200],
    ['$45 * 3', 135],
    ['12 * 8 =', 96],
    ['12 * 8 = ?', 96],
    ['240 * 15%', 36],
    ['15% of 240', 36],
    ['15 percent of 240', 36],
    ['15% + 3', 3.15],
    ['100 + 10%', 110],
    ['100 + 10% - 5', 105],
    ['(100 + 10% - 5) * 2', 210],
    ['100 - 20%', 80],
    ['10 mod 3', 1],
    ['sqrt(2) * 10', 14.1421356237],
    ['√16', 4],
    ['sin(30 deg)', 0.5],
    ['ln(e)', 1],
    ['log10(1000)', 3],
    ['average(1, 2, 6)', 3],
    ['round(2.345, 2)', 2.35],
    ['2(3 + 4)', 14],
    ['5!', 120],
    ['25!', '15511210043330985984000000'],
    ['123456789 * 987654321', '121932631112635269'],
    ['2^100', '1267650600228229401496703205376'],
    ['1.5 * 10^20', '1.5e+20'],
    ['-5 + 5', 0],
  ])('%s is %s', (expression, value) => {
    expect(calculate(expression)).toEqual({ type: 'value', value });
  });
});

describe('refusals', () => {
  test.each([
    ['import("x")', /only numbers|not a function/],
    ['createUnit(1)', /"createUnit" is not a function/],
    ['evaluate("1+1")', /"evaluate" is not a function/],
    ['parse("1")', /"parse" is not a function/],
    ['a = 3', /only numbers, \+/],
    ['f(x) = x', /only numbers, \+/],
    ['constructor', /"constructor" is not a number/],
    ['cos.constructor("return 1")', /is not a function|only numbers/],
    ['toString()', /"toString" is not a function/],
    ['[1, 2, 3]', /only numbers, \+/],
    ['{a: 1}', /only numbers, \+/],
    ['"text"', /only numbers can be/],
    ['true', /only numbers can be/],
    ['5 > 3', /">" is not an operator/],
    ['1:1000000000', /only numbers, \+/],
    ['2; 3', /only numbers, \+/],
    ['1 / 0', /infinite/],
    ['9^9^9^9', /infinite or too large/],
    ['(10^9)!', /infinite or too large/],
    ['sqrt(-4)', /no real value/],
    ['0 / 0', /no real value/],
    ['2 +', /./],
    ['apples', /"apples" is not a number/],
    ['', /nothing to calculate/],
    ['?', /nothing to calculate/],
    ['1+'.repeat(300), /longer than 500/],
    ['('.repeat(500), /./],
  ])('%s', (expression, reason) => {
    const outcome = calculate(expression);
    expect(outcome.type).toBe('refused');
    expect(outcome.type === 'refused' && outcome.reason).toMatch(reason);
  });

  test('the tool says why and how to write it', async () => {
    const outcome = await invokeTool({
      tools: createRegistry([calculator()]),
      call: { name: 'calculator', arguments: { expression: 'apples * 2' } },
      callId: 'c',
    });
    expect(outcome).toMatchObject({
      type: 'error',
      fault: { code: 'tool-failed', message: '"apples * 2" cannot be calculated: "apples" is not a number.' },
    });
  });
});

/** An expression tree as text, fully bracketed, and its value by JavaScript. */
interface Tree {
  readonly text: string;
  readonly value: number;
}

const tree = fc.letrec<{ tree: Tree; leaf: Tree; sum: Tree }>((tie) => ({
  leaf: fc.integer({ min: 0, max: 999 }).map((value) => ({ text: String(value), value })),
  sum: fc
    .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/'), tie('tree'))
    .map(([left, operator, right]) => ({
      text: `(${left.text} ${operator} ${right.text})`,
      value:
        operator === '+'
          ? left.value + right.value
          : operator === '-'
            ? left.value - right.value
            : operator === '*'
              ? left.value * right.value
              : left.value / right.value,
    })),
  tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('sum')),
})).tree;

describe('properties', () => {
  test('arithmetic agrees with JavaScript to 11 digits', () => {
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        fc.pre(text.length <= 500);
        const outcome = calculate(text);
        if (Number.isFinite(value)) {
          expect(outcome.type).toBe('value');
          const found = outcome.type === 'value' ? Number(outcome.value) : Number.NaN;
          expect(Math.abs(found - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-11);
        } else {
          expect(outcome.type).toBe('refused');
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('any text gets a verdict, and no text reaches an object', () => {
    const word = fc.constantFrom(
      'sqrt(',
      ')',
      '(',
      '%',
      '+',
      '-',
      '!',
      '^',
      ',',
      'x',
      'e',
      '.',
      '[',
      '"',
      '=',
      ';',
      'constructor',
      '9',
      '1e3',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
        ),
        (text) => {
          const outcome = calculate(text);
          if (outcome.type === 'value') expect(['number', 'string']).toContain(typeof outcome.value);
          else expect(outcome.reason).not.toBe('');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
