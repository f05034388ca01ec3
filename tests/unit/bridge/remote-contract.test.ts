/** The remote engine is held to the promises of every engine, over real sockets, by a server with the double behind it. */
import { afterAll } from 'vitest';
import { RemoteEngine } from '../../../src/bridge/remote/remote-engine.ts';
import { ScriptedEngine } from '../../../src/bridge/scripted-engine.ts';
import { contractContext, describeEngineContract } from '../../contract/engine.ts';
import { contractSteps } from '../../contract/script.ts';
import { startOpenaiFacade } from '../../fixtures/openai-facade.ts';
import { remoteModel } from '../../fixtures/remote-model.ts';

const behind = new ScriptedEngine({ steps: contractSteps, loaded: true });
const server = await startOpenaiFacade(behind, remoteModel.id);
afterAll(() => server.close());

describeEngineContract({
  name: 'the remote engine',
  create: () =>
    new RemoteEngine({
      baseUrl: `${server.origin}/v1`,
      allowOrigins: [server.origin],
      flavour: 'llama-server',
      mask: (texts) => ({ texts, originals: new Map() }),
    }),
  request: {
    model: remoteModel,
    modelsUrl: `${server.origin}/`,
    contextTokens: contractContext,
    slots: 2,
  },
  exempt: { model: 'the server answers from a script, which does not know what it continues' },
});
