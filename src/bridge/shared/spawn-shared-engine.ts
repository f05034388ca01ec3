/**
 * An engine shared by the tabs of this origin, hosted by the site's own engine worker.
 */
import { startEngineWorker } from '../spawn-engine.ts';
import { SharedEngine } from './shared-engine.ts';

/** Nothing is started before `load`: which tab hosts the model depends on which model it is. */
export function spawnSharedEngine(): SharedEngine {
  return new SharedEngine({ spawn: startEngineWorker });
}
