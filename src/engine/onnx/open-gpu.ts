/**
 * A GPU device for models, and word of its loss. Knows WebGPU; nothing of runtimes.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { deviceLostFault } from '../engine-faults.ts';

export interface Gpu {
  readonly device: GPUDevice;
  /** Rejects with a Fault `device-lost` when the device goes; settles in no other way. */
  readonly lost: Promise<never>;
}

async function openDevice(): Promise<GPUDevice> {
  // Absent in insecure contexts and older browsers, whatever the types say.
  const api = (navigator as { readonly gpu?: GPU }).gpu;
  const adapter = await api?.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null || adapter === undefined) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: 'This browser offers no GPU.',
      reason: 'WebGPU has no adapter.',
      remedy: 'Load the model on WebAssembly.',
      details: { feature: 'webgpu' },
    });
  }
  const wanted = [
    'maxBufferSize',
    'maxStorageBufferBindingSize',
    'maxStorageBuffersPerShaderStage',
    'maxComputeWorkgroupStorageSize',
    'maxComputeWorkgroupSizeX',
    'maxComputeWorkgroupSizeY',
    'maxComputeWorkgroupSizeZ',
    'maxComputeInvocationsPerWorkgroup',
    'maxComputeWorkgroupsPerDimension',
  ] as const;
  const features = (['shader-f16', 'subgroups'] as const).filter((name) => adapter.features.has(name));
  return adapter.requestDevice({
    requiredFeatures: features,
    requiredLimits: Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]])),
  });
}

/** A device with the limits that big weights need. Throws a Fault `unsupported` where there is no adapter. */
export async function openGpu(): Promise<Gpu> {
  const device = await openDevice();
  const lost = device.lost.then(({ reason, message }): never => {
    throw deviceLostFault({ reason: `The device was lost (${reason}). ${message}` });
  });
  // It is raced by whoever waits; when nobody does, the next run finds it.
  lost.catch(() => undefined);
  return { device, lost };
}
