/**
 * WebMCP as the draft of the Web Machine Learning Community Group has it (webmachinelearning.github.io/webmcp, October
 * 2026), as far as it is used here, and what browsers did before: names moved, fields became null, schemas were texts.
 * Knows shapes only. Types of our own: no release of TypeScript has them.
 */

interface ModelContextAnnotations {
  readonly readOnlyHint?: boolean | undefined;
  /** What the tool answers holds words that the page does not vouch for. */
  readonly untrustedContentHint?: boolean | undefined;
}

/** A tool as a page registers it. */
interface ModelContextTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
  readonly annotations: ModelContextAnnotations;
  /** The second argument comes with Chrome 153. */
  readonly execute: (input: unknown, options?: { readonly signal?: AbortSignal }) => Promise<unknown>;
}

/** A tool as an agent finds it: a dictionary, from Chrome 160 on an object that cannot be copied. */
export interface FoundTool {
  readonly name: string;
  readonly description: string;
  /** A text up to Chrome 153, an object after; null where there is none from Chrome 160 on. */
  readonly inputSchema?: unknown;
  readonly origin?: string | undefined;
  readonly annotations?: ModelContextAnnotations | null | undefined;
}

export interface ModelContext {
  registerTool(tool: ModelContextTool, options?: { readonly signal?: AbortSignal }): unknown;
  getTools?(): Promise<readonly FoundTool[]>;
  executeTool?(
    tool: FoundTool,
    input: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<string | null>;
  /** Before signals unregistered tools. */
  unregisterTool?(name: string): void;
}

/** The page's model context: of `document`, or of `navigator`, where it was until May 2026. Undefined: there is none. */
export function findModelContext(): ModelContext | undefined {
  for (const place of ['document', 'navigator'] as const) {
    const holder = (globalThis as { readonly [name: string]: unknown })[place];
    const context = (holder as { readonly modelContext?: ModelContext | null } | undefined)?.modelContext;
    if (typeof context?.registerTool === 'function') return context;
  }
  return undefined;
}
