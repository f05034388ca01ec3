/**
 * The thread that looks after model files for the user: exposes the store's keeper. Everything else is in src/engine.
 */
import { expose } from 'comlink';
import { ModelFiles } from '../src/engine/model-files.ts';
import { registerWire } from '../src/protocol/wire.ts';

registerWire();
expose(new ModelFiles());
