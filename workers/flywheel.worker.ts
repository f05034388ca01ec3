/**
 * The thread of the log's work: masks what is to be kept, so that the page does not wait for it. Everything else is in
 * src/mask.
 */
import { expose } from 'comlink';
import { EventMasker } from '../src/mask/event-masker.ts';
import { registerWire } from '../src/protocol/wire.ts';

registerWire();
expose(new EventMasker());
