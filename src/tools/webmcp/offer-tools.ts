/**
 * Our tools, offered by WebMCP to the agent of the browser. Its calls are a stranger's calls: they go by the guard, what
 * writes asks the user, and arguments are held to the schema.
 * Knows the draft, the guard and tools; who asks the user is handed in.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { newId } from '../../protocol/id.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ToolCall, ToolSpec } from '../../protocol/tool.ts';
import type { Guard, RunGuard } from '../guard/guard.ts';
import { invokeTool } from '../invoke-tool.ts';
import { readJson } from '../json-value.ts';
import { createRegistry } from '../registry.ts';
import type { Tool } from '../tool.ts';
import { findModelContext } from './model-context.ts';

/** The tools that are offered, and who says yes to a call that may not run by itself. */
export interface OfferToolsOptions {
  readonly tools: readonly Tool[];
  readonly guard: Guard;
  /**
   * Asks the user about a call that may not run by itself; absent: such calls are declined. An answer with arguments is a
   * yes to the same tool with these, which are checked as those of the agent are.
   */
  readonly approve?: (request: {
    readonly call: ToolCall;
    readonly tool: ToolSpec;
    readonly reason?: string;
  }) => Promise<boolean | { readonly arguments: JsonObject }>;
}

/** Takes the tools back. */
export type Withdraw = () => void;

/** Offers each tool under its own name. Rejects with Fault `unsupported` where this browser has no WebMCP. */
export async function offerTools(options: OfferToolsOptions): Promise<Withdraw> {
  const context = findModelContext();
  if (context === undefined) {
    throw new Fault({
      code: faultCodes.unsupported,
      message: 'Tools cannot be offered to this browser.',
      reason: 'It has no document.modelContext.',
      remedy: 'Use a browser with WebMCP, or load a polyfill before.',
      details: { feature: 'document.modelContext' },
    });
  }
  const offered = new AbortController();
  const { signal } = offered;
  // One watch for all calls: words that one tool read count for the next.
  const watch = options.guard.beginRun('');
  const withdraw = (): void => {
    offered.abort();
    for (const { spec } of options.tools) context.unregisterTool?.(spec.name);
  };
  try {
    for (const tool of options.tools) {
      const { name, description, parameters, permission, untrusted } = tool.spec;
      await context.registerTool(
        {
          name,
          description,
          // The page's own copy: the browser may freeze or annotate what it is given.
          inputSchema: structuredClone(parameters),
          annotations: { readOnlyHint: permission === 'read', untrustedContentHint: untrusted === true },
          execute: (input, called) => answer({ ...options, watch, tool, input, signal: called?.signal }),
        },
        { signal },
      );
    }
  } catch (error) {
    withdraw();
    throw error;
  }
  return withdraw;
}

/** Runs a call of the browser's agent; throws what it is to be told, as a Fault. */
async function answer(
  asked: Pick<OfferToolsOptions, 'tools' | 'approve'> & {
    readonly watch: RunGuard;
    readonly tool: Tool;
    readonly input: unknown;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Json> {
  const { watch, tool, input, signal, approve } = asked;
  const { spec } = tool;
  const reading = readJson(input ?? {});
  // What is no JSON object breaks the schema, which invokeTool tells in full.
  let call: ToolCall = {
    name: spec.name,
    arguments: (reading.type === 'json' ? reading.value : {}) as JsonObject,
  };
  const ruling = watch.judge(spec, call);
  if (ruling.type === 'refuse') throw ruling.fault;
  if (ruling.type === 'ask') {
    const why = ruling.reason === undefined ? {} : { reason: ruling.reason };
    const allowed = (await approve?.({ call, tool: spec, ...why })) ?? false;
    if (allowed === false) {
      throw new Fault({
        code: faultCodes.toolDenied,
        message: `The user did not allow ${spec.name}.`,
        details: { tool: spec.name },
      });
    }
    if (allowed !== true) {
      call = { ...call, arguments: allowed.arguments };
      const again = watch.judge(spec, call);
      if (again.type === 'refuse') throw again.fault;
    }
  }
  watch.begin(spec, call);
  const outcome = watch.settle(
    spec,
    await invokeTool({
      tools: createRegistry(asked.tools),
      call,
      callId: newId(),
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  if (outcome.type === 'error') throw new Fault(outcome.fault);
  return outcome.value;
}
