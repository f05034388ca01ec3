/**
 * Remembers which GPU computed which model rightly, so that the check is made once and not at every load.
 * A key names everything the verdict rests on; a new driver, browser, engine or file is a new key. Losing the
 * memory costs a check, so what cannot be read or written is no fault.
 */
import type { AnswerVerdict } from './known-answer.ts';
import { useDatabase } from './use-database.ts';

export interface TrustKey {
  /** Vendor, architecture and driver as far as the browser tells. */
  readonly gpu: string;
  readonly userAgent: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly weightsHash: string;
}

export interface TrustCache {
  get(key: TrustKey): Promise<AnswerVerdict | undefined>;
  set(key: TrustKey, verdict: AnswerVerdict): Promise<void>;
}

const storeName = 'verdicts';

function textOf({ gpu, userAgent, engine, engineVersion, weightsHash }: TrustKey): string {
  return JSON.stringify([gpu, userAgent, engine, engineVersion, weightsHash]);
}

function isVerdict(value: unknown): value is AnswerVerdict {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return value.type === 'trusted' || value.type === 'wrong';
}

/** Keeps verdicts in IndexedDB. */
export class StoredTrustCache implements TrustCache {
  readonly #place: Parameters<typeof useDatabase>[0];

  constructor(options: { readonly databaseName?: string } = {}) {
    this.#place = { databaseName: options.databaseName ?? 'smallworks-trust', storeName };
  }

  async get(key: TrustKey): Promise<AnswerVerdict | undefined> {
    const value: unknown = await useDatabase(this.#place, (database) => database.get(storeName, textOf(key)));
    return isVerdict(value) ? value : undefined;
  }

  async set(key: TrustKey, verdict: AnswerVerdict): Promise<void> {
    await useDatabase(this.#place, (database) => database.put(storeName, verdict, textOf(key)));
  }
}
