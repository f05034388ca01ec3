/**
 * The same model run several ways: each is asked the same, round by round, and no round asks what another has asked.
 * Knows the catalogue, the engines and what is asked; nothing of the page.
 */
import { readCatalogueEntry, siteRoot, spawnEngine } from '../../src/index.ts';
import type { CatalogueEntry, GenerateUsage, LoadRequest } from '../../src/index.ts';
import { median } from './bench-report.ts';
import type { BenchReport, BenchSide } from './bench-report.ts';
import { msg, str } from '../../src/ui/translate.ts';

/** One round warms up and does not count. */
export const countedRounds = 3;

const writtenTokens = 32;

interface Way {
  readonly name: string;
  readonly request: Pick<LoadRequest, 'engine' | 'prefer'>;
}

/** Ours chooses by itself; the others are the engines as a page has them that takes them as they come. */
const ways: readonly Way[] = [
  { name: 'smallworks', request: {} },
  {
    name: 'llama.cpp (wllama), weights as in the file',
    request: { engine: 'wllama', prefer: { weights: 'quantised' } },
  },
  { name: 'ONNX Runtime, own loop', request: { engine: 'transformers' } },
];

const subjects = ['a lighthouse', 'a tram', 'an orchard', 'a harbour'] as const;

/** A prompt of some hundred tokens that differs from its first word on: nothing of it is in a cache. */
function promptOf(round: number): string {
  const subject = subjects[round % subjects.length] ?? 'a bridge';
  const facts = Array.from(
    { length: 12 },
    (_, index) => `Fact ${index + 1 + round * 12}: ${subject} was seen near the river at hour ${index + 1}.`,
  );
  return `About ${subject}. ${facts.join(' ')} Write a short story of it.`;
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  /** Told how far it is, one short sentence. */
  readonly say: (text: string) => void;
}

/**
 * Runs one way after the other, each in a worker of its own that ends before the next begins: three models at once would not fit
 * many devices. Rejects with a Fault where one cannot be loaded, and with `aborted` when it is stopped.
 */
export async function measureSides({ signal, say }: MeasureOptions): Promise<BenchReport> {
  const entry = await readCatalogueEntry({
    url: new URL('models.json', siteRoot()),
    modelId: undefined,
    signal,
  });
  const sides: BenchSide[] = [];
  for (const way of ways) sides.push(await measureWay(way, entry, { signal, say }));
  return {
    version: 1,
    at: Date.now(),
    model: entry.title,
    processors: navigator.hardwareConcurrency,
    rounds: countedRounds,
    sides,
  };
}

async function measureWay(
  way: Way,
  entry: CatalogueEntry,
  { signal, say }: MeasureOptions,
): Promise<BenchSide> {
  const engine = spawnEngine();
  try {
    say(msg(str`${way.name}: loading…`));
    const model = await engine.load(
      {
        model: entry,
        modelsUrl: new URL('models/', siteRoot()).href,
        contextTokens: 2048,
        slots: 1,
        ...way.request,
      },
      { signal },
    );
    const usages: GenerateUsage[] = [];
    for (let round = 0; round <= countedRounds; round += 1) {
      say(msg(str`${way.name}: round ${round + 1} of ${countedRounds + 1}…`));
      const { usage } = await engine.generate(
        {
          messages: [{ role: 'user', content: promptOf(round) }],
          sampling: { temperature: 0, maxTokens: writtenTokens },
        },
        { signal },
      );
      if (round > 0) usages.push(usage);
    }
    return {
      name: way.name,
      how: `${model.backend}, ${model.weights}, ${model.threads} threads`,
      readPerSecond: median(
        usages.map(({ promptTokens, cachedTokens, prefillMs }) =>
          rate(promptTokens - cachedTokens, prefillMs),
        ),
      ),
      writtenPerSecond: median(usages.map(({ decodeTokens, decodeMs }) => rate(decodeTokens, decodeMs))),
      firstTokenMs: median(usages.map(({ timeToFirstTokenMs }) => timeToFirstTokenMs)),
    };
  } finally {
    engine.dispose();
  }
}

/** Per second; 0 where nothing was timed. */
function rate(tokens: number, milliseconds: number): number {
  return milliseconds > 0 ? tokens / (milliseconds / 1000) : 0;
}
