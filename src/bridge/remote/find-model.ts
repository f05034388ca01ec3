/**
 * Whether a server has a model, from its own list (`GET /models`). Not every server has a list; then the first request
 * tells. Knows the list's forms; nothing of completions.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import type { Endpoint } from './endpoint.ts';
import type { RemoteFlavour } from './flavour.ts';
import { callServer } from './transport.ts';
import type { ServerCall } from './transport.ts';

export interface FindModelOptions {
  readonly endpoint: Endpoint;
  readonly flavour: RemoteFlavour;
  readonly call: Omit<ServerCall, 'url' | 'body'>;
}

export interface FoundModel {
  /** Tokens, where the server tells. */
  readonly contextWindow?: number;
  /** One sentence a line. */
  readonly reasons: readonly string[];
}

/** Throws Fault `model-unavailable` where the list is there and the model is not in it, and what `callServer` throws. */
export async function findModel({ endpoint, flavour, call }: FindModelOptions): Promise<FoundModel> {
  const { origin, model } = call.context;
  const listed = await readList(endpoint, call);
  if (listed === undefined)
    return { reasons: [`${origin} has no list of models, so the name is not checked.`] };
  const found = listed.find(({ id }) => id === model || id === `${model}:latest`);
  if (found !== undefined) {
    const { contextWindow } = found;
    const reasons = [`${origin} lists the model.`];
    if (contextWindow === undefined) return { reasons };
    return { contextWindow, reasons: [...reasons, `Its context there is ${contextWindow} tokens.`] };
  }
  // llama-server serves the one model it was started with, whatever name is asked for.
  if (flavour === 'llama-server') return { reasons: [`${origin} serves the model it was started with.`] };
  const names = listed.slice(0, 10).map(({ id }) => id);
  throw new Fault({
    code: faultCodes.modelUnavailable,
    message: `${origin} has no model "${model}".`,
    reason: names.length === 0 ? 'Its list is empty.' : `It has: ${names.join(', ')}.`,
    remedy: 'Use one of these names, or load the model on the server.',
    details: { origin, model, available: names },
  });
}

interface Listed {
  readonly id: string;
  readonly contextWindow?: number;
}

async function readList(
  endpoint: Endpoint,
  call: Omit<ServerCall, 'url' | 'body'>,
): Promise<readonly Listed[] | undefined> {
  try {
    const response = await callServer({ ...call, url: `${endpoint.api}/models` });
    call.clock.expect('idle', call.timeouts.idleMs);
    const body = (await response.json()) as { readonly data?: unknown } | null;
    return Array.isArray(body?.data) ? (body.data as readonly unknown[]).flatMap(readListed) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof Fault && isMissing(error.details['status'])) return undefined;
    throw error;
  }
}

function isMissing(status: unknown): boolean {
  return status === 404 || status === 405 || status === 501;
}

function readListed(value: unknown): readonly Listed[] {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string')
    return [];
  // vLLM says how long a prompt and its answer may be together.
  const window = 'max_model_len' in value ? value.max_model_len : undefined;
  return [
    typeof window === 'number' && window > 0 ? { id: value.id, contextWindow: window } : { id: value.id },
  ];
}
