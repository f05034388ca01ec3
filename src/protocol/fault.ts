/**
 * The one error type that crosses threads and reaches people. It says what happened, why, and what to do,
 * and carries its facts as fields, so that code can branch on `code` and never on a message.
 * Knows nothing of how it travels (see wire.ts).
 */
import type { JsonObject } from './json.ts';

/** Every code, with the layer that raises it. */
export const faultCodes = {
  /** engine: the caller cancelled, or the run was stopped. Not an error to show. */
  aborted: 'aborted',
  /** engine: prompt and budget do not fit the context window. details: promptTokens, contextWindow. */
  contextOverflow: 'context-overflow',
  /** engine: the bytes are not the catalogue's (wrong SHA-256 or size). details: file, expected, actual. */
  modelCorrupt: 'model-corrupt',
  /** engine: no source could be read. details: url, status. */
  modelUnavailable: 'model-unavailable',
  /** engine: the file is whole but the engine refuses it. */
  modelRejected: 'model-rejected',
  /** engine: a generation was asked for before a model was loaded. */
  modelNotLoaded: 'model-not-loaded',
  /** engine: memory ran out while loading or generating. */
  outOfMemory: 'out-of-memory',
  /** engine: the GPU device went away. */
  deviceLost: 'device-lost',
  /** engine: the GPU gave wrong numbers for a known question, and nothing else was allowed. details: gpu. */
  wrongResults: 'wrong-results',
  /** engine: the grammar could not be compiled, or the engine failed in a way it does not name. */
  engineFailed: 'engine-failed',
  /** bridge: a server may not be used, or refuses to serve: origin, key, quota. details: origin, status. */
  remoteRefused: 'remote-refused',
  /** bridge: a server cannot be reached, is too slow or broke off. details: origin, status, attempts. */
  remoteUnreachable: 'remote-unreachable',
  /** bridge: the worker died or its script could not be loaded. */
  workerDied: 'worker-died',
  /** engine, log: the browser's storage quota is used up. details: neededBytes, availableBytes where known. */
  storageFull: 'storage-full',
  /** log: the journal cannot be opened or was written by a newer version. */
  journalUnavailable: 'journal-unavailable',
  /** log: no role is unlocked, or not by this secret. Which of the two roles or secrets was wrong is not told. */
  vaultLocked: 'vault-locked',
  /** log: the role that is unlocked may not do that. details: role, call. */
  vaultRefused: 'vault-refused',
  /** log: keys, charter or a backup are not what was written. details: what. */
  vaultDamaged: 'vault-damaged',
  /** any: the browser lacks what is needed. details: feature. */
  unsupported: 'unsupported',
  /** tools: a definition is not usable. details: tool, path. */
  toolInvalid: 'tool-invalid',
  /** tools: no tool of that name is registered. details: tool, available. */
  toolUnknown: 'tool-unknown',
  /** tools: the arguments break the schema. details: tool, errors. */
  argumentsInvalid: 'arguments-invalid',
  /** tools: the tool threw. details: tool. */
  toolFailed: 'tool-failed',
  /** tools: the tool did not return in its time. details: tool, timeoutMs. */
  toolTimeout: 'tool-timeout',
  /** tools: the user, or the policy, said no. details: tool. */
  toolDenied: 'tool-denied',
  /** agent: the goal is empty or too long. details: characters, limit. */
  goalInvalid: 'goal-invalid',
  /** agent: steps, tokens or time of the run are used up. details: budget, used. */
  budgetExhausted: 'budget-exhausted',
  /** agent: a run that was cut off cannot go on: its log or its code is not what it was. */
  resumeRefused: 'resume-refused',
  /** agent: the code of a workflow takes its steps in a way that has no fixed order. */
  workflowInvalid: 'workflow-invalid',
  /** bridge: a request was not done by the time its caller gave it. details: deadlineMs. */
  deadlineExceeded: 'deadline-exceeded',
  /** flywheel: rows that judge have twins among those that are learned. details: the shares, by kind. */
  datasetOverlap: 'dataset-overlap',
  /** flywheel: a data set's folder or log is not what it was, or cannot be written. details: path. */
  datasetInvalid: 'dataset-invalid',
  /** any: a surprise; the message is the original one. */
  unexpected: 'unexpected',
} as const;

/** One of `faultCodes`. */
export type FaultCode = (typeof faultCodes)[keyof typeof faultCodes];

/** A fault as plain data: this is what is sent, stored and rendered. */
export interface FaultData {
  readonly code: FaultCode;
  /** What happened, one sentence, ends with a full stop. */
  readonly message: string;
  /** Why, as far as it is known. */
  readonly reason?: string;
  /** What the reader can do now. */
  readonly remedy?: string;
  readonly details?: JsonObject;
}

/** An error that says what happened, why, and what to do. Code branches on its `code`. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly reason: string | undefined;
  readonly remedy: string | undefined;
  readonly details: JsonObject;

  constructor(data: FaultData, options?: { readonly cause?: unknown }) {
    super(data.message, options);
    this.name = 'Fault';
    this.code = data.code;
    this.reason = data.reason;
    this.remedy = data.remedy;
    this.details = data.details ?? {};
  }

  /** The fault as plain, cloneable data. */
  toData(): FaultData {
    return {
      code: this.code,
      message: this.message,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
      details: this.details,
    };
  }
}

/** The fault of work that whoever asked for it has stopped. */
export function abortedFault(cause?: unknown): Fault {
  return new Fault({ code: faultCodes.aborted, message: 'The work was stopped.' }, { cause });
}

/** The fault of a call that needs a model where none is in memory. */
export function notLoadedFault(): Fault {
  return new Fault({
    code: faultCodes.modelNotLoaded,
    message: 'No model is loaded.',
    remedy: 'Load a model first.',
  });
}

/** The text of any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Any thrown value as a Fault: a Fault stays itself, an AbortError becomes `aborted`, the rest `unexpected`. */
export function toFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return abortedFault(thrown);
  return new Fault(
    { code: faultCodes.unexpected, message: messageOf(thrown) || 'Something failed without a message.' },
    { cause: thrown },
  );
}
