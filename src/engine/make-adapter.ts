/**
 * A fresh adapter by its engine's name. Each library is loaded when it is first asked for, never before: they are
 * megabytes. Knows the adapters' modules; nothing of what they do.
 */
import { Fault, faultCodes, messageOf } from '../protocol/fault.ts';
import type { WorkerEngine } from '../protocol/model.ts';
import type { EngineAdapter } from './adapter.ts';

/** Rejects with Fault `engine-failed` where the engine's code cannot be fetched. */
export async function makeAdapter(engine: WorkerEngine): Promise<EngineAdapter> {
  try {
    switch (engine) {
      case 'wllama': {
        const { WllamaAdapter } = await import('./wllama-adapter.ts');
        return new WllamaAdapter();
      }
      case 'transformers': {
        const { TransformersAdapter } = await import('./transformers/transformers-adapter.ts');
        return new TransformersAdapter();
      }
      case 'web-llm': {
        const { WebLlmAdapter } = await import('./web-llm/web-llm-adapter.ts');
        return new WebLlmAdapter();
      }
      default:
        engine satisfies never;
        throw new Error('There is no such engine.');
    }
  } catch (error) {
    throw new Fault(
      {
        code: faultCodes.engineFailed,
        message: `The engine ${engine} could not be started.`,
        reason: messageOf(error),
        remedy: 'Reload the page; if it persists, the site lacks the file of this engine.',
      },
      { cause: error },
    );
  }
}
