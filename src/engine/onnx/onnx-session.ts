/**
 * A session of ONNX Runtime that is never entered at the wrong time, and that is left alone once its GPU is gone.
 * Knows what the runtime cannot bear; nothing of what a graph computes.
 */
import type { InferenceSession } from 'onnxruntime-web';
import type { Feeds } from './kv-cache.ts';
import type { OnnxRuntime } from './onnx-runtime.ts';
import type { Gpu } from './open-gpu.ts';

/** The end of the last call into the runtime, however it ended. */
let lastCall: Promise<unknown> = Promise.resolve();

/**
 * Makes a call into the runtime once the one before it has ended. The GPU build puts one call to sleep while it waits
 * for the GPU; another that sleeps meanwhile, or frees what the sleeper uses, breaks its memory, which shows much later,
 * as an endless loop for instance. So every call of this thread comes through here.
 */
async function takeTurn<Result>(call: () => Promise<Result>): Promise<Result> {
  const turn = lastCall.then(call);
  lastCall = turn.catch(() => undefined);
  return await turn;
}

/** A call on a lost GPU may fail first; that the GPU is lost is told within this. */
const lossIsToldWithinMs = 1000;

/**
 * The outcome of a call on a GPU. Rejects with `lost` as soon as that does, whatever the call does then, and in place
 * of the call's own error where the GPU's loss is what it failed of.
 */
async function blamingLoss<Result>(call: Promise<Result>, lost: Promise<never>): Promise<Result> {
  try {
    return await Promise.race([call, lost]);
  } catch (error) {
    const told = new Promise((resolve) => {
      setTimeout(resolve, lossIsToldWithinMs);
    });
    await Promise.race([lost, told]);
    throw error;
  }
}

export interface OnnxSessionOptions {
  readonly runtime: OnnxRuntime;
  readonly graph: Uint8Array;
  readonly options: Omit<InferenceSession.SessionOptions, 'executionProviders'>;
  /** Absent: WebAssembly computes. */
  readonly gpu?: Gpu | undefined;
}

export class OnnxSession {
  readonly #session: InferenceSession;
  readonly #gpu: Gpu | undefined;
  #gpuIsLost = false;

  private constructor(session: InferenceSession, gpu: Gpu | undefined) {
    this.#session = session;
    this.#gpu = gpu;
    gpu?.lost.catch(() => {
      this.#gpuIsLost = true;
    });
  }

  /** Rejects with what the runtime throws, or with the GPU's loss. */
  static async open({ runtime, graph, options, gpu }: OnnxSessionOptions): Promise<OnnxSession> {
    const executionProviders =
      gpu === undefined ? ['wasm'] : [{ name: 'webgpu', device: gpu.device } as const];
    const creating = takeTurn(() =>
      runtime.InferenceSession.create(graph, { ...options, executionProviders }),
    );
    return new OnnxSession(await (gpu === undefined ? creating : blamingLoss(creating, gpu.lost)), gpu);
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get inputMetadata(): InferenceSession['inputMetadata'] {
    return this.#session.inputMetadata;
  }

  /**
   * Runs the graph. Rejects with what the runtime throws, or with the GPU's loss as soon as that is told. `whenRead` is
   * called when the inputs are no longer read, which on a lost GPU may be later.
   */
  async run(feeds: Feeds, whenRead: () => void = () => undefined): Promise<Feeds> {
    const running = takeTurn(() => this.#enter(feeds));
    running.then(whenRead, whenRead);
    return await (this.#gpu === undefined ? running : blamingLoss(running, this.#gpu.lost));
  }

  /**
   * Frees the session, and before it what `free` frees. What lies on a lost GPU stays with the thread until that ends:
   * told to free it, the runtime calls what is no longer there. Never rejects.
   */
  async release(free: () => void = () => undefined): Promise<void> {
    if (!this.#gpuIsLost) {
      const freed = takeTurn(() => {
        free();
        return this.#session.release();
      });
      await freed.catch(() => undefined);
    }
    this.#gpu?.device.destroy();
  }

  /** On a lost GPU one run fails; a second one would never end, nor let the thread go. So none begins. */
  async #enter(feeds: Feeds): Promise<Feeds> {
    if (this.#gpu !== undefined && this.#gpuIsLost) return await this.#gpu.lost;
    return await this.#session.run(feeds);
  }
}
