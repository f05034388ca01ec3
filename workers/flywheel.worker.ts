/**
 * The thread of the log's work: masks what is to be kept, and learns from it whom a run can trust, so that the page does not
 * wait for either. Everything else is in src/mask and src/flywheel.
 */
import { expose } from 'comlink';
import { fitRouter } from '../src/flywheel/route/router-fit.ts';
import { EventMasker } from '../src/mask/event-masker.ts';
import type { RouterExample, RouterFit, RouterFitApi } from '../src/protocol/decision-facts.ts';
import { registerWire } from '../src/protocol/wire.ts';

class FlywheelHost extends EventMasker implements RouterFitApi {
  fitRouter(examples: readonly RouterExample[]): Promise<RouterFit | undefined> {
    return Promise.resolve(fitRouter(examples));
  }
}

registerWire();
expose(new FlywheelHost());
