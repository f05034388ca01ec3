/**
 * One MCP server behind a client that comes back: requests go to a connection that is there, or is made anew where the
 * server forgot it. Loads with the SDK (connect-mcp imports it when the first server is wanted).
 * Knows the SDK's client and its errors; nothing of tools.
 */
import './without-eval.ts';
import {
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { abortedFault, Fault, faultCodes, messageOf } from '../../protocol/fault.ts';

export interface McpSessionOptions {
  readonly url: URL;
  /** Asked before every request; the token is sent as `Authorization: Bearer`. */
  readonly getToken?: () => Promise<string | undefined>;
  /** The server says that what it offers has changed. */
  readonly onChange: () => void;
  /** Milliseconds of one request. */
  readonly timeoutMs: number;
}

interface RequestOptions {
  readonly signal: AbortSignal;
  readonly timeout: number;
}

export interface McpRequest<Result> {
  readonly run: (client: Client, options: RequestOptions) => Promise<Result>;
  readonly signal?: AbortSignal;
  /** Asked again where it is not known whether the server has read it. */
  readonly mayRepeat: boolean;
}

/** What a server says of itself. */
export interface McpServerInfo {
  readonly name: string;
  readonly version: string;
}

export class McpSession {
  readonly #options: McpSessionOptions;
  #client: Promise<Client> | undefined;
  #closed = false;

  constructor(options: McpSessionOptions) {
    this.#options = options;
  }

  /**
   * Sends one request. Where the server does not know the session any more, it did not do what was asked: a new session is
   * made, and the request sent again. Where the line broke, only what may be repeated is.
   * Rejects with Fault `aborted`, `remote-refused`, `remote-unreachable`, `tool-timeout` or `tool-failed`.
   */
  async request<Result>(request: McpRequest<Result>): Promise<Result> {
    try {
      return await this.#ask(request);
    } catch (error) {
      const lost = sessionIsLost(error);
      if (request.signal?.aborted === true || !(lost || lineIsBroken(error)))
        throw this.#fault(error, request);
      await this.#forget();
      if (!lost && !request.mayRepeat) throw this.#fault(error, request);
    }
    try {
      return await this.#ask(request);
    } catch (error) {
      throw this.#fault(error, request);
    }
  }

  /** Ends the session; later requests reject. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#forget();
  }

  async #ask<Result>({ run, signal }: McpRequest<Result>): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#closed) throw new SdkError(SdkErrorCode.NotConnected, 'The connection was closed.');
    const client = await (this.#client ??= this.#connect());
    const { timeoutMs } = this.#options;
    return await run(client, { signal: signal ?? AbortSignal.timeout(timeoutMs), timeout: timeoutMs });
  }

  async #connect(): Promise<Client> {
    const { url, getToken, onChange, timeoutMs } = this.#options;
    const changed = { onChanged: onChange, autoRefresh: false };
    const client = new Client(
      { name: 'smallworks', version: '0.1.0' },
      {
        versionNegotiation: { mode: 'auto' },
        listChanged: { tools: changed, resources: changed, prompts: changed },
      },
    );
    const transport = new StreamableHTTPClientTransport(url, {
      requestInit: { credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error' },
      ...(getToken === undefined ? {} : { authProvider: { token: getToken } }),
    });
    try {
      await client.connect(transport, { timeout: timeoutMs });
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
    return client;
  }

  async #forget(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    // A connection that was never made, or is gone, cannot be closed in good order.
    await (await client?.catch(() => undefined))?.close().catch(() => undefined);
  }

  #fault(error: unknown, { signal }: { readonly signal?: AbortSignal }): Fault {
    const { origin } = this.#options.url;
    if (error instanceof Fault) return error;
    if (signal?.aborted === true) return abortedFault(error);
    if (error instanceof ProtocolError) {
      return new Fault(
        { code: faultCodes.toolFailed, message: `${origin} refused: ${error.message}` },
        { cause: error },
      );
    }
    if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) {
      return new Fault(
        { code: faultCodes.toolTimeout, message: `${origin} did not answer in time.`, details: { origin } },
        { cause: error },
      );
    }
    const status = statusOf(error);
    if (status === 401 || status === 403) {
      return new Fault(
        {
          code: faultCodes.remoteRefused,
          message: `${origin} wants to know who asks, and did not accept the answer (${String(status)}).`,
          remedy: 'Pass getToken with a valid token.',
          details: { origin, status },
        },
        { cause: error },
      );
    }
    if (isNoMcp(error)) {
      return new Fault(
        {
          code: faultCodes.remoteUnreachable,
          message: `${origin} answers at this address, but not as an MCP server.`,
          reason: messageOf(error).slice(0, 300),
          remedy: 'Check the address: it is that of the MCP endpoint, which often ends with /mcp.',
          details: { origin, problem: 'not-mcp', ...(status === undefined ? {} : { status }) },
        },
        { cause: error },
      );
    }
    return new Fault(
      {
        code: faultCodes.remoteUnreachable,
        message: `${origin} could not be asked: ${messageOf(error)}`,
        remedy: 'See that the server runs, allows this page by CORS, and stands in connect-src of the page.',
        details: { origin, ...(status === undefined ? {} : { status }) },
      },
      { cause: error },
    );
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof SdkHttpError) return error.status;
  return error instanceof UnauthorizedError ? 401 : undefined;
}

/** Something is there and answers, in another way than the protocol has it. */
function isNoMcp(error: unknown): boolean {
  if (error instanceof SdkHttpError) {
    return error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;
  }
  // The negotiation also fails where no answer came at all, which is a TypeError of `fetch`.
  return (
    error instanceof SdkError &&
    error.code === SdkErrorCode.EraNegotiationFailed &&
    error.cause !== undefined &&
    !(error.cause instanceof TypeError)
  );
}

/** "404: the server has ended the session; the client MUST start a new one" (MCP, Transports, Session Management). */
function sessionIsLost(error: unknown): boolean {
  return error instanceof SdkHttpError && error.status === 404;
}

function lineIsBroken(error: unknown): boolean {
  if (error instanceof SdkHttpError) return error.status >= 500;
  if (error instanceof SdkError) {
    return (
      error.code === SdkErrorCode.ConnectionClosed ||
      error.code === SdkErrorCode.SendFailed ||
      error.code === SdkErrorCode.NotConnected
    );
  }
  return error instanceof TypeError;
}
