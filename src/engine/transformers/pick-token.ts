/**
 * Logits -> the next token: the likeliest, or drawn by chance. Pure; knows logits and a mask, nothing of models.
 */
import { likeliest } from './logit-scan.ts';

export interface PickOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Numbers from 0 to 1; not asked where `temperature` is 0. */
  readonly random: () => number;
  /** One bit a token, 32 to a word, lowest bit first: 0 forbids. Absent: all are allowed. */
  readonly allowed?: Int32Array;
}

/** The likeliest token. */
export const greedy = { temperature: 0, random: () => 0 } as const;

/**
 * Tokens less likely than this share of the likeliest are never drawn: the tail of a small model's distribution is
 * noise, and as a whole it is heavy.
 */
const smallestShare = 0.05;

/** True where the mask lets a token through. */
export function isAllowed(allowed: Int32Array | undefined, token: number): boolean {
  return allowed === undefined || (((allowed[token >>> 5] ?? 0) >>> (token & 31)) & 1) === 1;
}

/** Has the mask hold a token back. */
export function forbid(allowed: Int32Array, token: number): void {
  allowed[token >>> 5] = (allowed[token >>> 5] ?? 0) & ~(1 << (token & 31));
}

/** The next token's id, or -1 where the mask allows none or no logit is a number: the model computes nonsense then. */
export function pickToken(logits: Float32Array, { temperature, random, allowed }: PickOptions): number {
  const best = likeliest(logits, allowed);
  if (temperature <= 0 || best < 0) return best;
  const top = logits[best] ?? 0;
  const lowest = top + Math.log(smallestShare) * temperature;
  const candidates: { readonly token: number; readonly weight: number }[] = [];
  let total = 0;
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] ?? -Infinity;
    if (!(logit >= lowest) || !isAllowed(allowed, token)) continue;
    const weight = Math.exp((logit - top) / temperature);
    candidates.push({ token, weight });
    total += weight;
  }
  let left = random() * total;
  for (const { token, weight } of candidates) {
    left -= weight;
    if (left < 0) return token;
  }
  return best;
}
