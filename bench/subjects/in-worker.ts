/**
 * transformers.js in a worker, as its guide says: the same weights as floats (an adapter merged into them), its own `generate()` with its cache of
 * keys and values. It has no grammar: a call is what it writes.
 */
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { callMessages, callTokens, gradeCall } from './peer-call.ts';
import type { Subject, Weights } from './subject.ts';
import type { TransformersWorker } from './transformers.worker.ts';

export function transformersJs(files: () => Promise<Weights>): Subject {
  let worker: Worker | undefined;
  let remote: Remote<TransformersWorker> | undefined;

  function opened(): Remote<TransformersWorker> {
    if (remote === undefined) throw new Error('Open it first.');
    return remote;
  }

  return {
    open: async ({ contextTokens }) => {
      worker = new Worker(new URL('./transformers.worker.ts', import.meta.url), { type: 'module' });
      remote = wrap<TransformersWorker>(worker);
      return await remote.open({ ...(await files()), contextTokens });
    },
    ask: async (ask) => await opened().ask(ask),
    call: async (row) =>
      gradeCall(row, await opened().ask({ messages: callMessages(row), maxTokens: callTokens })),
    close: async () => {
      worker?.terminate();
      worker = remote = undefined;
    },
  };
}
