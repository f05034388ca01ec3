/**
 * One call of an operation over HTTP: where its arguments go, and what comes back. Nothing of the user's goes along that
 * the application did not put there: no cookies, no referrer, no redirect.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { parseJson } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Operation, OperationParameter } from './read-operations.ts';

const mostBytes = 1024 * 1024;
/** Headers that a page may not set (Fetch Standard), or that say who asks, which the application alone does. */
const reserved = /^(?:proxy-|sec-|authorization$|cookie|host$|origin$|referer$|content-length$|connection$)/i;

export interface SendOptions {
  readonly tool: string;
  readonly server: URL;
  readonly operation: Operation;
  readonly input: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What the server answered. Throws Fault `tool-failed` or `remote-unreachable`. */
export async function sendRequest(options: SendOptions): Promise<Json> {
  const { operation, input, headers, signal, tool } = options;
  const { hasBody, method, parameters } = operation;
  const body = hasBody && input['body'] !== undefined ? { body: JSON.stringify(input['body']) } : {};
  const own = parameters.flatMap(({ name, argument, place }): readonly [string, string][] => {
    const value = input[argument];
    if (place !== 'header' || value === undefined || reserved.test(name)) return [];
    return [[name, textOf(value)]];
  });
  const address = addressOf(options);
  let response: Response;
  try {
    response = await fetch(address, {
      method,
      ...body,
      headers: {
        accept: 'application/json, text/plain;q=0.9',
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        ...Object.fromEntries(own),
        ...headers,
      },
      signal,
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Fault(
      {
        code: faultCodes.remoteUnreachable,
        message: `${options.server.origin} could not be asked.`,
        remedy: 'See that it runs, allows this page by CORS, and stands in connect-src of the page.',
        details: { origin: options.server.origin },
      },
      { cause: error },
    );
  }
  const text = await readText(response, tool);
  if (!response.ok) throw failed(tool, `${String(response.status)} ${text.slice(0, 300)}`.trim());
  return parseJson(text) ?? text;
}

/** The address, whose path's values can neither leave their segment nor climb. */
function addressOf({ tool, server, operation, input }: SendOptions): URL {
  const value = ({ argument }: OperationParameter): Json | undefined => input[argument];
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_whole, name: string) => {
    const parameter = operation.parameters.find((one) => one.place === 'path' && one.name === name);
    const text = parameter === undefined ? '' : textOf(value(parameter) ?? '');
    if (text === '' || text === '.' || text === '..')
      throw failed(tool, `its path cannot hold "${text}" as ${name}`);
    return encodeURIComponent(text);
  });
  const url = new URL(`${server.href.replace(/\/+$/, '')}${path}`);
  for (const parameter of operation.parameters) {
    const given = value(parameter);
    if (parameter.place !== 'query' || given === undefined) continue;
    // `style: form, explode: true`, which is what a document means that says nothing.
    const values = Array.isArray(given) ? (given as readonly Json[]) : [given];
    for (const item of values) url.searchParams.append(parameter.name, textOf(item));
  }
  return url;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function readText(response: Response, tool: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return text + decoder.decode();
    bytes += piece.value.byteLength;
    if (bytes > mostBytes) {
      await reader?.cancel();
      throw failed(tool, `its answer is longer than ${String(mostBytes / 1024)} KiB`);
    }
    text += decoder.decode(piece.value, { stream: true });
  }
}

function failed(tool: string, why: string): Fault {
  return new Fault({
    code: faultCodes.toolFailed,
    message: `${tool} failed: ${why}.`,
    details: { tool },
  });
}
