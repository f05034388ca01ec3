/**
 * Runs a made call for real, on a desk of its own, by the generator's clock and against a small site, and says whether
 * the tool answered what the maker of the call knows. Runs in Node: pages are plain text, IndexedDB is in memory.
 */
import 'fake-indexeddb/auto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '../../../src/protocol/id.ts';
import type { Json } from '../../../src/protocol/json.ts';
import type { ToolCall, ToolSpec } from '../../../src/protocol/tool.ts';
import { Desk } from '../../../src/tools/builtin/desk.ts';
import { builtinTools } from '../../../src/tools/builtin/index.ts';
import { invokeTool } from '../../../src/tools/invoke-tool.ts';
import { createRegistry } from '../../../src/tools/registry.ts';
import { today } from './days.ts';
import type { Case } from './group.ts';

export interface Verifier {
  /** In the registry's order. */
  readonly specs: readonly ToolSpec[];
  /** What the call did wrong, or what it answered. */
  readonly run: (call: ToolCall, made: Pick<Case, 'answers' | 'desk'>) => Promise<Verdict>;
  readonly close: () => Promise<void>;
}

type Verdict =
  | { readonly type: 'right'; readonly value: Json }
  /** It answered something else than the maker knows. */
  | { readonly type: 'wrong'; readonly reason: string }
  /** It refused; the reason is what a run would tell the model. */
  | { readonly type: 'failed'; readonly reason: string };

const now = (): Date => new Date(today);

/** Opens a local site for `fetch_page`; close it again. */
export async function openVerifier(): Promise<Verifier> {
  const site = createServer((request, response) => {
    response.setHeader('content-type', 'text/plain; charset=utf-8').end(`You asked for ${request.url ?? ''}`);
  });
  await new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  return {
    specs: createRegistry(builtinTools({ now, baseUrl })).specs(),
    run: async (call, { answers, desk: contents }) => {
      const databaseName = `rows-${newId()}`;
      const desk = new Desk({ databaseName, now });
      for (const text of contents?.todos ?? []) await desk.add('todos', { text });
      for (const document of contents?.documents ?? []) await desk.add('documents', document);
      const tools = createRegistry(builtinTools({ databaseName, now, baseUrl }));
      const outcome = await invokeTool({ tools, call, callId: 'made' });
      await desk.close();
      if (outcome.type === 'error') return { type: 'failed', reason: outcome.fault.message };
      return holds(answers, outcome.value)
        ? { type: 'right', value: outcome.value }
        : {
            type: 'wrong',
            reason: `${JSON.stringify(call)} gave ${JSON.stringify(outcome.value)}, not ${JSON.stringify(answers)}`,
          };
    },
    close: () =>
      new Promise((resolve) => {
        site.closeAllConnections();
        site.close(() => resolve());
      }),
  };
}

/** Whether `wanted` is part of `given`; numbers to nine digits, because tools round. */
export function holds(wanted: Json, given: Json | undefined): boolean {
  if (typeof wanted === 'number') {
    const value = Number(given);
    return Math.abs(value - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
  }
  if (typeof wanted !== 'object' || wanted === null) return wanted === given;
  if (typeof given !== 'object' || given === null) return false;
  return Object.entries(wanted).every(([key, part]) =>
    holds(part, (given as Readonly<Record<string, Json>>)[key]),
  );
}
