/**
 * The Prompt API's download events as our load progress. The browser tells shares of a whole it does not size, so they
 * are told as shares of the catalogue's size. Nought and all are always told, in this order, once.
 */
import type { LoadProgress } from '../../protocol/engine.ts';

export interface LoadMeterOptions {
  /** Bytes, by the catalogue; 0 where nobody knows. */
  readonly totalBytes: number;
  readonly onProgress: (progress: LoadProgress) => void;
}

export class LoadMeter {
  readonly #options: LoadMeterOptions;
  #fromCache = false;
  #share = 0;
  #initialising = false;

  constructor(options: LoadMeterOptions) {
    this.#options = options;
  }

  start(fromCache: boolean): void {
    this.#fromCache = fromCache;
    this.#tell(0);
  }

  /** Listens to what `create` hands to its monitor. */
  watch(monitor: EventTarget): void {
    monitor.addEventListener('downloadprogress', (event) => {
      const { loaded = 0, total = 1 } = event as Event & {
        readonly loaded?: number;
        readonly total?: number;
      };
      const share = total > 0 ? loaded / total : 0;
      if (share >= 1) this.finish();
      else if (share > this.#share) this.#tell(share);
    });
  }

  /** Everything is there; what goes on is the building of the model. */
  finish(): void {
    if (this.#initialising) return;
    this.#initialising = true;
    this.#tell(1);
    this.#options.onProgress({ type: 'initialise-started' });
  }

  #tell(share: number): void {
    this.#share = share;
    const { totalBytes, onProgress } = this.#options;
    onProgress({
      type: 'download-progressed',
      receivedBytes: Math.round(share * totalBytes),
      totalBytes,
      fromCache: this.#fromCache,
    });
  }
}
