/**
 * Code of a tool, as it is sent to the thread that runs it, and what comes of it. Data only; knows nothing of interpreters.
 */

export interface SandboxLimits {
  /** Milliseconds that the code may run. */
  readonly timeMs: number;
  /** Bytes that its values may take. */
  readonly memoryBytes: number;
  /** Characters of its result's JSON. */
  readonly resultCharacters: number;
}

export interface SandboxJob {
  /** Body of an async function with one parameter, `input`. */
  readonly code: string;
  /** The input as JSON text. */
  readonly input: string;
  readonly limits: SandboxLimits;
}

/** Which bound the code broke, or that it failed by itself. */
export type SandboxFailure = 'threw' | 'time' | 'memory' | 'result' | 'unsettled';

export type SandboxResult =
  | {
      readonly type: 'ok';
      /** The result as JSON text. */
      readonly json: string;
    }
  | { readonly type: 'failed'; readonly failure: SandboxFailure; readonly message: string };

/** The thread that runs code. Nothing is left of a job when the next begins. */
export interface SandboxApi {
  /** Fetches and compiles the interpreter, where that is not done. */
  prepare(): Promise<void>;
  run(job: SandboxJob): Promise<SandboxResult>;
}
