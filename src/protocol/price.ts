/**
 * What tokens are worth by a price list, and which steps cost anything. Pure; every figure is defined in docs/economics.
 */
import type { PriceList, Spend } from './economics.ts';
import type { GenerateUsage, LoadedModel } from './engine.ts';

interface PricedTokens {
  readonly readTokens: number;
  readonly cachedTokens: number;
  readonly writtenTokens: number;
}

/** The price of so many tokens, in the list's currency. */
export function priceOf(prices: PriceList, tokens: PricedTokens): number {
  const { inputPerMillion, cachedPerMillion, outputPerMillion } = prices;
  const { readTokens, cachedTokens, writtenTokens } = tokens;
  return (
    (readTokens * inputPerMillion + cachedTokens * cachedPerMillion + writtenTokens * outputPerMillion) / 1e6
  );
}

/** A step is local where it ran on the model that the run was begun with, and that is not on a server. */
export function isLocalStep(model: LoadedModel | undefined, modelId: string): boolean {
  return model !== undefined && model.backend !== 'remote' && model.modelId === modelId;
}

export const nothingSpent: Spend = { tokens: 0, money: 0 };

/** What a step spent. Money: only on a server, and only where there are prices. */
export function spendOf(
  usage: Pick<GenerateUsage, 'promptTokens' | 'cachedTokens' | 'decodeTokens'>,
  { prices, isLocal }: { readonly prices: PriceList | undefined; readonly isLocal: boolean },
): Spend {
  const { cachedTokens, decodeTokens: writtenTokens } = usage;
  const readTokens = usage.promptTokens - cachedTokens;
  const isFree = isLocal || prices === undefined;
  return {
    tokens: readTokens + writtenTokens,
    money: isFree ? 0 : priceOf(prices, { readTokens, cachedTokens, writtenTokens }),
  };
}

export function addSpend(one: Spend, other: Spend): Spend {
  return { tokens: one.tokens + other.tokens, money: one.money + other.money };
}
