/** How a run of a session is begun. Knows what is run; the session drives it. */
import type { RunTaskOptions } from '../agent/run.ts';
import { Fault, faultCodes } from '../protocol/fault.ts';
import type { StoredEvent } from '../protocol/record.ts';
import type { TaskEvent } from '../protocol/task-event.ts';
import type { SessionOptions } from './session-state.ts';

/** What one run of a session may have of its own. */
export interface RunOptions {
  readonly onEvent?: ((event: TaskEvent) => void) | undefined;
  /** Id of an adapter that is loaded; absent: the one that was chosen. */
  readonly adapter?: string | undefined;
}

export interface RunStart {
  /** By the options that a session has for it. */
  readonly begin: (options: RunTaskOptions) => Promise<AsyncGenerator<TaskEvent, void>>;
  /** What the log knows of it already; absent: it is new. */
  readonly events?: readonly StoredEvent[];
}

/** The options of a session that hold for each of its runs. */
export function runBounds({
  budget,
  contextPolicy,
  memory,
}: SessionOptions): Pick<RunTaskOptions, 'budget' | 'contextPolicy' | 'memory'> {
  return {
    ...(budget === undefined ? {} : { budget }),
    ...(contextPolicy === undefined ? {} : { contextPolicy }),
    ...(memory === undefined ? {} : { memory }),
  };
}

/** The run of a goal. */
export function goalRun(goal: string): RunStart {
  return {
    begin: async (options) => {
      // With what makes grammars, which a page that is only looked at does not need.
      const { runTask } = await import('../agent/run.ts');
      return runTask(goal, options);
    },
  };
}

/** The fault of a run that is to begin while another goes on. */
export function goesOnAlready(): Fault {
  return new Fault({
    code: faultCodes.unexpected,
    message: 'A run goes on already.',
    remedy: 'Wait for it, or stop it first.',
  });
}
