/**
 * Asks the browser what the choice of a backend rests on. Knows the questions; the answers are judged elsewhere
 * (choose-backend). Runs in a worker or in a page.
 */
import type { DeviceFacts } from './choose-backend.ts';

async function probeWebgpu(): Promise<Pick<DeviceFacts, 'webgpu' | 'gpu'>> {
  // Absent in insecure contexts and older browsers, whatever the types say.
  const api = (navigator as { readonly gpu?: GPU }).gpu;
  const adapter = await api?.requestAdapter().catch(() => null);
  if (adapter === null || adapter === undefined) return { webgpu: 'none', gpu: '' };
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const gpu = [vendor, architecture, device, description].filter((part) => part !== '').join(' ');
  if (isFallbackAdapter) return { webgpu: 'fallback', gpu };
  return { webgpu: adapter.features.has('shader-f16') ? 'shader-f16' : 'no-shader-f16', gpu };
}

function hasMemory64(): boolean {
  try {
    // `address` is newer than the types.
    const descriptor = { address: 'i64', initial: 1n } as unknown as WebAssembly.MemoryDescriptor;
    return new WebAssembly.Memory(descriptor) instanceof WebAssembly.Memory;
  } catch {
    // A browser without it throws a TypeError for the bigint: that is the answer.
    return false;
  }
}

/** A module with one function: the 16-bit sums of products of its 8-bit argument with itself. */
const relaxedProducts = Uint8Array.from(
  '0061736d01000000 0106 0160017b017b 03020100 0a0b01 0900 20002000 fd9202 0b'
    .replaceAll(' ', '')
    .match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
);

/** The facts of this device. Never rejects. */
export async function probeDevice(): Promise<DeviceFacts> {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return {
    ...(await probeWebgpu()),
    crossOriginIsolated: globalThis.crossOriginIsolated,
    memory64: hasMemory64(),
    relaxedSimd: WebAssembly.validate(relaxedProducts),
    hardwareConcurrency: navigator.hardwareConcurrency,
    ...(deviceMemory === undefined ? {} : { deviceMemory }),
  };
}
