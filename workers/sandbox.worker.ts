/**
 * The thread that runs code of tools: exposes the host. Everything else is in src/tools/sandbox.
 */
import { expose } from 'comlink';
import { registerWire } from '../src/protocol/wire.ts';
import { SandboxHost } from '../src/tools/sandbox/sandbox-host.ts';

registerWire();
expose(new SandboxHost());
