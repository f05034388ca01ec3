/**
 * Whether the device is plugged in, where the browser tells (Battery Status API, https://www.w3.org/TR/battery-status/; so far
 * Chromium alone). Knows nothing of what waits for it.
 */

/** As far as it is used here. */
interface Battery extends EventTarget {
  readonly charging: boolean;
}

export interface MainsPower {
  readonly isPlugged: boolean;
  /** Settles at once where it is plugged in, else when it is, or the signal is aborted. */
  plugged(signal: AbortSignal): Promise<void>;
  /** Aborts when it is unplugged, or `signal` does. */
  whilePlugged(signal: AbortSignal): AbortSignal;
}

/** Undefined where the browser does not tell. */
export async function openMainsPower(): Promise<MainsPower | undefined> {
  const { getBattery } = navigator as { getBattery?: () => Promise<Battery> };
  if (getBattery === undefined) return undefined;
  try {
    return new Plug(await getBattery.call(navigator));
  } catch {
    // A policy of the page may forbid it.
    return undefined;
  }
}

class Plug implements MainsPower {
  readonly #battery: Battery;

  constructor(battery: Battery) {
    this.#battery = battery;
  }

  get isPlugged(): boolean {
    return this.#battery.charging;
  }

  async plugged(signal: AbortSignal): Promise<void> {
    const battery = this.#battery;
    if (battery.charging || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!battery.charging && !signal.aborted) return;
        battery.removeEventListener('chargingchange', look);
        signal.removeEventListener('abort', look);
        resolve();
      };
      battery.addEventListener('chargingchange', look);
      signal.addEventListener('abort', look);
    });
  }

  whilePlugged(signal: AbortSignal): AbortSignal {
    const unplugged = new AbortController();
    const look = (): void => {
      if (!this.#battery.charging) unplugged.abort();
    };
    this.#battery.addEventListener('chargingchange', look, {
      signal: AbortSignal.any([signal, unplugged.signal]),
    });
    look();
    return AbortSignal.any([signal, unplugged.signal]);
  }
}
