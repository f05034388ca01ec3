/**
 * Opens what the user added: connects to a server, makes tools of a document, looks at the page's own. Knows the three
 * kinds; nothing of what is shown or kept.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { allowedUrl } from '../../tools/foreign/allowed-url.ts';
import type { ForeignTools } from '../../tools/foreign/foreign-tool.ts';
import { plainLine } from '../../tools/foreign/foreign-tool.ts';
import { connectMcp } from '../../tools/mcp/connect-mcp.ts';
import { openApiServers, openApiTools } from '../../tools/open-api/open-api-tools.ts';
import { pageTools } from '../../tools/webmcp/page-tools.ts';
import { asObject } from '../../protocol/json.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { KeptDocument, KeptServer, KeptSource, ToolChoice } from './kept-source.ts';

/** Something that was opened. */
export interface OpenSource extends ForeignTools {
  readonly title: string;
  readonly version: string;
  /** Where its calls go; empty: nowhere but this page. */
  readonly origin: string;
  readonly resources: readonly string[];
  readonly prompts: readonly string[];
  /** What a tool asks the server, by its name. */
  readonly requests: ReadonlyMap<string, string>;
  /** Asks again what it offers. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenSourceOptions {
  /** Sent as a bearer token; empty: none. */
  readonly token: () => string;
  /** It offers something else now. */
  readonly onChange: () => void;
  /** Tools of the page that are ours. */
  readonly except: readonly string[];
}

/** Milliseconds of one request. */
const timeoutMs = 30_000;
/** Operations of a document that are in use at first, at most. */
const mostAtFirst = 20;

/** Rejects as `connectMcp`, `openApiTools` and `pageTools` do. */
export async function openSource(source: KeptSource, options: OpenSourceOptions): Promise<OpenSource> {
  switch (source.kind) {
    case 'mcp':
      return await openServer(source, options);
    case 'open-api':
      return openDocument(source, options);
    case 'page':
      return await openPage(options);
    default:
      return source satisfies never;
  }
}

/** The address as a person writes it: without `https://`, or as a path of this site. */
export function addressOf(written: string, base: string): URL {
  const text = written.trim();
  const isBare = /^[\w-]+(?:\.[\w-]+)*(?::\d+)?(?:\/|$)/.test(text);
  const scheme = /^(?:localhost|127\.|\[::1\])/.test(text) ? 'http' : 'https';
  const whole = isBare && text !== '' ? `${scheme}://${text}` : text;
  const address = URL.canParse(whole, base) ? new URL(whole, base) : undefined;
  // What is no address is refused there, in the same words as one that may not be used.
  return allowedUrl(address?.href ?? '', address === undefined ? [] : [address.origin]);
}

/** What of a document is used at first: what only reads, and not more of it than a small model can keep apart. */
export function firstChoice(document: JsonObject, alias: string): ToolChoice {
  const server = 'https://server.invalid';
  const { tools } = openApiTools({ document, alias, server, allowOrigins: [server] });
  const reading = tools.filter(({ spec }) => spec.permission === 'read').slice(0, mostAtFirst);
  return { type: 'only', names: reading.map(({ spec }) => spec.name) };
}

/** What a document calls itself. */
export function titleOf(document: JsonObject): { readonly title: string; readonly version: string } {
  const { title, version } = asObject(document['info']);
  return {
    title: typeof title === 'string' ? plainLine(title, 60) : '',
    version: typeof version === 'string' ? plainLine(version, 30) : '',
  };
}

/** The addresses that a document names for its server. */
export function serversOf({ document, base }: KeptDocument): readonly string[] {
  return openApiServers(document, base === '' ? undefined : base);
}

async function openServer(
  { url, alias }: KeptServer,
  { token, onChange }: OpenSourceOptions,
): Promise<OpenSource> {
  const connection = await connectMcp({
    url,
    alias,
    allowOrigins: [new URL(url).origin],
    // An empty one is none: the header would be a wrong one.
    getToken: () => Promise.resolve(token() === '' ? undefined : token()),
    onChange,
    timeoutMs,
  });
  const { origin } = connection;
  return {
    get tools() {
      return connection.tools;
    },
    get skipped() {
      return connection.skipped;
    },
    get title() {
      return connection.server.name;
    },
    get version() {
      return connection.server.version;
    },
    get resources() {
      return connection.resources;
    },
    get prompts() {
      return connection.prompts;
    },
    origin,
    requests: new Map(),
    refresh: async () => await connection.refresh(),
    close: async () => await connection.close(),
  };
}

function openDocument(source: KeptDocument, { token }: OpenSourceOptions): OpenSource {
  const { document, alias, server } = source;
  if (server === '') {
    throw new Fault({
      code: faultCodes.remoteUnreachable,
      message: 'The document does not say where its server is.',
      remedy: 'Give the address of the server.',
      details: { problem: 'needs-server' },
    });
  }
  const { origin } = new URL(server);
  const made = openApiTools({
    document,
    alias,
    server,
    allowOrigins: [origin],
    getHeaders: () => Promise.resolve(token() === '' ? {} : { Authorization: `Bearer ${token()}` }),
    timeoutMs,
  });
  return { ...made, ...titleOf(document), ...alwaysThere, origin };
}

async function openPage({ except }: OpenSourceOptions): Promise<OpenSource> {
  let found = await pageTools({ except });
  return {
    get tools() {
      return found.tools;
    },
    get skipped() {
      return found.skipped;
    },
    ...alwaysThere,
    title: '',
    version: '',
    origin: '',
    requests: new Map(),
    refresh: async () => {
      found = await pageTools({ except });
    },
  };
}

const alwaysThere = {
  resources: [],
  prompts: [],
  refresh: async () => await Promise.resolve(),
  close: async () => await Promise.resolve(),
} as const;
