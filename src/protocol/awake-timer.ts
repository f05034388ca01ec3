/**
 * Measures silence: expires once nothing was heard for a time during which this page was awake. A frozen tab, a
 * sleeping laptop or a blocked main thread lets the clock jump; such a jump counts as one tick, never as silence.
 * Knows timers; knows nothing of who should have spoken.
 */

export interface AwakeTimerOptions {
  /** Milliseconds of silence until `onExpire`. */
  readonly limitMs: number;
  /** Called once; the timer has stopped. */
  readonly onExpire: () => void;
  /** Called at every tick before it. */
  readonly onTick?: () => void;
}

const longestTickMs = 5000;
const ticksPerLimit = 10;

export class AwakeTimer {
  readonly #limitMs: number;
  readonly #tickMs: number;
  readonly #options: AwakeTimerOptions;
  readonly #interval: ReturnType<typeof setInterval>;
  #silentMs = 0;
  #lastTick = performance.now();

  constructor(options: AwakeTimerOptions) {
    this.#options = options;
    this.#limitMs = options.limitMs;
    this.#tickMs = Math.min(longestTickMs, options.limitMs / ticksPerLimit);
    this.#interval = setInterval(() => this.#tick(), this.#tickMs);
  }

  /** Something was heard: the silence begins anew. */
  readonly touch = (): void => {
    this.#silentMs = 0;
  };

  stop(): void {
    clearInterval(this.#interval);
  }

  #tick(): void {
    const now = performance.now();
    this.#silentMs += Math.min(now - this.#lastTick, 2 * this.#tickMs);
    this.#lastTick = now;
    if (this.#silentMs < this.#limitMs) {
      this.#options.onTick?.();
      return;
    }
    this.stop();
    this.#options.onExpire();
  }
}
