/**
 * Asks an adapter beside what a run shows, and never in its way: a request waits until nothing that is shown has been
 * generated for a moment, goes last in line, is stopped when something shown begins, and ends with its run. What it throws, how
 * long it hangs and what it says stays here; the run sees none of it.
 * Knows engines and outputs; knows nothing of stages (flywheel/promote) and of who keeps the trials.
 */
import type { Engine } from '../bridge/engine.ts';
import { priorityLimits } from '../bridge/request-queue.ts';
import type { GenerateRequest, GenerateResult } from '../protocol/engine.ts';
import { Fault, faultCodes, toFault } from '../protocol/fault.ts';
import { newId } from '../protocol/id.ts';
import type { Id } from '../protocol/id.ts';
import type { ShadowOutcome, ShadowTrial } from '../protocol/promotion.ts';
import type { StepOutput } from '../protocol/task-event.ts';
import { sameDecision } from './same-decision.ts';
import type { VerifiedOutput } from './verify.ts';

/** A step that was shown, to be decided once more. */
export interface ShadowRequest {
  readonly runId: Id;
  readonly stepId: Id;
  readonly request: Omit<GenerateRequest, 'requestId'> & { readonly adapter: string };
  /** What was shown; absent: it could not be read. */
  readonly shown: StepOutput | undefined;
  readonly verify: (text: string) => VerifiedOutput;
}

/** The engine, who is told of a trial, and how long requests may wait and take. */
export interface ShadowDeskOptions {
  readonly engine: Engine;
  readonly onTrial: (trial: ShadowTrial) => void;
  /** Milliseconds that what is left of a run may go on after its end, while nothing else is asked for; absent: none. */
  readonly tailMs?: number;
  /** Milliseconds of quiet before a request begins, so that steps in quick succession are not disturbed; 200 unless told. */
  readonly quietMs?: number;
  /** Milliseconds after which a request counts as hung; 60,000 unless told. */
  readonly timeoutMs?: number;
  /** Times that one request is begun again after it gave way; 3 unless told. */
  readonly attempts?: number;
}

interface Waiting extends ShadowRequest {
  readonly begun: number;
}

/** Why a request was stopped. */
type Stop = 'gave-way' | 'cut-off' | 'hung';

/** Failures in a row after which nothing more is asked: what breaks engines is not to be tried for ever. */
const mostFailures = 3;

/** Asks an adapter beside what a run shows, without ever being in its way. */
export class ShadowDesk {
  readonly #options: ShadowDeskOptions;
  readonly #waiting: Waiting[] = [];
  readonly #ended = new Map<Id, ReturnType<typeof setTimeout>>();
  #current: { readonly work: Waiting; readonly stop: (why: Stop) => void } | undefined;
  #shown = 0;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: ShadowDeskOptions) {
    this.#options = options;
  }

  /** Takes a step; returns at once. */
  offer(request: ShadowRequest): void {
    if (this.#failures >= mostFailures) return;
    this.#waiting.push({ ...request, begun: 0 });
    this.#next();
  }

  /** Something that is shown is about to be generated: what goes on here gives way. */
  shownStarted(): void {
    this.#shown += 1;
    clearTimeout(this.#quiet);
    this.#current?.stop('gave-way');
  }

  shownEnded(): void {
    this.#shown -= 1;
    this.#next();
  }

  /** The run is over. What is left of it is cut off: at once, or after `tailMs`. */
  endRun({ runId, atOnce }: { readonly runId: Id; readonly atOnce: boolean }): void {
    const { tailMs = 0 } = this.#options;
    if (atOnce || tailMs === 0) this.#cutOff(runId);
    else
      this.#ended.set(
        runId,
        setTimeout(() => this.#cutOff(runId), tailMs),
      );
  }

  /** Cuts off everything. */
  close(): void {
    for (const runId of new Set(this.#waiting.map((work) => work.runId))) this.#cutOff(runId);
    if (this.#current !== undefined) this.#cutOff(this.#current.work.runId);
    for (const timer of this.#ended.values()) clearTimeout(timer);
    this.#ended.clear();
  }

  #cutOff(runId: Id): void {
    clearTimeout(this.#ended.get(runId));
    this.#ended.delete(runId);
    for (const work of this.#waiting.filter((waiting) => waiting.runId === runId)) {
      this.#waiting.splice(this.#waiting.indexOf(work), 1);
      this.#tell(work, { type: 'skipped', why: 'cut-off' });
    }
    if (this.#current?.work.runId === runId) this.#current.stop('cut-off');
  }

  #next(): void {
    const { quietMs = 200 } = this.#options;
    clearTimeout(this.#quiet);
    if (this.#shown > 0 || this.#current !== undefined || this.#waiting.length === 0) return;
    this.#quiet = setTimeout(() => this.#begin(), quietMs);
  }

  #begin(): void {
    const work = this.#waiting.shift();
    if (work === undefined) return;
    // Others use the same engine: they are not to wait for what nobody sees.
    if (this.#options.engine.isBusy === true) {
      this.#tell(work, { type: 'skipped', why: 'busy' });
      this.#next();
      return;
    }
    void this.#run(work);
  }

  /** Never rejects. */
  async #run(work: Waiting): Promise<void> {
    const { engine, timeoutMs = 60_000, attempts = 3 } = this.#options;
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stopped = new Promise<Stop>((resolve) => {
      const stop = (why: Stop): void => {
        resolve(why);
        controller.abort();
      };
      timer = setTimeout(() => stop('hung'), timeoutMs);
      this.#current = { work, stop };
    });
    const generation = generate(engine, work, controller.signal);
    // An engine need not heed its signal: what was stopped is over here, whatever becomes of it there.
    const ended = await Promise.race([generation, stopped]);
    clearTimeout(timer);
    this.#current = undefined;
    if (ended === 'gave-way' && work.begun + 1 < attempts) {
      this.#waiting.unshift({ ...work, begun: work.begun + 1 });
    } else this.#tell(work, typeof ended === 'string' ? outcomeOfStop(ended) : compare(work, ended));
    this.#next();
  }

  #tell({ runId, stepId, request }: Waiting, outcome: ShadowOutcome): void {
    if (outcome.type === 'failed') this.#failures += 1;
    if (outcome.type === 'compared') this.#failures = 0;
    this.#options.onTrial({
      id: newId(),
      runId,
      stepId,
      at: Date.now(),
      adapter: request.adapter,
      outcome,
    });
  }
}

/** Resolves with the fault where there is one: nobody may be left to hear a rejection. */
async function generate(
  engine: Engine,
  { request }: ShadowRequest,
  signal: AbortSignal,
): Promise<GenerateResult | Fault> {
  try {
    return await engine.generate(request, { signal, priority: priorityLimits.lowest });
  } catch (error) {
    return toFault(error);
  }
}

function outcomeOfStop(stop: Stop): ShadowOutcome {
  switch (stop) {
    case 'gave-way':
      return { type: 'skipped', why: 'busy' };
    case 'cut-off':
      return { type: 'skipped', why: 'cut-off' };
    case 'hung': {
      const message = 'The adapter in the shadow did not come to an end.';
      return {
        type: 'failed',
        fault: new Fault({ code: faultCodes.deadlineExceeded, message }).toData(),
      };
    }
    default:
      return stop satisfies never;
  }
}

function compare({ shown, verify }: ShadowRequest, result: GenerateResult | Fault): ShadowOutcome {
  if (result instanceof Fault) return { type: 'failed', fault: result.toData() };
  const { output, verdict } = verify(result.text);
  return {
    type: 'compared',
    valid: output !== undefined && verdict.type === 'accepted',
    agreed: output !== undefined && shown !== undefined && sameDecision(output, shown),
    ...(output === undefined ? {} : { output }),
    usage: result.usage,
  };
}
