/**
 * What the page that owns an engine's worker asks of it, besides the engine itself: to serve another tab.
 * Knows nothing of how a port gets from tab to tab (bridge/shared).
 */
import type { EngineApi } from './engine.ts';

export interface SharedEngineApi extends EngineApi {
  /**
   * Serves `EngineApi` over a port that another tab holds the other end of, until the Web Lock `guestLock`, which
   * that tab holds, is free: then whatever it asked for is stopped. Resolves once the port is served.
   */
  admit(port: MessagePort, guestLock: string): Promise<void>;
}
