/**
 * Fills the log of the site by the site's own script, as a page does: every run is sealed, chained and audited. Knows the
 * events of a run; knows nothing of how they are shown.
 */
import type { Page } from '@playwright/test';

/** What the built script exports, as far as it is used here. */
interface BuiltSite {
  openJournal(options: { readonly durability: 'relaxed' }): Promise<{
    append(event: object, options?: { readonly originals?: object }): Promise<void>;
    close(): void;
  }>;
}

export interface SeededRun {
  readonly goal: string;
  /** What stands in the goal in place of something; absent: nothing was masked. */
  readonly masked?: {
    readonly type: string;
    readonly rule: string;
    readonly original: string;
    readonly replacement: string;
  };
  readonly tool?: string;
  readonly outcome?: 'answered' | 'failed';
}

/** Hours between one run and the next, the first one longest ago. */
export async function seedLog(page: Page, runs: readonly SeededRun[], hoursApart = 1): Promise<void> {
  await page.evaluate(
    async ({ runs: seeded, apart }) => {
      const path = '/assets/smallworks.js';
      const site = (await import(path)) as BuiltSite;
      const journal = await site.openJournal({ durability: 'relaxed' });
      const model = {
        modelId: 'seeded',
        weightsHash: 'ab',
        engine: 'wllama',
        engineVersion: '1',
        backend: 'wasm',
        weights: 'float32',
        threads: 1,
        slots: 1,
        contextTokens: 2048,
        choiceReasons: ['It is seeded.'],
        loadMs: 1,
      };
      const usage = {
        promptTokens: 9,
        cachedTokens: 0,
        decodeTokens: 3,
        timeToFirstTokenMs: 1,
        prefillMs: 1,
        decodeMs: 1,
        totalMs: 2,
      };
      const fault = { code: 'tool-failed', message: 'The tool failed.' };
      const totals = {
        modelSteps: 1,
        toolCalls: 1,
        promptTokens: 9,
        cachedTokens: 0,
        decodeTokens: 3,
        durationMs: 4,
      };

      async function write(run: SeededRun, index: number): Promise<void> {
        const { goal, masked, tool, outcome } = run;
        const runId = crypto.randomUUID();
        const subtaskId = crypto.randomUUID();
        const [stepId, callId] = [crypto.randomUUID(), crypto.randomUUID()];
        const base = (): object => ({
          id: crypto.randomUUID(),
          runId,
          at: Date.now() - (seeded.length - index) * apart * 3_600_000,
        });
        const start = masked === undefined ? -1 : goal.indexOf(masked.replacement);
        const originals =
          masked === undefined
            ? undefined
            : { replacements: [{ ...masked, path: '/0', start, end: start + masked.replacement.length }] };
        await journal.append(
          { ...base(), type: 'run-started', goal, tools: [], model, promptVersion: 1 },
          originals === undefined ? {} : { originals },
        );
        if (tool === undefined && outcome === undefined) return;
        const call = { name: tool ?? 'calculator', arguments: { value: goal } };
        const acted = { type: 'calls', calls: [call] };
        const ended =
          outcome === 'failed' ? { type: 'failed', fault } : { type: 'answered', answer: `Done: ${goal}` };
        const returned =
          outcome === 'failed'
            ? { type: 'failed', fault, durationMs: 2 }
            : { type: 'ok', value: 42, durationMs: 2 };
        const subtasks = [{ id: subtaskId, text: goal, dependsOn: [] }];
        const step = { stepId, subtaskId, purpose: 'act' };
        const done = outcome === 'failed' ? { type: 'failed', fault } : { type: 'done', text: '42' };
        const verdict = { type: 'accepted' };
        for (const body of [
          { type: 'plan-made', subtasks },
          { type: 'subtask-started', subtaskId },
          { type: 'step-finished', ...step, text: '{}', output: acted, usage, verdict },
          { type: 'tool-called', callId, stepId, subtaskId, call },
          { type: 'tool-returned', callId, subtaskId, outcome: returned },
          { type: 'subtask-finished', subtaskId, outcome: done },
          { type: 'run-finished', outcome: ended, totals },
        ]) {
          await journal.append({ ...base(), ...body });
        }
      }

      const together = 24;
      for (let at = 0; at < seeded.length; at += together) {
        await Promise.all(seeded.slice(at, at + together).map((run, index) => write(run, at + index)));
      }
      journal.close();
    },
    { runs: [...runs], apart: hoursApart },
  );
}
