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
  const isModel = (id: string): boolean => id === model || id === `${model}:latest`;
  const found = listed.find(({ id }) => isModel(id));
  if (found !== undefined) {
    const contextWindow =
      flavour === 'ollama' ? await readOllamaWindow(endpoint, call, isModel) : found.contextWindow;
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
  const body = await readJson(`${endpoint.api}/models`, call);
  const data = (body as { readonly data?: unknown } | null | undefined)?.data;
  return Array.isArray(data) ? (data as readonly unknown[]).flatMap(readListed) : undefined;
}

/** What a route answers; undefined where the server does not have it. */
async function readJson(url: string, call: Omit<ServerCall, 'url' | 'body'>): Promise<unknown> {
  try {
    const response = await callServer({ ...call, url });
    call.clock.expect('idle', call.timeouts.idleMs);
    return (await response.json()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (error instanceof Fault && isMissing(error.details['status'])) return undefined;
    throw error;
  }
}

/**
 * The context that Ollama runs a model with: it does not follow the model's own, and what is longer is cut without a
 * word. Known for a model that is in its memory.
 */
async function readOllamaWindow(
  endpoint: Endpoint,
  call: Omit<ServerCall, 'url' | 'body'>,
  isModel: (id: string) => boolean,
): Promise<number | undefined> {
  const body = await readJson(`${endpoint.server}/api/ps`, call);
  const models = (body as { readonly models?: unknown } | null | undefined)?.models;
  for (const model of Array.isArray(models) ? (models as readonly unknown[]) : []) {
    if (typeof model !== 'object' || model === null || !('name' in model) || !('context_length' in model))
      continue;
    const { name, context_length: window } = model;
    if (typeof name === 'string' && isModel(name) && typeof window === 'number') return window;
  }
  return undefined;
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
