/**
 * What web-llm can be asked to load at all, said before anything is built. Knows a build's files by name.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { AdapterLoad } from '../adapter.ts';
import { plainName } from './lent-files.ts';
import { noGpu } from './web-llm-faults.ts';

export interface BuildFiles {
  /** mlc-chat-config.json. */
  readonly config: Blob;
  /** The model library, WebAssembly. */
  readonly library: Blob;
}

/**
 * The two files of a build that are read here. Throws a Fault: `unsupported` without WebGPU and for what web-llm does not
 * have, `model-rejected` where the build is not one for web-llm.
 */
export function checkLoad({ files, adapters, device, prefer }: AdapterLoad): BuildFiles {
  const backend = prefer?.backend;
  if (backend !== undefined && backend !== 'webgpu') throw noGpu(`The backend ${backend} was asked for.`);
  if (adapters.length > 0) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: 'The engine web-llm runs no adapters.',
      reason: `Asked for: ${adapters.map(({ id }) => id).join(', ')}.`,
      remedy: 'Load the model with the engine "wllama" or "transformers".',
      details: { feature: 'adapters' },
    });
  }
  if (device.webgpu === 'none') throw noGpu('The browser offers no GPU.');
  return {
    config: required(files, 'mlc-chat-config.json', (name) => name === 'mlc-chat-config.json'),
    library: required(files, 'a model library (.wasm)', (name) => name.endsWith('.wasm')),
  };
}

function required(files: ReadonlyMap<string, Blob>, what: string, matches: (name: string) => boolean): Blob {
  for (const [name, blob] of files) if (matches(plainName(name))) return blob;
  throw new Fault({
    code: faultCodes.modelRejected,
    message: `The build lacks ${what}.`,
    reason: `Its files: ${[...files.keys()].join(', ') || 'none'}.`,
    remedy: 'Name every file of the MLC build in the catalogue.',
  });
}
