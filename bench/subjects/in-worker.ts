/**
 * What runs in a worker of its own and answers nothing but texts: transformers.js as its guide advises (the same weights as floats, an
 * adapter merged into them, its own `generate()`; it has no grammar, so a call is what it writes), and our kernel without an engine.
 */
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { callMessages, callTokens, gradeCall } from './peer-call.ts';
import type { Ask, Subject, Told, Weights } from './subject.ts';

export interface AskedWorker {
  readonly open: (options: Weights & { readonly contextTokens: number }) => Promise<string>;
  readonly ask: (ask: Ask) => Promise<Told>;
}

type Files = () => Promise<Weights>;

export function transformersJs(files: Files): Subject {
  return inWorker(
    files,
    () => new Worker(new URL('./transformers.worker.ts', import.meta.url), { type: 'module' }),
  );
}

export function bareKernel(files: Files): Subject {
  return inWorker(
    files,
    () => new Worker(new URL('./kernel.worker.ts', import.meta.url), { type: 'module' }),
  );
}

function inWorker(files: Files, start: () => Worker): Subject {
  let worker: Worker | undefined;
  let remote: Remote<AskedWorker> | undefined;

  function opened(): Remote<AskedWorker> {
    if (remote === undefined) throw new Error('Open it first.');
    return remote;
  }

  return {
    open: async ({ contextTokens }) => {
      worker = start();
      remote = wrap<AskedWorker>(worker);
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
