/** What stands before an engine keeps the promises of an engine: one that comes back, and a pool of them. */
import { EnginePool } from '../../../src/bridge/engine-pool.ts';
import { RecoveringEngine } from '../../../src/bridge/recovering-engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { contractContext, describeEngineContract } from '../../contract/engine.ts';
import { contractSteps } from '../../contract/script.ts';
import { makeLoad } from '../../fixtures/make-load.ts';

const request = makeLoad({
  model: { contextWindow: contractContext },
  contextTokens: contractContext,
  slots: 2,
});
const exempt = { grammar: 'a script is not decoded', model: 'a script does not know what it continues' };
const spawn = (): ScriptedEngine => new ScriptedEngine({ steps: contractSteps });

describeEngineContract({
  name: 'an engine that comes back',
  create: () => new RecoveringEngine({ spawn }),
  request,
  exempt,
});
describeEngineContract({ name: 'a pool', create: () => new EnginePool({ size: 1, spawn }), request, exempt });
