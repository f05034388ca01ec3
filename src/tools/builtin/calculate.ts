/**
 * The value of an arithmetic expression. The library parses; only node kinds, operators and functions on the lists
 * here are evaluated, so an expression can name no variable, assign nothing and reach no object.
 * Bounds: 500 characters, and nothing on the lists takes time that grows with a number's size.
 * Loaded on first use (calculator), because the parser is large.
 */
import {
  absDependencies,
  acosDependencies,
  addDependencies,
  asinDependencies,
  atanDependencies,
  cbrtDependencies,
  ceilDependencies,
  cosDependencies,
  create,
  divideDependencies,
  expDependencies,
  factorialDependencies,
  floorDependencies,
  gcdDependencies,
  lcmDependencies,
  log10Dependencies,
  log2Dependencies,
  logDependencies,
  maxDependencies,
  meanDependencies,
  medianDependencies,
  minDependencies,
  modDependencies,
  multiplyDependencies,
  parseDependencies,
  powDependencies,
  roundDependencies,
  sinDependencies,
  sqrtDependencies,
  subtractDependencies,
  sumDependencies,
  tanDependencies,
  unaryMinusDependencies,
  unaryPlusDependencies,
} from 'mathjs/number';
import type { ConstantNode, FunctionNode, MathNode, OperatorNode, ParenthesisNode, SymbolNode } from 'mathjs';
import { exactInteger } from './exact-integer.ts';
import { readExpression } from './read-expression.ts';

export type Calculation =
  /** A number with up to 12 significant digits, or text where a number could not hold the digits. */
  | { readonly type: 'value'; readonly value: number | string }
  | { readonly type: 'refused'; readonly reason: string };

const longest = 500;

const math = create(
  Object.assign(
    {},
    absDependencies,
    acosDependencies,
    addDependencies,
    asinDependencies,
    atanDependencies,
    cbrtDependencies,
    ceilDependencies,
    cosDependencies,
    divideDependencies,
    expDependencies,
    factorialDependencies,
    floorDependencies,
    gcdDependencies,
    lcmDependencies,
    log10Dependencies,
    log2Dependencies,
    logDependencies,
    maxDependencies,
    meanDependencies,
    medianDependencies,
    minDependencies,
    modDependencies,
    multiplyDependencies,
    parseDependencies,
    powDependencies,
    roundDependencies,
    sinDependencies,
    sqrtDependencies,
    subtractDependencies,
    sumDependencies,
    tanDependencies,
    unaryMinusDependencies,
    unaryPlusDependencies,
  ),
);

const operators = new Set('add subtract multiply divide mod pow factorial unaryMinus unaryPlus'.split(' '));
const functions = new Set(
  'abs sqrt cbrt exp log ln log10 log2 gcd lcm round floor ceil min max sum mean average median factorial mod pow sin cos tan asin acos atan'.split(
    ' ',
  ),
);
/** `deg` makes `sin(30 deg)` mean degrees. */
const constants = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
  ['tau', 2 * Math.PI],
  ['deg', Math.PI / 180],
]);

/** The value of `text`, e.g. `12 * 8`, `15% of 240`, `sqrt(2)`. Never throws. */
export function calculate(text: string): Calculation {
  if (text.length > longest) return refused(`it is longer than ${longest} characters`);
  const expression = readExpression(text);
  if (expression === '') return refused('there is nothing to calculate');
  let value: unknown;
  try {
    const node = math.parse(expression);
    const problem = problemOf(node);
    if (problem !== undefined) return refused(problem);
    value = node.evaluate(scope());
    if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      const exact = exactInteger(node);
      if (exact !== undefined) return { type: 'value', value: String(exact) };
    }
  } catch (error) {
    return refused(error instanceof Error ? error.message.replace(/ \(char \d+\)$/, '') : String(error));
  }
  if (typeof value !== 'number') return refused('it has no number as its value');
  if (Number.isNaN(value)) return refused('it has no real value');
  if (!Number.isFinite(value)) return refused('its value is infinite or too large');
  if (Number.isSafeInteger(value)) return { type: 'value', value: value === 0 ? 0 : value };
  const rounded = Number(value.toPrecision(12));
  return {
    type: 'value',
    // As digits it would look exact: 1.5e+20 does not.
    value: Math.abs(value) > Number.MAX_SAFE_INTEGER ? rounded.toExponential() : rounded,
  };
}

function refused(reason: string): Calculation {
  return { type: 'refused', reason };
}

function scope(): Map<string, unknown> {
  const byName = new Map<string, unknown>(constants);
  byName.set('ln', (value: number) => Math.log(value));
  byName.set(
    'average',
    (...values: readonly number[]) => values.reduce((sum, item) => sum + item, 0) / values.length,
  );
  return byName;
}

/** Why an expression may not be evaluated, or undefined. */
function problemOf(node: MathNode): string | undefined {
  const all = (nodes: readonly MathNode[]): string | undefined =>
    nodes.map(problemOf).find((problem) => problem !== undefined);
  switch (node.type) {
    case 'ConstantNode':
      return typeof (node as ConstantNode).value === 'number'
        ? undefined
        : 'only numbers can be calculated with';
    case 'ParenthesisNode':
      return problemOf((node as ParenthesisNode).content);
    case 'OperatorNode': {
      const { fn, op, args }: { fn: string; op: string; args: MathNode[] } = node as OperatorNode;
      return operators.has(fn) ? all(args) : `"${op}" is not an operator of this calculator`;
    }
    case 'FunctionNode': {
      const { fn, args } = node as FunctionNode;
      // A call of anything but a plain name, e.g. `(f)(1)`, has no name here.
      const name = fn.type === 'SymbolNode' ? fn.name : '';
      return functions.has(name) ? all(args) : `"${name}" is not a function of this calculator`;
    }
    case 'SymbolNode': {
      const { name } = node as SymbolNode;
      return constants.has(name) ? undefined : `"${name}" is not a number`;
    }
    default:
      return 'only numbers, + - * / ^ % ! and functions such as sqrt() can be calculated with';
  }
}
