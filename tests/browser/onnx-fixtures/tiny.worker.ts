/** The tiny model where engines live: in a worker, with weights read from the file while the session is built. */
import { openOnnxModel } from '../../../src/engine/onnx/open-onnx-model.ts';

interface Request {
  readonly file: Blob;
  readonly tokens: readonly number[];
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  void (async () => {
    const { file, tokens } = data;
    const model = await openOnnxModel({ file, contextTokens: 64, backend: 'wasm-threads', threads: 2 });
    const [result] = await model.forward([{ cache: model.createCache(), tokens, logits: 'last' }]);
    await model.dispose();
    self.postMessage({ logits: result!.logits[0], readsWhileBuilding: 'FileReaderSync' in self });
  })();
});
