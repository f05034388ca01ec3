/**
 * The operations of an OpenAPI document as tools. Reading methods read; all others write, and ask. Every tool bears the
 * server's origin, unless that is the page's own; its answers are a stranger's words either way.
 * Knows documents and tools; parts of the work stand in the files beside it.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { asObject } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { allowedUrl } from '../foreign/allowed-url.ts';
import { checkAlias, defineAll, foreignName, plainLine } from '../foreign/foreign-tool.ts';
import type { ForeignTools, SkippedTool } from '../foreign/foreign-tool.ts';
import { readOperations } from './read-operations.ts';
import type { Operation } from './read-operations.ts';
import { sendRequest } from './send-request.ts';

export interface OpenApiOptions {
  /** The document, version 3.0 or 3.1, as JSON. It is not fetched: what it is, is the application's word. */
  readonly document: JsonObject;
  /** Stands before the tools' names, with a dot: `[a-z][a-z0-9-]{0,19}`. */
  readonly alias: string;
  /** Origins that may be sent to. */
  readonly allowOrigins: readonly string[];
  /** The server, where it is not the document's first. */
  readonly server?: string;
  /** Which operations become tools; absent: all. */
  readonly include?: (operation: {
    readonly id: string;
    readonly method: string;
    readonly path: string;
  }) => boolean;
  /** Asked with every call, e.g. for `Authorization`; kept nowhere. */
  readonly getHeaders?: () => Promise<Readonly<Record<string, string>>>;
  /** Milliseconds of one call; 30,000 unless told. */
  readonly timeoutMs?: number;
}

/**
 * Tools of the document; those that cannot be used are told. Throws Fault `tool-invalid` for a document that is none or an
 * alias that cannot be used, and `remote-refused` for a server that is not allowed.
 */
export function openApiTools(options: OpenApiOptions): ForeignTools {
  const { document, alias, include = () => true } = options;
  checkAlias(alias);
  const version = document['openapi'];
  if (typeof version !== 'string' || !/^3\.[01]\./.test(version)) {
    throw new Fault({
      code: faultCodes.toolInvalid,
      message: 'The document is not OpenAPI 3.0 or 3.1.',
      remedy: 'Convert it, for instance from Swagger 2.0.',
      details: { tool: alias, path: 'openapi' },
    });
  }
  const server = allowedUrl(options.server ?? firstServer(document['servers']), options.allowOrigins);
  const taken = new Set<string>();
  const chosen = readOperations(document).filter(include);
  const unusable = chosen.flatMap(({ id, problem }): readonly SkippedTool[] =>
    problem === undefined ? [] : [{ name: id, fault: cannot(id, problem) }],
  );
  const { tools, skipped } = defineAll(
    chosen
      .filter(({ problem }) => problem === undefined)
      .map((operation) => ({
        name: operation.id,
        definition: definitionOf(options, server, operation, foreignName(alias, operation.id, taken)),
      })),
  );
  return { tools, skipped: [...unusable, ...skipped] };
}

function definitionOf(
  { getHeaders, timeoutMs }: OpenApiOptions,
  server: URL,
  operation: Operation,
  name: string,
): Parameters<typeof defineAll>[0][number]['definition'] {
  // Absent in Node, whatever the types of the browser say.
  const page = (globalThis as { readonly location?: { readonly origin: string } }).location?.origin;
  return {
    name,
    description: plainLine(operation.description),
    permission: operation.method === 'GET' || operation.method === 'HEAD' ? 'read' : 'write',
    untrusted: true,
    ...(server.origin === page ? {} : { origin: server.origin }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    inputSchema: operation.inputSchema,
    execute: async (input, { signal }) =>
      await sendRequest({
        tool: name,
        server,
        operation,
        input,
        signal,
        headers: (await getHeaders?.()) ?? {},
      }),
  };
}

function firstServer(servers: Json | undefined): string {
  const first = Array.isArray(servers) ? (servers as readonly Json[])[0] : undefined;
  const { url } = asObject(first);
  return typeof url === 'string' ? url : '';
}

function cannot(id: string, problem: string): Fault {
  return new Fault({
    code: faultCodes.toolInvalid,
    message: `The operation ${id} cannot be called: ${problem}.`,
    details: { tool: id, path: 'parameters' },
  });
}
