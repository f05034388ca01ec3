/** A chat model whose engine says what a script tells it to. */
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { ScriptedStep } from '../../../src/bridge/scripted-engine.ts';
import type { ChatModel } from '../../../src/facade/chat-model.ts';
import type { LoadedModel } from '../../../src/protocol/engine.ts';

const loaded: LoadedModel = {
  modelId: 'scripted',
  weightsHash: '',
  engine: 'scripted',
  engineVersion: '1',
  backend: 'scripted',
  weights: 'quantised',
  threads: 1,
  slots: 1,
  contextTokens: 200,
  choiceReasons: [],
  loadMs: 0,
};

export interface ScriptedModel extends ChatModel {
  readonly engine: ScriptedEngine;
  /** Whether a generation was stopped by its caller. */
  readonly stopped: boolean;
}

/** Replies in order; a text is a step that any prompt will do for. */
export function scriptedModel(...replies: readonly (string | ScriptedStep)[]): ScriptedModel {
  const engine = new ScriptedEngine({
    loaded: true,
    steps: replies.map((reply) => (typeof reply === 'string' ? { reply } : reply)),
  });
  let stopped = false;
  return {
    engine,
    get stopped() {
      return stopped;
    },
    load: () => Promise.resolve(loaded),
    countTokens: (text) => engine.countTokens(text),
    generate: async (request, options) => {
      try {
        return await engine.generate(request, options);
      } finally {
        stopped ||= options?.signal?.aborted === true;
      }
    },
  };
}
