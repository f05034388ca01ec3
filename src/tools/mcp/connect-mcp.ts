/**
 * Connects to an MCP server over streamable HTTP and gives what it offers as tools. The SDK is loaded with the first
 * server. Knows the life of a connection; what is asked stands in mcp-session, what is offered in list-offers.
 */
import { allowedUrl } from '../foreign/allowed-url.ts';
import { checkAlias } from '../foreign/foreign-tool.ts';
import type { McpOffers } from './list-offers.ts';

/** The server, the name its tools bear, and the origins that may be spoken to. */
export interface McpOptions {
  /** The server's endpoint, e.g. `https://tools.example.org/mcp`. */
  readonly url: string;
  /** Stands before each of its tools' names, with a dot: `[a-z][a-z0-9-]{0,19}`, another one for each server. */
  readonly alias: string;
  /** Origins that the user opted into. */
  readonly allowOrigins: readonly string[];
  /** Asked with every request; sent as a bearer token and kept nowhere. */
  readonly getToken?: () => Promise<string | undefined>;
  /** The server says that it offers something else now; `refresh` asks what. */
  readonly onChange?: () => void;
  /** Milliseconds of one request; 60,000 unless told. */
  readonly timeoutMs?: number;
}

/**
 * What it offered when it was last asked; the guard asks before each call (docs/guardrails). `skipped` is what cannot be
 * used, with the reason.
 */
export interface McpConnection extends McpOffers {
  readonly origin: string;
  /** Asks again what is offered. Tools of a run that goes on stay as they are. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects and lists. Rejects with Fault `tool-invalid` for an alias that cannot be used, `remote-refused` for an address that
 * is not allowed or does not let us in, `remote-unreachable` or `tool-timeout` where nobody answers.
 */
export async function connectMcp(options: McpOptions): Promise<McpConnection> {
  const { alias, getToken, onChange, timeoutMs = 60_000 } = options;
  checkAlias(alias);
  const url = allowedUrl(options.url, options.allowOrigins);
  const { origin } = url;
  const [{ McpSession }, { listOffers }] = await Promise.all([
    import('./mcp-session.ts'),
    import('./list-offers.ts'),
  ]);
  const session = new McpSession({
    url,
    timeoutMs,
    onChange: () => onChange?.(),
    ...(getToken === undefined ? {} : { getToken }),
  });
  const list = async (): ReturnType<typeof listOffers> =>
    await listOffers({ session, alias, origin, timeoutMs });
  try {
    let offered = await list();
    return {
      origin,
      get tools() {
        return offered.tools;
      },
      get skipped() {
        return offered.skipped;
      },
      get server() {
        return offered.server;
      },
      get resources() {
        return offered.resources;
      },
      get prompts() {
        return offered.prompts;
      },
      refresh: async () => {
        offered = await list();
      },
      close: async () => await session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}
