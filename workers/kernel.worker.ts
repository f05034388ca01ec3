/** A further thread of the kernel: waits in the shared memory for its part of each step. */
import { serve } from '../src/engine/kernel/thread-crew.ts';
import type { CrewOrder } from '../src/engine/kernel/thread-crew.ts';

self.addEventListener(
  'message',
  ({ data }: MessageEvent<CrewOrder>) => {
    void serve(data, () => {
      self.postMessage('ready');
    });
  },
  { once: true },
);
