/**
 * A scripted engine with a fate: it answers as its script says, until a given piece of text, or its load, or silence.
 * For what no real engine does on command.
 */
import type { EngineHandle } from '../../../src/bridge/engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import type { LoadRequest } from '../../../src/protocol/engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import type { FaultData } from '../../../src/protocol/fault.ts';

export type Fate =
  | { readonly type: 'lives' }
  | { readonly type: 'dies-loading'; readonly fault: FaultData }
  /** After so many pieces of its next answer. */
  | { readonly type: 'dies'; readonly pieces: number; readonly fault: FaultData }
  /** Answers nothing any more, after so many pieces. */
  | { readonly type: 'falls-silent'; readonly pieces: number };

export interface Mortal extends EngineHandle {
  readonly loads: readonly LoadRequest[];
  readonly prompts: readonly string[];
  readonly disposed: boolean;
}

export function mortalEngine(options: { readonly reply: string; readonly fate: Fate }): Mortal {
  const { reply, fate } = options;
  const script = new ScriptedEngine({ steps: Array.from({ length: 100 }, () => ({ reply })) });
  const loads: LoadRequest[] = [];
  const enders = new Set<(fault: Fault) => void>();
  let dead: Fault | undefined;

  /** Runs a call unless and until the engine is dead. */
  async function living<Result>(start: () => Promise<Result>): Promise<Result> {
    if (dead !== undefined) throw dead;
    return await new Promise<Result>((resolve, reject) => {
      enders.add(reject);
      start().then(resolve, reject);
    });
  }

  function die(fault: Fault): void {
    dead ??= fault;
    for (const reject of enders) reject(dead);
  }

  return {
    loads,
    get prompts() {
      return script.requests.map(
        ({ messages, prefill = '' }) => `${messages.at(-1)?.content ?? ''}|${prefill}`,
      );
    },
    get disposed() {
      return dead?.message === 'Disposed.';
    },
    load: (request, loadOptions) =>
      living(async () => {
        loads.push(request);
        if (fate.type === 'dies-loading') throw new Fault(fate.fault);
        return {
          ...(await script.load(request, loadOptions)),
          engine: 'wllama',
          backend: request.prefer?.backend ?? 'webgpu',
        };
      }),
    generate: (request, generateOptions) =>
      living(async () => {
        let pieces = 0;
        const silent = (): boolean => fate.type === 'falls-silent' && pieces > fate.pieces;
        const result = await script.generate(request, {
          ...generateOptions,
          onEvent: (event) => {
            if (dead !== undefined) return;
            if (event.type === 'text-generated') pieces += 1;
            if (fate.type === 'dies' && pieces > fate.pieces) return die(new Fault(fate.fault));
            if (!silent()) generateOptions?.onEvent?.(event);
          },
        });
        if (fate.type === 'dies') die(new Fault(fate.fault));
        return silent() ? await new Promise<never>(() => undefined) : result;
      }),
    countTokens: (text) => living(() => script.countTokens(text)),
    unload: () => living(() => script.unload()),
    dispose: () => {
      dead = undefined;
      die(new Fault({ code: 'worker-died', message: 'Disposed.' }));
    },
  };
}
