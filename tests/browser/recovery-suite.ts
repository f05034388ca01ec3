/**
 * What survival means, as one suite for every engine that can be hurt: cut at any token, the caller's text is the
 * undisturbed one, no character is lost or said twice, and nothing is left pending.
 * Knows the pool and its events; how an engine is made and hurt is the subject's.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EnginePool } from '../../src/bridge/engine-pool.ts';
import type { EngineHandle } from '../../src/bridge/engine.ts';
import type { RecoveryEvent } from '../../src/bridge/recovery-plan.ts';
import type { GenerateRequest, GenerateResult, LoadRequest } from '../../src/protocol/engine.ts';

export interface RecoverySubject {
  readonly name: string;
  readonly request: LoadRequest;
  /** An engine with nothing loaded, and the way to hurt it. */
  readonly spawn: () => { readonly engine: EngineHandle; readonly hurt: () => void };
  /** At which pieces of text it is hurt. */
  readonly cuts: readonly number[];
  /** What is asked; greedy. */
  readonly question: string;
  readonly maxTokens: number;
  /** What the answer is held to; absent: nothing. */
  readonly constraint?: GenerateRequest['constraint'];
}

/** After a recovery, everything that was under way has settled within this. */
const settleMs = 10_000;

function deferredMs(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

export function describeRecovery(subject: RecoverySubject): void {
  describe(`${subject.name} survives`, () => {
    const pending = new Set<Promise<unknown>>();
    const events: RecoveryEvent[] = [];
    let hurt: (() => void) | undefined;
    let pool: EnginePool;
    let undisturbed: GenerateResult;

    function tracked<Result>(call: Promise<Result>): Promise<Result> {
      pending.add(call);
      const settled = (): void => void pending.delete(call);
      call.then(settled, settled);
      return call;
    }

    /** The subject's engine, every call of it on the list of what is pending. */
    function spawn(): EngineHandle {
      const { engine, hurt: hurtThis } = subject.spawn();
      hurt = hurtThis;
      return {
        load: (request, options) => tracked(engine.load(request, options)),
        generate: (request, options) => tracked(engine.generate(request, options)),
        countTokens: (text) => tracked(engine.countTokens(text)),
        unload: () => tracked(engine.unload()),
        dispose: () => engine.dispose(),
      };
    }

    const request: Omit<GenerateRequest, 'requestId'> = {
      messages: [{ role: 'user', content: subject.question }],
      sampling: { temperature: 0, maxTokens: subject.maxTokens },
      ...(subject.constraint === undefined ? {} : { constraint: subject.constraint }),
    };

    async function generateAndHurtAt(cut: number): Promise<{ pieces: string[]; result: GenerateResult }> {
      const pieces: string[] = [];
      const result = await pool.generate(request, {
        onEvent: (event) => {
          if (event.type !== 'text-generated') return;
          pieces.push(event.text);
          if (pieces.length === cut) hurt?.();
        },
      });
      return { pieces, result };
    }

    beforeAll(async () => {
      pool = new EnginePool({ size: 1, spawn, onRecovery: (event) => events.push(event) });
      await pool.load(subject.request);
      undisturbed = await pool.generate(request);
    }, 240_000);
    afterAll(() => pool.dispose());

    test('the question has an answer long enough to be cut', () => {
      expect(undisturbed.usage.decodeTokens).toBeGreaterThan(Math.max(...subject.cuts));
    });

    test.each(subject.cuts)('cut at piece %i, the text is the undisturbed one', async (cut) => {
      events.length = 0;
      const { pieces, result } = await generateAndHurtAt(cut);
      expect(result.text).toBe(undisturbed.text);
      expect(pieces.join('')).toBe(undisturbed.text);
      expect(result.finishReason).toBe(undisturbed.finishReason);
      const types = events.map(({ type }) => type);
      expect([types.at(0), types.at(-1)]).toEqual(['recovery-started', 'recovery-finished']);
    });

    test('requests that run side by side both survive', async () => {
      const [first, second] = await Promise.all([generateAndHurtAt(3), pool.generate(request)]);
      expect([first.result.text, second.text]).toEqual([undisturbed.text, undisturbed.text]);
    });

    test('nothing is left pending', async () => {
      await Promise.race([Promise.allSettled(pending), deferredMs(settleMs)]);
      expect(pending.size).toBe(0);
    });
  });
}
