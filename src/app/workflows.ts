/**
 * A session's workflows, the runs that go on after they were cut off, and what a person is asked in between. A run holds a
 * lock of its own while a page runs it, so that no other page goes on with it. The code that runs comes into the page when it
 * is first needed.
 * Knows the log's view of a run; what a run does is the agent's.
 */
import type { RunTaskOptions } from '../agent/run.ts';
import type { HumanQuestion } from '../agent/human-question.ts';
import type { Workflow } from '../agent/workflow/workflow.ts';
import type { Journal } from '../log/journal.ts';
import { abortedFault, Fault, faultCodes } from '../protocol/fault.ts';
import type { Id } from '../protocol/id.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { StoredEvent } from '../protocol/record.ts';
import type { RunOutcome, TaskEvent } from '../protocol/task-event.ts';
import type { RunStart } from './run-start.ts';

export interface WorkflowsOptions {
  readonly workflows: readonly Workflow[];
  readonly run: (start: RunStart) => Promise<RunOutcome>;
  readonly journal: () => Promise<Journal>;
  /** What is recorded may be something else than what was said, and nobody can tell. */
  readonly isTransformed: boolean;
}

export class Workflows {
  readonly #options: WorkflowsOptions;
  readonly #waiting = new Map<Id, (answer: string) => void>();
  readonly #held = new Map<Id, () => void>();

  constructor(options: WorkflowsOptions) {
    this.#options = options;
  }

  /**
   * Runs one of the session's workflows to its end, as `Session.run` runs a goal. Throws Fault `tool-unknown` where there is
   * none of that name.
   */
  async run(name: string, input: JsonObject): Promise<RunOutcome> {
    const workflow = this.#get(name);
    return await this.#options.run({
      begin: async (options) => {
        const { runWorkflow } = await import('../agent/workflow/run-workflow.ts');
        return runWorkflow(workflow, input, options);
      },
    });
  }

  /**
   * Goes on with a run that was cut off: what was finished is not done again. Throws Fault `resume-refused` where it cannot
   * go on, or goes on in another tab.
   */
  async resume(runId: Id): Promise<RunOutcome> {
    await this.hold(runId);
    try {
      const events = await this.#eventsOf(runId);
      return await this.#options.run({ events, begin: (options) => this.#again(events, options) });
    } finally {
      this.release(runId);
    }
  }

  /** Waits for a person's answer to a step that asks one. Rejects with `aborted` when the signal does. */
  ask({ spanId }: HumanQuestion, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(spanId);
        reject(abortedFault());
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.set(spanId, (answer) => {
        signal.removeEventListener('abort', stop);
        this.#waiting.delete(spanId);
        resolve(answer);
      });
      return undefined;
    });
  }

  /** A person's answer to a question that waits. */
  answer(spanId: Id, answer: string): void {
    this.#waiting.get(spanId)?.(answer);
  }

  /** Makes a run this page's. Throws Fault `resume-refused` where another page runs it. */
  async hold(runId: Id): Promise<void> {
    if (this.#held.has(runId)) return;
    const release = await holdRun(runId);
    if (release === undefined)
      throw refused('It goes on in another tab.', 'Look there, or close that tab first.');
    this.#held.set(runId, release);
  }

  /** The run is over, or this page is done with it. */
  release(runId: Id): void {
    this.#held.get(runId)?.();
    this.#held.delete(runId);
  }

  #get(name: string): Workflow {
    const workflow = this.#options.workflows.find((candidate) => candidate.name === name);
    if (workflow !== undefined) return workflow;
    const available = this.#options.workflows.map((candidate) => candidate.name);
    throw new Fault({
      code: faultCodes.toolUnknown,
      message: `There is no workflow named "${name}" here.`,
      remedy: 'Open the page that has it.',
      details: { tool: name, available },
    });
  }

  async #eventsOf(runId: Id): Promise<readonly StoredEvent[]> {
    const journal = await this.#options.journal();
    const { vault } = journal;
    if (this.#options.isTransformed || vault.settings.recording !== 'full' || !vault.may('read-originals')) {
      throw refused(
        'What it did is not known to this page.',
        'Unlock the log as its owner, with all recorded.',
      );
    }
    const { readRun } = await import('./read-log.ts');
    const episode = await readRun(journal, runId);
    if (episode.damage !== undefined) {
      throw refused('Its log is damaged.', 'Start it again, and look at what was done.');
    }
    return episode.events;
  }

  async #again(
    events: readonly StoredEvent[],
    options: RunTaskOptions,
  ): Promise<AsyncGenerator<TaskEvent, void>> {
    const [started] = events;
    const { workflow, goal } = started?.type === 'run-started' ? started : { workflow: undefined, goal: '' };
    const given = { ...options, resume: events };
    if (workflow === undefined) {
      const { runTask } = await import('../agent/run.ts');
      return runTask(goal, given);
    }
    const { runWorkflow } = await import('../agent/workflow/run-workflow.ts');
    return runWorkflow(this.#get(workflow.name), workflow.input as JsonObject, given);
  }
}

/** Resolves with what lets go, or with undefined where another page holds it. A page that ends lets go. */
async function holdRun(runId: Id): Promise<(() => void) | undefined> {
  return await new Promise((resolve, reject) => {
    navigator.locks
      .request(`smallworks-run-${runId}`, { ifAvailable: true }, async (lock) => {
        if (lock === null) return resolve(undefined);
        return await new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

function refused(reason: string, remedy: string): Fault {
  return new Fault({
    code: faultCodes.resumeRefused,
    message: 'This run cannot go on from where it stopped.',
    reason,
    remedy,
  });
}
