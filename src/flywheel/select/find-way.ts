/**
 * Whether a model runs on a device, on which engine first, and how much memory that takes; or why it does not.
 * Pure: facts in, sentences out. Rests on the rules of engine/choose-backend, which loads follow too.
 */
import { isChatTemplate } from '../../decode/chat-template.ts';
import { chooseBackend, engineNeeds, isForKernel } from '../../engine/choose-backend.ts';
import type { DeviceFacts } from '../../engine/choose-backend.ts';
import { memoryNeeded } from '../../engine/rank-choices.ts';
import { inMegabytes } from '../../protocol/bytes.ts';
import type { EngineBackend, WeightsLayout } from '../../protocol/engine.ts';
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { KnownBuild } from '../../protocol/known-model.ts';
import type { WorkerEngine } from '../../protocol/model.ts';
import type { Measurement, SelectionFigure } from '../../protocol/selection.ts';
import type { Candidate } from './candidates.ts';

/** A way to run a model: what stands in memory, and on what. */
export interface Way {
  readonly engine: WorkerEngine;
  readonly backend: EngineBackend;
  readonly weights: WeightsLayout;
  /** Bytes of weights that every token reads; absent: not known. */
  readonly weightBytes?: number;
  readonly memory?: SelectionFigure;
  readonly download?: SelectionFigure;
  readonly reasons: readonly string[];
}

export type FoundWay =
  | { readonly type: 'way'; readonly way: Way }
  | { readonly type: 'none'; readonly reasons: readonly string[] };

/** Forms that can be unpacked to 32-bit floats; the others stay packed. */
const unpackable: ReadonlySet<string> = new Set(['F16', 'F32', 'Q4_0', 'Q4_1', 'Q8_0']);
/** A browser never says that there are more: it may be more. Gibibytes. */
const mostTold = 8;
const gibibyte = 2 ** 30;

/** The first way in the candidate's own order that the device and the task allow. */
export function findWay(
  candidate: Candidate,
  { device, neededTokens }: { readonly device: DeviceFacts; readonly neededTokens?: number | undefined },
): FoundWay {
  // What was scored here ran here.
  const { measurement } = candidate;
  if (measurement !== undefined) return { type: 'way', way: measuredWay(candidate, measurement) };
  const { builds, missing, chatFormat, contextWindow } = candidate;
  const reasons = builds.length === 0 ? [...missing] : [];
  if (builds.length > 0 && !isChatTemplate(chatFormat)) {
    reasons.push(
      chatFormat === 'none'
        ? 'It has no chat format.'
        : `It was trained on the chat format ${chatFormat}, which this runtime does not write yet.`,
      ...missing,
    );
  }
  if (neededTokens !== undefined && contextWindow !== undefined && contextWindow < neededTokens) {
    reasons.push(`The task needs ${neededTokens} tokens, and its context holds ${contextWindow}.`);
  }
  if (reasons.length > 0) return { type: 'none', reasons };
  const refusals: string[] = [];
  for (const build of builds) {
    const found = tryBuild(candidate, build, { device, neededTokens });
    if (found.type === 'way') return found;
    refusals.push(...found.reasons);
  }
  return { type: 'none', reasons: refusals };
}

/** What a candidate's first build takes, packed as it is, whether or not it runs here. */
export function sizesOf({ builds: [build], parameters }: Candidate): Pick<Way, 'memory' | 'download'> {
  if (build === undefined) return {};
  return sizes({ build, weights: 'quantised', parameters, fileBytes: bytesOf(build) });
}

/** The way that a candidate was scored on. */
export function measuredWay({ builds, parameters }: Candidate, measurement: Measurement): Way {
  const { engine, backend, weights } = measurement;
  const build = builds.find((one) => one.engine === engine) ?? builds[0];
  const fileBytes = bytesOf(build);
  return {
    engine: build?.engine ?? 'wllama',
    backend,
    weights,
    ...sizes({ build, weights, parameters, fileBytes }),
    reasons: ['It ran here when it was scored.'],
  };
}

function tryBuild(
  { parameters }: Candidate,
  build: KnownBuild,
  { device, neededTokens }: { readonly device: DeviceFacts; readonly neededTokens?: number | undefined },
): FoundWay {
  const { engine, quantisation } = build;
  const no = (reason: string): FoundWay => ({ type: 'none', reasons: [`${engine}: ${reason}`] });
  if (build.engine === 'web-llm') {
    if (build.needsShaderF16 && device.webgpu !== 'shader-f16') {
      return no(`its build ${build.quantisation} needs a GPU with 16-bit floats.`);
    }
    if (neededTokens !== undefined && build.contextTokens < neededTokens) {
      return no(`the task needs ${neededTokens} tokens, and this build holds ${build.contextTokens}.`);
    }
  }
  try {
    const choice = chooseBackend({
      device,
      parameters,
      needs: engineNeeds[engine],
      forKernel: isForKernel(quantisation),
      ...(unpackable.has(quantisation) ? {} : { prefer: { weights: 'quantised' } as const }),
    });
    const { backend, weights } = choice;
    const figures = sizes({ build, weights, parameters, fileBytes: bytesOf(build) });
    const room = (device.deviceMemory ?? mostTold) * gibibyte;
    const isTold = device.deviceMemory !== undefined && device.deviceMemory < mostTold;
    if (isTold && figures.memory !== undefined && figures.memory.value > room) {
      return no(
        `it would take ${inMegabytes(figures.memory.value)}, and this device has ${inMegabytes(room)}.`,
      );
    }
    return { type: 'way', way: { engine, backend, weights, ...figures, reasons: [choice.reasons[0] ?? ''] } };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== faultCodes.unsupported) throw error;
    return no(lowerFirst(error.reason ?? error.message));
  }
}

/** Bytes of a build's files; undefined where one of them is not known. */
function bytesOf(build: KnownBuild | undefined): number | undefined {
  if (build === undefined || build.engine === 'web-llm') return undefined;
  return build.files.reduce<number | undefined>(
    (sum, { bytes }) => (sum === undefined || bytes === null ? undefined : sum + bytes),
    0,
  );
}

function sizes({
  build,
  weights,
  parameters,
  fileBytes,
}: {
  readonly build: KnownBuild | undefined;
  readonly weights: WeightsLayout;
  readonly parameters: number;
  readonly fileBytes: number | undefined;
}): Pick<Way, 'memory' | 'download' | 'weightBytes'> {
  if (build?.engine === 'web-llm') {
    return {
      memory: { value: build.memoryBytes, basis: 'stated', from: "web-llm's own list says so." },
      weightBytes: parameters * bytesPerWeight(build.quantisation),
    };
  }
  const weightBytes = weights === 'float32' ? parameters * 4 : fileBytes;
  if (weightBytes === undefined) return {};
  const value = memoryNeeded({ weights, parameters, fileBytes: fileBytes ?? 0 });
  const isChecked = build?.files.every(({ verified }) => verified) === true;
  return {
    weightBytes,
    memory: { value, basis: 'estimated', from: 'The weights, and a quarter for the work.' },
    ...(fileBytes === undefined
      ? {}
      : { download: { value: fileBytes, basis: isChecked ? 'measured' : 'stated' } as const }),
  };
}

/** MLC's names: q4 is 4 bits and a 16- or 32-bit scale for 32 weights; q0 is not quantised. */
function bytesPerWeight(quantisation: string): number {
  if (quantisation === 'q0f32') return 4;
  if (quantisation === 'q0f16') return 2;
  return quantisation.includes('f32') ? 0.625 : 0.5625;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
