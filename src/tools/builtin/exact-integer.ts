/**
 * Whole numbers too large for a double, exactly. Works on an expression that is whole numbers, + - * ^ and ! only.
 * Knows the parser's node shapes; calculate has checked the expression before.
 */
import type { ConstantNode, MathNode, OperatorNode, ParenthesisNode } from 'mathjs';

/** Digits beyond which nobody wants them all. */
const mostDigits = 60;

/** The exact value; undefined where the expression is not of whole numbers, or the value has over 60 digits. */
export function exactInteger(node: MathNode): bigint | undefined {
  const value = evaluate(node);
  return value !== undefined && digits(value) <= mostDigits ? value : undefined;
}

function digits(value: bigint): number {
  return String(value < 0n ? -value : value).length;
}

function evaluate(node: MathNode): bigint | undefined {
  if (node.type === 'ParenthesisNode') return evaluate((node as ParenthesisNode).content);
  if (node.type === 'ConstantNode') {
    const value: unknown = (node as ConstantNode).value;
    return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
  }
  if (node.type !== 'OperatorNode') return undefined;
  const { fn, args } = node as OperatorNode;
  const [left, right] = args.map((item) => evaluate(item));
  if (left === undefined || digits(left) > 4 * mostDigits) return undefined;
  if (fn === 'unaryMinus') return -left;
  if (fn === 'unaryPlus') return left;
  if (fn === 'factorial') return left < 0n || left > 60n ? undefined : factorial(left);
  if (right === undefined) return undefined;
  switch (fn as string) {
    case 'add':
      return left + right;
    case 'subtract':
      return left - right;
    case 'multiply':
      return left * right;
    case 'pow':
      return right < 0n || right > 400n || digits(left) * Number(right) > 4 * mostDigits
        ? undefined
        : left ** right;
    default:
      return undefined;
  }
}

function factorial(count: bigint): bigint {
  let product = 1n;
  for (let factor = 2n; factor <= count; factor += 1n) product *= factor;
  return product;
}
