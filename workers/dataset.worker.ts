/**
 * The thread that makes data sets of logs: builds the host and exposes it. Everything else is in src/flywheel.
 */
import { expose } from 'comlink';
import { DatasetHost } from '../src/flywheel/workbench/dataset-host.ts';
import { registerWire } from '../src/protocol/wire.ts';

registerWire();
expose(new DatasetHost());
