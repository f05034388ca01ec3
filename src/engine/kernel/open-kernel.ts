/**
 * Our own kernel with what came along: its program, and the worker that each further thread runs in. Knows addresses; the rest
 * is done elsewhere (open-kernel-model).
 */
import { givenWasmUrls } from '../wasm-urls.ts';
import kernelBinary from './llama.wasm?url';
import { openKernelModel } from './open-kernel-model.ts';
import type { KernelModelOptions } from './open-kernel-model.ts';
import type { KernelModel } from './kernel-model.ts';

/** As `openKernelModel`; also rejects where the program cannot be fetched. */
export async function openKernel(
  options: Omit<KernelModelOptions, 'module' | 'startHelper'>,
): Promise<KernelModel> {
  const given = givenWasmUrls().kernel;
  const module = await WebAssembly.compileStreaming(fetch(given?.binary ?? kernelBinary));
  const startHelper = (): Worker =>
    given === undefined
      ? new Worker(new URL('../../../workers/kernel.worker.ts', import.meta.url), { type: 'module' })
      : new Worker(given.module, { type: 'module' });
  return await openKernelModel({ ...options, module, startHelper });
}
