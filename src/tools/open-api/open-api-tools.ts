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

/** The document, the name its tools bear, and the origins that may be sent to. */
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

export interface OpenApiTools extends ForeignTools {
  /** What a tool asks the server, by the tool's name: `GET /pets/{id}`. */
  readonly requests: ReadonlyMap<string, string>;
}

/**
 * The document's servers as absolute addresses, with the defaults of their variables. `base` is where the document lies;
 * without it, relative addresses are left out. A document that names no server means the root of where it lies.
 */
export function openApiServers(document: JsonObject, base?: string): readonly string[] {
  const given = document['servers'];
  const servers = Array.isArray(given) && given.length > 0 ? (given as readonly Json[]) : [{ url: '/' }];
  const addresses = servers.flatMap((server): readonly string[] => {
    const { url, variables } = asObject(server);
    if (typeof url !== 'string') return [];
    const filled = url.replaceAll(/\{([^}]+)\}/g, (hole, name: string) => {
      const value = asObject(asObject(variables)[name])['default'];
      return typeof value === 'string' ? value : hole;
    });
    return URL.canParse(filled, base) ? [new URL(filled, base).href] : [];
  });
  return [...new Set(addresses)];
}

/**
 * Tools of the document; those that cannot be used are told. Throws Fault `tool-invalid` for a document that is none or an
 * alias that cannot be used, and `remote-refused` for a server that is not allowed.
 */
export function openApiTools(options: OpenApiOptions): OpenApiTools {
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
  const server = allowedUrl(options.server ?? openApiServers(document)[0] ?? '', options.allowOrigins);
  const taken = new Set<string>();
  const chosen = readOperations(document).filter(include);
  const unusable = chosen.flatMap(({ id, problem }): readonly SkippedTool[] =>
    problem === undefined ? [] : [{ name: id, fault: cannot(id, problem) }],
  );
  const requests = new Map<string, string>();
  const { tools, skipped } = defineAll(
    chosen
      .filter(({ problem }) => problem === undefined)
      .map((operation) => {
        const name = foreignName(alias, operation.id, taken);
        requests.set(name, `${operation.method} ${operation.path}`);
        return { name: operation.id, definition: definitionOf(options, server, operation, name) };
      }),
  );
  return { tools, skipped: [...unusable, ...skipped], requests };
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

function cannot(id: string, problem: string): Fault {
  return new Fault({
    code: faultCodes.toolInvalid,
    message: `The operation ${id} cannot be called: ${problem}.`,
    details: { tool: id, path: 'parameters' },
  });
}
