/** Reads an OpenAPI document from an address or a file. Whether it is one, openApiTools says; here it is JSON or YAML, and not too long. */
import { Fault, faultCodes, messageOf } from '../../protocol/fault.ts';
import { isObject, parseJson } from '../../protocol/json.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

const mostBytes = 4 * 1024 * 1024;

/** Rejects with Fault `remote-unreachable`; details: origin, and `problem` or `status` where something was answered. */
export async function fetchDocument(url: URL): Promise<JsonObject> {
  const { origin } = url;
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json, application/yaml' },
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    });
  } catch (error) {
    throw new Fault(
      {
        code: faultCodes.remoteUnreachable,
        message: `${origin} could not be asked: ${messageOf(error)}`,
        remedy: 'See that the server runs, allows this page by CORS, and stands in connect-src of the page.',
        details: { origin },
      },
      { cause: error },
    );
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new Fault({
      code: faultCodes.remoteUnreachable,
      message: `${origin} answered with status ${String(response.status)}.`,
      remedy: 'Check the address of the document.',
      details: { origin, status: response.status },
    });
  }
  return documentOf(await response.blob(), origin);
}

/** The document in a file. Rejects with Fault `remote-unreachable`; details: `problem`. */
export async function documentOf(file: Blob, origin = ''): Promise<JsonObject> {
  if (file.size > mostBytes) {
    throw unreadable(
      origin,
      'too-large',
      `The document is longer than ${String(mostBytes / 1024 / 1024)} MiB.`,
    );
  }
  const text = await file.text();
  const value = parseJson(text) ?? (await parseYaml(text));
  if (value !== undefined && isObject(value)) return value;
  throw unreadable(origin, 'not-open-api', 'This is no JSON or YAML document.');
}

/** What YAML says that JSON can say too; undefined where the text is no YAML. */
async function parseYaml(text: string): Promise<Json | undefined> {
  const { parse } = await import('yaml');
  try {
    const value: unknown = parse(text, { logLevel: 'error' });
    return parseJson(JSON.stringify(value) ?? '');
  } catch {
    return undefined;
  }
}

function unreadable(origin: string, problem: string, message: string): Fault {
  return new Fault({
    code: faultCodes.remoteUnreachable,
    message,
    remedy: 'Give an OpenAPI document of version 3.0 or 3.1 as JSON or YAML.',
    details: { origin, problem },
  });
}
