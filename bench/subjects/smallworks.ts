/** This runtime as an application uses it: a worker by `spawnEngine`, a call by the path of every run. */
import { evaluateToolCallRow, spawnEngine } from '../../src/index.ts';
import type { AdapterEntry, CatalogueEntry, EngineHandle, LoadedModel } from '../../src/index.ts';
import type { OutputConstraint } from '../../src/protocol/engine.ts';
import { Stopwatch } from './subject.ts';
import type { Subject } from './subject.ts';

interface SmallworksOptions {
  readonly model: CatalogueEntry;
  readonly modelsUrl: string;
  /** The folder that an adapter's file counts from. */
  readonly adaptersUrl: string;
  /** What all subjects use beside the model; asked each time one is opened. */
  readonly adapter: () => AdapterEntry | undefined;
  /** Absent: the one that the runtime chooses. */
  readonly engine?: CatalogueEntry['engines'][number];
  /** What texts are held to. Absent: nothing. */
  readonly constraint?: OutputConstraint;
}

/** Every text: each token passes the grammar, and none is spared by it. */
export const anyText: OutputConstraint = { gbnf: 'root ::= [^\\x00]*' };

export function smallworks(options: SmallworksOptions): Subject {
  const { model, modelsUrl, adaptersUrl, adapter, engine: wanted, constraint } = options;
  let engine: EngineHandle | undefined;
  let loaded: LoadedModel | undefined;
  /** The adapter that requests name, as it was when this was opened. */
  let chosen: { readonly adapter?: string } = {};

  function opened(): { readonly engine: EngineHandle; readonly model: LoadedModel } {
    if (engine === undefined || loaded === undefined) throw new Error('Open it first.');
    return { engine, model: loaded };
  }

  return {
    open: async ({ slots, contextTokens }) => {
      engine = spawnEngine();
      const beside = adapter();
      chosen = beside === undefined ? {} : { adapter: beside.id };
      loaded = await engine.load({
        model,
        modelsUrl,
        slots,
        contextTokens: slots * contextTokens,
        ...(wanted === undefined ? {} : { engine: wanted }),
        ...(beside === undefined
          ? {}
          : { adapters: [{ id: beside.id, file: beside.file, filesUrl: adaptersUrl }] }),
      });
      const { backend, weights, threads, engineVersion } = loaded;
      return `${loaded.engine} ${engineVersion}, ${backend}, ${weights} weights, ${String(threads)} threads`;
    },
    ask: async ({ messages, maxTokens, temperature = 0, seed }) => {
      const watch = new Stopwatch();
      const sampling = { temperature, maxTokens, ...(seed === undefined ? {} : { seed }) };
      const { text, usage } = await opened().engine.generate(
        { messages, sampling, ...chosen, ...(constraint === undefined ? {} : { constraint }) },
        { onEvent: ({ type }) => void (type === 'text-generated' && watch.piece()) },
      );
      const { promptTokens, cachedTokens, decodeTokens } = usage;
      return watch.told({
        text,
        promptTokens,
        readTokens: promptTokens - cachedTokens,
        tokens: decodeTokens,
      });
    },
    call: async (row, asked = {}) => {
      const evaluation = await evaluateToolCallRow({ row, ...opened(), ...chosen, ...asked });
      const { grade, output, texts, usage, durationMs } = evaluation;
      return {
        text: texts.join('\n'),
        promptTokens: usage.promptTokens,
        readTokens: usage.promptTokens - usage.cachedTokens,
        tokens: usage.decodeTokens,
        firstTokenMs: usage.timeToFirstTokenMs,
        totalMs: durationMs,
        right: grade.exact,
        calls: output?.type === 'calls' ? output.calls : [],
      };
    },
    close: async () => {
      await engine?.unload();
      engine?.dispose();
      engine = loaded = undefined;
    },
  };
}
