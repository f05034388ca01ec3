/**
 * The threads that run the kernel: this one, and workers beside it that wait for their next piece in the shared memory.
 * Knows jobs by number; nothing of models.
 */
import { engineFailedFault, readFailure } from '../engine-faults.ts';

/** What the kernel exports, in the order of the job's numbers from 1 on. */
export interface KernelExports {
  readonly read: (thread: number) => void;
  readonly judge: (thread: number) => void;
}
export type Job = keyof KernelExports;
const jobs = ['read', 'judge'] as const satisfies readonly Job[];

/** What a worker is told when it starts. */
export interface CrewOrder {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Word 0 counts jobs, word 1 is the job's number. */
  readonly bell: Int32Array<SharedArrayBuffer>;
  readonly thread: number;
}

/** The work of a helper: it says that it is ready, waits, does, and waits again, until its worker is ended. */
export async function serve({ module, memory, bell, thread }: CrewOrder, ready: () => void): Promise<void> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const kernel = exports as unknown as KernelExports;
  let heard = 0;
  ready();
  for (;;) {
    Atomics.wait(bell, 0, heard);
    heard = Atomics.load(bell, 0);
    const job = jobs[Atomics.load(bell, 1) - 1];
    if (job !== undefined) kernel[job](thread);
  }
}

export class ThreadCrew {
  readonly #kernel: KernelExports;
  readonly #bell: Int32Array<SharedArrayBuffer> | undefined;
  readonly #helpers: readonly Worker[];
  #failure: unknown;

  private constructor(
    kernel: KernelExports,
    bell: Int32Array<SharedArrayBuffer> | undefined,
    helpers: readonly Worker[],
  ) {
    this.#kernel = kernel;
    this.#bell = bell;
    this.#helpers = helpers;
  }

  /** Starts `threads` - 1 workers and waits until they are ready. */
  static async gather(options: {
    readonly module: WebAssembly.Module;
    readonly memory: WebAssembly.Memory;
    readonly threads: number;
    readonly startHelper: () => Worker;
  }): Promise<ThreadCrew> {
    const { module, memory, threads, startHelper } = options;
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
    const kernel = exports as unknown as KernelExports;
    if (threads === 1) return new ThreadCrew(kernel, undefined, []);
    const bell = new Int32Array(new SharedArrayBuffer(8));
    const helpers: Worker[] = [];
    const ready: Promise<void>[] = [];
    for (let thread = 1; thread < threads; thread += 1) {
      const helper = startHelper();
      helpers.push(helper);
      ready.push(
        new Promise((resolve, reject) => {
          helper.addEventListener(
            'message',
            () => {
              resolve();
            },
            { once: true },
          );
          helper.addEventListener(
            'error',
            (event) => {
              reject(engineFailedFault(readFailure(event.message)));
            },
            { once: true },
          );
        }),
      );
      helper.postMessage({ module, memory, bell, thread } satisfies CrewOrder);
    }
    try {
      await Promise.all(ready);
    } catch (error) {
      for (const helper of helpers) helper.terminate();
      throw error;
    }
    return new ThreadCrew(kernel, bell, helpers);
  }

  /** Runs a job on every thread; back when all of it is done. Throws Fault `engine-failed` where the kernel traps. */
  run(job: Job): void {
    if (this.#failure !== undefined) throw engineFailedFault(readFailure(this.#failure));
    if (this.#bell !== undefined) {
      Atomics.store(this.#bell, 1, jobs.indexOf(job) + 1);
      Atomics.add(this.#bell, 0, 1);
      Atomics.notify(this.#bell, 0);
    }
    try {
      this.#kernel[job](0);
    } catch (error) {
      this.#failure = error;
      throw engineFailedFault(readFailure(error));
    }
  }

  dismiss(): void {
    for (const helper of this.#helpers) helper.terminate();
  }
}
