/** Tools from elsewhere in every state that the panel shows: for looking at and for testing. */
import type { OutsideFailureKind, OutsideSource, OutsideView } from '../../../src/ui/outside/outside-view.ts';
import { emptyOutsideView } from '../../../src/ui/outside/outside-view.ts';

const origin = 'https://tools.example.org';

export const server: OutsideSource = {
  id: 'server',
  kind: 'mcp',
  alias: 'tools',
  title: 'Desk of the house',
  version: '2.1.0',
  address: `${origin}/mcp`,
  origin,
  stage: { type: 'connected' },
  tools: [
    { name: 'tools.find', description: 'Finds a thing.', permission: 'read', approval: 'asks', isOn: true },
    { name: 'tools.order', description: 'Orders it.', permission: 'write', approval: 'asks', isOn: false },
    { name: 'tools.erase', description: 'Erases it.', permission: 'write', approval: 'denied', isOn: true },
  ],
  skipped: [{ name: 'odd', reason: 'Its schema refers to another document.' }],
  resources: ['note://greeting', 'note://day/{day}'],
  prompts: ['greet'],
  servers: [],
  server: '',
  isTrusted: false,
  hasToken: false,
  isBlocked: false,
};

const document: OutsideSource = {
  ...server,
  id: 'document',
  kind: 'open-api',
  alias: 'pets',
  title: 'Pet shop',
  version: '1.0',
  address: 'petshop.json',
  origin: 'https://api.pets.example',
  tools: [
    {
      name: 'pets.listPets',
      description: 'Lists pets.',
      request: 'GET /pets',
      permission: 'read',
      approval: 'runs',
      isOn: true,
    },
  ],
  skipped: [],
  resources: [],
  prompts: [],
  servers: ['https://api.pets.example/v1', 'https://test.pets.example/v1'],
  server: 'https://api.pets.example/v1',
  isTrusted: true,
  isBlocked: true,
};

const pageSource: OutsideSource = {
  ...server,
  id: 'page',
  kind: 'page',
  alias: 'page',
  title: '',
  version: '',
  address: '',
  origin: '',
  tools: [
    { name: 'page.book', description: 'Books a table.', permission: 'write', approval: 'asks', isOn: false },
  ],
  skipped: [],
  resources: [],
  prompts: [],
};

/** A server that cannot be used, for this reason. */
export function failed(kind: OutsideFailureKind): OutsideSource {
  const fault = { code: 'remote-unreachable', message: `${origin} could not be asked.` } as const;
  return {
    ...server,
    title: '',
    version: '',
    tools: [],
    stage: { type: 'failed', failure: { kind, origin, fault } },
  };
}

/** The panel with these sources, known. */
export function outsideOf(...sources: readonly OutsideSource[]): OutsideView {
  return { ...emptyOutsideView, isOpen: true, sources };
}

export const outsideStates: Readonly<Record<string, OutsideView>> = {
  empty: outsideOf(),
  'not kept': { ...outsideOf(), isKept: false },
  connecting: outsideOf({ ...server, stage: { type: 'connecting' } }),
  connected: {
    ...outsideOf(pageSource, server, document),
    webMcp: { support: 'both', isOffering: true, fault: undefined },
  },
  failed: outsideOf(failed('no-answer')),
  policy: outsideOf(failed('policy')),
  token: outsideOf(failed('needs-token')),
  'no server': outsideOf({
    ...document,
    servers: [],
    server: '',
    origin: '',
    stage: failed('needs-server').stage,
  }),
  offline: outsideOf({ ...server, stage: { type: 'offline' } }),
  problem: {
    ...outsideOf(),
    isReading: true,
    problem: {
      of: 'document',
      failure: {
        kind: 'not-open-api',
        origin,
        fault: { code: 'remote-unreachable', message: 'It is HTML.' },
      },
    },
    webMcp: {
      support: 'offer',
      isOffering: false,
      fault: { code: 'unexpected', message: 'The name is taken.' },
    },
  },
};
