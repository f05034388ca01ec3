/** The tiny model on the kernel where engines live: in a worker, with threads beside it. */
import { openKernel } from '../../../src/engine/kernel/open-kernel.ts';

export interface KernelQuestion {
  readonly file: Blob;
  readonly tokens: readonly number[];
  readonly threads: number;
}

export interface KernelAnswer {
  readonly logits: Float32Array;
}

self.addEventListener('message', ({ data }: MessageEvent<KernelQuestion>) => {
  void (async () => {
    const { file, tokens, threads } = data;
    const model = await openKernel({ file, contextTokens: 128, threads });
    const [result] = await model.forward([{ cache: model.createCache(), tokens, logits: 'last' }]);
    await model.dispose();
    self.postMessage({ logits: result!.logits[0]! } satisfies KernelAnswer);
  })();
});
